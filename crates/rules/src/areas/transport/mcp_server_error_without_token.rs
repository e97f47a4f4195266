//! A 5xx to a request without a token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-server-error-without-token",
    summary: "The MCP server answers a request without a token with a server error",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &[
        "RFC6750-3.1",
        "RFC9110-15.6",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-06-18-authorization#error-handling",
        "MCP-2025-11-25-authorization#error-handling",
        "MCP-2026-07-28-authorization#error-handling",
    ],
    corpus: &["DC-10"],
    requirements: &["CH-01"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = context.probe().filter(|e| e.status().is_some_and(|s| s >= 500)) else {
        return Vec::new();
    };
    let said = crate::context::error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
    let status = exchange.status().unwrap_or_default();
    vec![
        Hit::new(
            at::status(exchange),
            format!("The MCP server answers {status} to a request without a token ({said}), where 401 with a `WWW-Authenticate` challenge belongs."),
        )
        .expected("401 with a WWW-Authenticate challenge")
        .received(said)
        .fix("Handle a missing token before anything that needs one, and answer 401 with a challenge; the server's log has the error behind this answer.")
        .snippets(snippets::challenge(context, &snippets::prm_url(context))),
    ]
}
