//! A server error to a request with a token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-server-error-with-token",
    summary: "The MCP server answers a request with the token with a server error",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &[
        "RFC6750-3.1",
        "RFC9110-15.6.1",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-06-18-authorization#error-handling",
        "MCP-2025-11-25-authorization#error-handling",
        "MCP-2026-07-28-authorization#error-handling",
    ],
    explains: &["mcp-request-failed"],
    corpus: &["DC-10"],
    requirements: &["CH-01", "US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let Some(call) = calls.iter().find(|c| c.status() >= 500) else { return Vec::new() };
    let said = crate::context::error_of(call.exchange).map(|e| e.sentence()).unwrap_or_default();
    vec![
        Hit::new(at::body(call.exchange), format!("The MCP server fails at {} with the token: {said}.", words::asked(call.exchange)))
            .expected("an answer, or 401 with error=\"invalid_token\" when the token is not acceptable")
            .received(said)
            .fix("Map every failure of the token check (signature, expiry, audience, unreachable keys) to 401 with `error=\"invalid_token\"`; the server's log has the error."),
    ]
}
