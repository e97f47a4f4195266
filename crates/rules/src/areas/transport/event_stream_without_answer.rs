//! An event stream that never carries the answer.

use crate::context::message_of;
use crate::prelude::*;
use authscope_model::exchange::Cut;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "event-stream-without-answer",
    summary: "The MCP server opens an event stream and never sends the answer on it",
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
    explains: &["answer-cut-off", "mcp-answer-not-json-rpc", "mcp-request-failed"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.exchanges().iter().filter(|e| {
        (e.step.is_authenticated_mcp() || e.step == StepKind::Probe) && e.step != StepKind::McpInitialized
    });
    let mut silent = asked.filter_map(|e| {
        let response = e.response().filter(|r| r.is_success() && r.media_type() == "text/event-stream")?;
        let ended = response.body.cut != Some(Cut::Cap) && response.body.cut != Some(Cut::StreamAnswered);
        (ended && message_of(response).is_none() && response.body.json().is_none()).then_some((*e, response))
    });
    let Some((exchange, response)) = silent.next() else { return Vec::new() };
    let how = match response.body.cut {
        Some(Cut::Timeout) => "stays open without it until the time limit",
        Some(_) => "breaks off before it",
        None => "ends without it",
    };
    vec![
        Hit::new(
            at::body(exchange),
            format!(
                "The answer to {} is an event stream (`Content-Type`: text/event-stream) that {how}: no event carries the JSON-RPC response.",
                words::asked(exchange)
            ),
        )
        .expected("an event whose data is the JSON-RPC response, then the end of the stream")
        .received(if response.body.text.trim().is_empty() { "no event".to_owned() } else { words::start(&response.body.text) })
        .fix("Send the response as an event on the stream of its own request; look for a proxy that buffers events (nginx: `proxy_buffering off`), and for a response that was sent on another stream or instance.")
        .snippet("nginx", "proxy_buffering off;\nproxy_cache off;\nproxy_read_timeout 1h;"),
    ]
}
