//! A missing scope is answered 401.

use crate::context::challenges;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-status",
    summary: "A request with a good token that lacks a scope is answered 401 instead of 403",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-06-18-authorization#error-handling",
        "MCP-2025-11-25-authorization#error-handling",
        "MCP-2026-07-28-authorization#error-handling",
    ],
    explains: &["mcp-request-failed", "token-refused-by-mcp-server", "token-refused-as-if-missing", "token-refused-later"],
    requirements: &["CH-10", "CH-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let refused = calls.iter().filter(|c| (400..500).contains(&c.status()) && c.status() != 403);
    let mut hits = refused.filter_map(|call| {
        let found = challenges(call.exchange);
        let bearer = found.bearer().or_else(|| found.dpop());
        let says = bearer.is_some_and(|b| b.param("error") == Some("insufficient_scope"));
        // The same token was taken for everything before this operation, so it is good.
        let operation = call.status() == 401 && call.exchange.step == StepKind::McpToolsCall && super::token_was_good(context, call.exchange);
        (says || operation).then(|| hit(context, call, says))
    });
    hits.next().into_iter().collect()
}

fn hit(context: &Context<'_>, call: &crate::context::Call<'_>, says: bool) -> Hit {
    let line = super::challenge_line(context, &super::example_scope(context, call.exchange));
    let step = words::asked(call.exchange);
    let (message, confidence) = if says {
        (
            format!(
                "A missing scope is answered {} with `insufficient_scope` ({step}) instead of 403: {}.",
                call.status(),
                if call.status() == 401 { "clients refresh or sign in again for the same scopes" } else { "clients do not ask for the missing scope" }
            ),
            Confidence::Certain,
        )
    } else {
        (
            format!("{step} is answered 401, although the same token was taken by the requests before it: a missing scope or permission belongs into a 403 with `insufficient_scope`, 401 makes clients sign in again for the same scopes."),
            Confidence::Likely,
        )
    };
    Hit::new(at::status(call.exchange), message)
        .expected(format!("403, {line}"))
        .received(format!(
            "{}, WWW-Authenticate: {}",
            call.response.status_line,
            call.response.header("www-authenticate").unwrap_or("(none)")
        ))
        .related(at::header(call.exchange, "www-authenticate"))
        .fix("Answer 403 with `error=\"insufficient_scope\"` and `scope` when the token is good and lacks a scope; keep 401 for missing and bad tokens.")
        .snippet("header", line)
        .confidence(confidence)
}
