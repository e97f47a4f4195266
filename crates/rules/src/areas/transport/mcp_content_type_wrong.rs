//! A right answer under a wrong media type.

use crate::context::is_readable;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-content-type-wrong",
    summary: "The MCP server labels its answer with another Content-Type than JSON or event stream",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "MCP-2025-03-26-transports#sending-messages-to-the-server",
        "MCP-2025-06-18-transports#sending-messages-to-the-server",
        "MCP-2025-11-25-transports#sending-messages-to-the-server",
        "MCP-2026-07-28-transports#sending-messages-to-the-server",
    ],
    clients: Some("the SDKs (\"Unexpected content type\")"),
    explains: &["mcp-answer-not-json-rpc", "mcp-request-failed"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.exchanges().iter().filter(|e| {
        (e.step.is_authenticated_mcp() || e.step == StepKind::Probe) && e.step != StepKind::McpInitialized
    });
    let mut wrong = asked.filter_map(|e| {
        let response = e.response().filter(|r| r.is_success() && !r.body.text.trim().is_empty())?;
        let kind = response.media_type();
        let stream = kind == "text/event-stream" && response.body.json().is_none();
        let fits = stream || kind == "application/json" || kind.ends_with("+json");
        (!fits && (is_readable(e, response) || response.body.json().is_some())).then_some((*e, response))
    });
    let Some((exchange, response)) = wrong.next() else { return Vec::new() };
    let kind = response.header("content-type").unwrap_or("(none)");
    vec![
        Hit::new(
            at::header(exchange, "content-type"),
            format!(
                "The answer to {} is a JSON-RPC message under `Content-Type` {}: clients decide by that header how to read it, and refuse this one.",
                exchange.step.title(),
                code(kind)
            ),
        )
        .expected("Content-Type: application/json, or text/event-stream")
        .received(kind)
        .fix("Set `Content-Type: application/json` on JSON answers of the MCP endpoint.")
        .snippet("header", "Content-Type: application/json"),
    ]
}
