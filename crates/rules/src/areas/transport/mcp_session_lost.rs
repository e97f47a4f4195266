//! The MCP session is gone right after it began.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-session-lost",
    summary: "The MCP server does not know the session it has just opened",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Must), Some(Must), Some(Must), None),
    needs: Need::McpCall,
    references: &[
        "MCP-2025-03-26-transports#session-management",
        "MCP-2025-06-18-transports#session-management",
        "MCP-2025-11-25-transports#session-management",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed"],
    requirements: &["HS-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let lost = context.calls().into_iter().find(|c| {
        c.exchange.request.header("mcp-session-id").is_some()
            && (c.status() == 404 || (c.status() == 400 && c.response.body.text.to_lowercase().contains("session")))
    });
    let Some(call) = lost else { return Vec::new() };
    vec![
        Hit::new(
            at::status(call.exchange),
            format!(
                "The MCP server answers {} to {} although the request carries the `Mcp-Session-Id` it assigned in `initialize`.",
                call.status(),
                words::asked(call.exchange)
            ),
        )
        .expected("an answer within the session")
        .received(call.status().to_string())
        .related(at::request_header(call.exchange, "mcp-session-id"))
        .fix("Keep sessions where every instance finds them, or send all requests of a session to the same instance; bind the session to the user, not to one connection."),
    ]
}
