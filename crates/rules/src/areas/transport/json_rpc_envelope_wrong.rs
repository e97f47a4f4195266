//! The envelope of a JSON-RPC answer is wrong.

use crate::prelude::*;
use authscope_protocol::mcp;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "json-rpc-envelope-wrong",
    summary: "The JSON-RPC answer has another id than the request, or lacks jsonrpc 2.0",
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
    clients: Some("all that match answers to requests by id: they wait for ever"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.exchanges().iter().filter(|e| {
        (e.step.is_authenticated_mcp() || e.step == StepKind::Probe) && e.step != StepKind::McpInitialized
    });
    asked.filter_map(|e| hit(context, e)).take(1).collect()
}

/// Whether an answer has both members; an `error` that is null counts.
fn has_both(response: &authscope_model::exchange::Response) -> bool {
    crate::context::message_of(response).is_some_and(|m| m.get("result").is_some() && m.get("error").is_some())
}

/// What `result` is in place of an object.
fn no_object(response: &authscope_model::exchange::Response) -> Option<&'static str> {
    let message = crate::context::message_of(response)?;
    message.get("result").filter(|result| !result.is_object()).map(words::value_kind)
}

fn hit(context: &Context<'_>, exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.is_success())?;
    let id = exchange.request.body.json()?.get("id")?.as_u64()?;
    let kind = response.header("content-type").unwrap_or_default();
    let read = mcp::read_reply(kind, &response.body.text, id);
    read.value.as_ref()?;
    // Revision 2025-03-26 had batches.
    let batch = response.body.json().is_some_and(|v| v.is_array()) && context.behaviour().resource_parameter;
    let problem = read.problems.iter().find(|p| p.pointer == "/id" || p.pointer == "/jsonrpc" || p.message.contains("both"));
    let bare = no_object(response);
    let (what, expected, received, pointer) = match problem {
        Some(p) => (p.message.clone(), p.expected.clone(), p.received.clone(), p.pointer.as_str()),
        None if has_both(response) => ("it has `result` and `error` at once".into(), "`result` or `error`, the other one left out".into(), "both members".into(), "/error"),
        None if bare.is_some() => ("`result` is not an object, as every result of MCP is".into(), "an object as `result`".into(), bare.unwrap_or_default().into(), "/result"),
        None if batch => ("the answer is a list (a batch), which this revision does not have".into(), "one JSON object".into(), "an array".into(), ""),
        None => return None,
    };
    let said = crate::context::message_of(response).and_then(|m| crate::context::complaint_of(&m)).filter(|s| !s.is_empty());
    let said = said.map(|s| format!("; it reports the error {}", code(&s))).unwrap_or_default();
    Some(
        Hit::new(
            at::json(exchange, pointer),
            format!("The JSON-RPC answer to {} (request `id` {id}) is not right: {what} (received: {}){said}.", words::asked(exchange), code(&received)),
        )
        .expected(format!("{{\"jsonrpc\": \"2.0\", \"id\": {id}, \"result\": …}}: {expected}"))
        .received(received)
        .fix(format!("Answer with `\"jsonrpc\": \"2.0\"` and the `id` of the request, {id}, in one object."))
        .snippet("json", format!("{{ \"jsonrpc\": \"2.0\", \"id\": {id}, \"result\": {{}} }}")),
    )
}
