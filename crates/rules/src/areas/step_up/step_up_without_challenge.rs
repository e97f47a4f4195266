//! A 403 to a good token says nothing about what is missing.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-without-challenge",
    summary: "A request that lacks a scope is answered 403 without a Bearer challenge",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Forbidden,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#runtime-insufficient-scope-errors",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed", "token-refused-by-mcp-server"],
    corpus: &["STEP-03", "TU-06"],
    requirements: &["CH-11"],
    clients: Some("all: without the challenge none can ask for the missing scope"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let bare = super::forbidden(context).into_iter().find(|(call, found)| {
        found.bearer().is_none()
            && found.dpop().is_none()
            && words::protection(call.response).is_none()
            && (super::is_operation(call.exchange.step) || super::token_was_good(context, call.exchange))
    });
    let Some((call, _)) = bare else { return Vec::new() };
    let line = super::challenge_line(context, &super::example_scope(context, call.exchange));
    let said = crate::context::error_of(call.exchange).map(|e| e.sentence()).unwrap_or_default();
    let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
    let other = call.response.header("www-authenticate").filter(|v| !v.trim().is_empty());
    let lack = other.map_or_else(|| "without a `WWW-Authenticate` challenge".to_owned(), |v| format!("with `WWW-Authenticate` {} instead of a Bearer challenge", code(v)));
    let hit = Hit::new(
        at::headers(call.exchange),
        format!(
            "{} is answered 403{said} {lack}: a client learns neither that a scope is missing nor which one.",
            words::asked(call.exchange)
        ),
    )
    .expected(line.clone())
    .received(format!("403, WWW-Authenticate: {}", other.unwrap_or("(none)")))
    .fix("Answer 403 with `error=\"insufficient_scope\"`, the `scope` that the operation needs, and `resource_metadata`; if another policy forbids it, say so in the body.")
    .snippet("header", line);
    vec![if context.is_blocked() { hit.level(Level::Failure) } else { hit }]
}
