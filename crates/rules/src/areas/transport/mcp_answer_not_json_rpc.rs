//! A success of the MCP server that is no MCP message.

use crate::context::is_readable;
use crate::prelude::*;
use authscope_model::exchange::Cut;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-answer-not-json-rpc",
    summary: "The MCP server answers with something that is not a JSON-RPC message",
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
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.exchanges().iter().filter(|e| {
        (e.step.is_authenticated_mcp() || e.step == StepKind::Probe) && e.step != StepKind::McpInitialized
    });
    let unreadable = asked.filter_map(|e| e.response().map(|r| (*e, r))).find(|(e, r)| {
        r.is_success() && r.body.cut != Some(Cut::Cap) && !is_readable(e, r)
    });
    let Some((exchange, response)) = unreadable else { return Vec::new() };
    let what = match response.body.cut {
        Some(Cut::Timeout) => "a body that did not end in time".to_owned(),
        Some(Cut::ConnectionLost) => "a body that was cut off".to_owned(),
        _ => words::body_kind(response),
    };
    let kind = response.header("content-type").unwrap_or("no Content-Type");
    let bare = exchange.step == StepKind::Probe && exchange.request.header("authorization").is_none() && response.body.length == 0;
    let unless = if bare { "; where a token is wanted, 401 with a challenge belongs" } else { "" };
    vec![
        Hit::new(
            at::body(exchange),
            format!(
                "The MCP server answers {} to {} with {what} (`Content-Type`: {kind}), not with a JSON-RPC message{unless}.",
                response.status,
                words::asked(exchange)
            ),
        )
        .expected("application/json with a JSON-RPC message, or text/event-stream with one")
        .received(format!("{kind}: {}", words::start(&response.body.text)))
        .fix(format!(
            "Make sure that {} reaches the MCP handler also with a token (another backend may answer), and answer with `application/json` or `text/event-stream`.",
            code(&exchange.request.url)
        )),
    ]
}
