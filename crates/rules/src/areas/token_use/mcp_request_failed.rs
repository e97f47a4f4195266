//! A request with the token failed, and nothing more is known.

use crate::context::complaint_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-request-failed",
    summary: "The MCP server does not answer a request with the token as it should",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &[
        "MCP-2025-03-26-transports#sending-messages-to-the-server",
        "MCP-2025-06-18-transports#sending-messages-to-the-server",
        "MCP-2025-11-25-transports#sending-messages-to-the-server",
        "MCP-2026-07-28-transports#sending-messages-to-the-server",
    ],
    confidence: Confidence::Likely,
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // Only the last word counts: a flow that went on was not stopped by it.
    let calls = context.calls();
    let Some(call) = calls.last().filter(|_| context.is_blocked()) else { return Vec::new() };
    if matches!(call.status(), 401 | 403) || call.exchange.extra {
        return Vec::new();
    }
    let complaint = call.message().and_then(|m| complaint_of(&m));
    let said = if call.response.is_success() {
        let Some(complaint) = complaint else { return Vec::new() };
        let code = call.message().and_then(|m| m.pointer("/error/code")?.as_i64());
        match code {
            Some(code) => format!("JSON-RPC error {code}: {complaint}"),
            None => format!("an error as its result: {complaint}"),
        }
    } else {
        let sentence = crate::context::error_of(call.exchange).map(|e| e.sentence());
        sentence.unwrap_or_else(|| words::answer(call.exchange))
    };
    vec![
        Hit::new(at::body(call.exchange), format!("The MCP server does not answer {} with the token: {said}.", words::asked(call.exchange)))
            .expected("a JSON-RPC result")
            .received(said)
            .fix("Read the server's message and log; the token itself was not refused."),
    ]
}
