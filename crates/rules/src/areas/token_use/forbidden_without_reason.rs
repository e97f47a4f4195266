//! A bare 403 for a fresh token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "forbidden-without-reason",
    summary: "The MCP server answers 403 to the fresh token and does not say why",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Forbidden,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#runtime-insufficient-scope-errors",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed"],
    corpus: &["TU-06", "STEP-03"],
    requirements: &["CH-10", "CH-11"],
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let bare = calls.iter().find(|c| c.status() == 403 && c.challenges().bearer().and_then(|b| b.param("error")).is_none());
    let Some(call) = bare else { return Vec::new() };
    let said = super::said(call.exchange);
    let what = if said.is_empty() { words::body_kind(call.response) } else { said };
    let found = call.challenges();
    let other = found.list.iter().find(|c| !c.scheme.eq_ignore_ascii_case("bearer")).map(|c| c.scheme.clone());
    let none = other.map_or_else(|| "names no error in a challenge".to_owned(), |scheme| format!("has only a challenge of the scheme {}, though the token was sent as `Bearer`", code(&scheme)));
    vec![
        Hit::new(at::header(call.exchange, "www-authenticate"), format!("The MCP server answers 403 to {} with the token and {none} ({what}).", words::asked(call.exchange)))
            .expected("WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"…\", resource_metadata=\"…\"")
            .received(format!("403, {what}"))
            .fix("When a scope is missing, answer 403 with `error=\"insufficient_scope\"` and `scope`; when the token is not acceptable, 401; check that no firewall or Origin check answers in place of the server."),
    ]
}
