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
        let json = (kind == "application/json" || kind.ends_with("+json")) && !is_stream(&response.body.text);
        let fits = stream || json;
        (!fits && (is_readable(e, response) || is_stream(&response.body.text) || response.body.json().is_some())).then_some((*e, response))
    });
    let Some((exchange, response)) = wrong.next() else { return Vec::new() };
    let kind = response.header("content-type").unwrap_or("(none)");
    let what = if is_stream(&response.body.text) { "an event stream" } else { "a JSON-RPC message" };
    vec![
        Hit::new(
            at::header(exchange, "content-type"),
            format!(
                "The answer to {} is {what} under `Content-Type` {}: clients decide by that header how to read it, and refuse this one.",
                words::asked(exchange),
                code(kind)
            ),
        )
        .expected("Content-Type: application/json, or text/event-stream")
        .received(kind)
        .fix("Set `Content-Type: application/json` on JSON answers of the MCP endpoint, `text/event-stream` on event streams.")
        .snippet("header", "Content-Type: application/json"),
    ]
}

/// Whether a body has the form of an event stream.
fn is_stream(text: &str) -> bool {
    let text = text.trim_start();
    let begins = ["data:", "event:", "id:", "retry:", ":"].iter().any(|field| text.starts_with(field));
    begins && text.lines().any(|line| line.starts_with("data:"))
}
