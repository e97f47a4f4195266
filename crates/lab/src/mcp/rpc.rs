//! JSON-RPC over streamable HTTP with handshake and session (revisions 2025-03-26 to 2025-11-25).

use serde_json::{Value, json};

use crate::http::{Reply, Req};
use crate::mcp::access::Holder;
use crate::mcp::{session, step_up, tools};
use crate::target::Target;

/// A JSON-RPC error: code and message.
pub(crate) type RpcError = (i64, String);

/// Answers a POST to the endpoint.
pub(crate) fn answer(
    target: &Target,
    req: &Req,
    message: Option<&Value>,
    holder: &Holder,
) -> Reply {
    if let Err(reply) = check_transport(req) {
        return reply;
    }
    let Some(message) = message.filter(|message| message.is_object()) else {
        return failure(
            400,
            &Value::Null,
            -32700,
            "the body is not a JSON-RPC message",
        );
    };
    let id = message.get("id").cloned().unwrap_or(Value::Null);
    let method = message
        .get("method")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let params = message.get("params").unwrap_or(&Value::Null);
    if let Some(reply) = step_up::demand(target, holder, &needed_scope(target, method, params), &id)
    {
        return reply;
    }
    if method == "initialize" {
        return initialize(target, &id, params);
    }
    if let Err(reply) = session::check(target, req) {
        return reply;
    }
    if id.is_null() {
        return accepted(target);
    }
    carry(target, &reply_message(&id, call(method, params, holder)))
}

/// The answer to a notification.
pub(crate) fn accepted(target: &Target) -> Reply {
    let page = target.behaviour.mcp.notification;
    page.map_or_else(|| Reply::empty(202), |page| page.reply(&target.vars))
}

fn check_transport(req: &Req) -> Result<(), Reply> {
    if !req.has_content_type("application/json") {
        return Err(Reply::text(415, "send application/json"));
    }
    let accept = req.header("accept").unwrap_or_default();
    let accepts = |kind: &str| accept.contains(kind) || accept.contains("*/*");
    if accepts("application/json") && accepts("text/event-stream") {
        Ok(())
    } else {
        Err(failure(
            406,
            &Value::Null,
            -32000,
            "Accept must name application/json and text/event-stream",
        ))
    }
}

/// The scopes a request needs.
pub(crate) fn needed_scope(target: &Target, method: &str, params: &Value) -> String {
    let scopes = &target.behaviour.scopes;
    let tool = params
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if method == "tools/call" && tools::is_restricted(tool) {
        format!("{} {}", scopes.required, scopes.admin)
    } else {
        scopes.required.to_owned()
    }
}

fn initialize(target: &Target, id: &Value, params: &Value) -> Reply {
    let behaviour = &target.behaviour.mcp;
    let asked = params
        .get("protocolVersion")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let known = behaviour
        .versions
        .iter()
        .copied()
        .find(|version| *version == asked);
    let Some(version) = known.or_else(|| behaviour.versions.first().copied()) else {
        return failure(500, id, -32603, "this server speaks no revision");
    };
    let result = json!({
        "protocolVersion": version,
        "capabilities": { "tools": {} },
        "serverInfo": server_info(),
        "instructions": "A laboratory: every answer is made up.",
    });
    let reply = carry(target, &reply_message(id, Ok(result)));
    match session::start(target, version) {
        Some(session) => reply.with("Mcp-Session-Id", &session),
        None => reply,
    }
}

pub(crate) fn server_info() -> Value {
    json!({ "name": "authscope-lab", "title": "authscope lab", "version": env!("CARGO_PKG_VERSION") })
}

/// The methods both transports know.
pub(crate) fn call(method: &str, params: &Value, holder: &Holder) -> Result<Value, RpcError> {
    match method {
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools::list() })),
        "tools/call" => {
            let name = params
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let arguments = params.get("arguments").unwrap_or(&Value::Null);
            tools::call(name, arguments, holder).map_err(|why| (-32602, why))
        }
        other => Err((-32601, format!("method {other} not found"))),
    }
}

pub(crate) fn reply_message(id: &Value, outcome: Result<Value, RpcError>) -> Value {
    match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, message)) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
        }
    }
}

/// A JSON-RPC error with an HTTP status of its own.
pub(crate) fn failure(status: u16, id: &Value, code: i64, message: &str) -> Reply {
    Reply::json(status, &reply_message(id, Err((code, message.to_owned()))))
}

/// Carries a message in the HTTP answer, plain or as an event stream, with the configured faults.
pub(crate) fn carry(target: &Target, message: &Value) -> Reply {
    let behaviour = &target.behaviour.mcp;
    let message = behaviour.message.edited(message.clone(), &target.vars);
    let mut reply = Reply::json(200, &message);
    if behaviour.event_stream {
        reply = Reply::new(
            200,
            "text/event-stream",
            format!("event: message\ndata: {message}\n\n"),
        )
        .with("Cache-Control", "no-store");
    }
    behaviour.wire.apply(reply, &target.vars)
}
