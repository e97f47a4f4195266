//! The stateless transport of revision 2026-07-28: no handshake, no session, everything in each request.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::http::{Reply, Req};
use crate::mcp::access::Holder;
use crate::mcp::{rpc, step_up};
use crate::target::Target;

const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
/// JSON-RPC error codes of this revision.
const UNSUPPORTED_VERSION: i64 = -32022;
const HEADER_MISMATCH: i64 = -32020;
const INVALID_PARAMS: i64 = -32602;

/// Answers a request to the endpoint.
pub(crate) fn answer(
    target: &Target,
    req: &Req,
    message: Option<&Value>,
    holder: &Holder,
) -> Reply {
    if req.method != Method::POST {
        return Reply::text(405, "this revision uses POST only").with("Allow", "POST");
    }
    let Some(message) = message.filter(|message| message.is_object()) else {
        return rpc::failure(
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
    if let Err(reply) = check(target, req, &id, method, params) {
        return reply;
    }
    if let Some(reply) = step_up::demand(
        target,
        holder,
        &rpc::needed_scope(target, method, params),
        &id,
    ) {
        return reply;
    }
    if id.is_null() {
        return rpc::accepted(target);
    }
    match outcome(target, method, params, holder) {
        Err((-32601, why)) => rpc::failure(404, &id, -32601, &why),
        outcome => rpc::carry(target, &rpc::reply_message(&id, outcome)),
    }
}

fn outcome(
    target: &Target,
    method: &str,
    params: &Value,
    holder: &Holder,
) -> Result<Value, rpc::RpcError> {
    let mut result = match method {
        "server/discover" => json!({
            "supportedVersions": target.behaviour.mcp.versions,
            "capabilities": { "tools": {} },
            "serverInfo": rpc::server_info(),
            "instructions": "A laboratory: every answer is made up.",
        }),
        "ping" | "initialize" => return Err((-32601, format!("method {method} not found"))),
        other => rpc::call(other, params, holder)?,
    };
    result["resultType"] = json!("complete");
    Ok(result)
}

/// Headers against body, and both against what this server speaks.
fn check(
    target: &Target,
    req: &Req,
    id: &Value,
    method: &str,
    params: &Value,
) -> Result<(), Reply> {
    let meta = params.get("_meta").unwrap_or(&Value::Null);
    let version = meta.get(VERSION_KEY).and_then(Value::as_str);
    let version = version.ok_or_else(|| missing(id, VERSION_KEY))?;
    if !target.behaviour.mcp.versions.contains(&version) {
        return Err(unsupported(target, id, version));
    }
    if meta
        .get(CAPABILITIES_KEY)
        .is_none_or(|capabilities| !capabilities.is_object())
    {
        return Err(missing(id, CAPABILITIES_KEY));
    }
    same_header(req, id, "MCP-Protocol-Version", version)?;
    same_header(req, id, "Mcp-Method", method)?;
    let named = match method {
        "tools/call" | "prompts/get" => params.get("name"),
        "resources/read" => params.get("uri"),
        _ => None,
    };
    match named.and_then(Value::as_str) {
        Some(name) => same_header(req, id, "Mcp-Name", name),
        None => Ok(()),
    }
}

fn missing(id: &Value, key: &str) -> Reply {
    rpc::failure(
        400,
        id,
        INVALID_PARAMS,
        &format!("params._meta[\"{key}\"] is missing"),
    )
}

fn unsupported(target: &Target, id: &Value, version: &str) -> Reply {
    let known = target.behaviour.mcp.versions;
    let error = json!({
        "code": UNSUPPORTED_VERSION,
        "message": format!("protocol version {version} is not supported"),
        "data": { "supported": known, "requested": version },
    });
    Reply::json(400, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

fn same_header(req: &Req, id: &Value, name: &str, wanted: &str) -> Result<(), Reply> {
    let why = match req.header(name) {
        None => format!("header {name} is missing"),
        Some(value) if decoded(value).as_deref() == Some(wanted) => return Ok(()),
        Some(value) => format!("header {name} says {value}, the body says {wanted}"),
    };
    Err(rpc::failure(400, id, HEADER_MISMATCH, &why))
}

/// A header value; what is not plain ASCII comes in a Base64 wrapping.
fn decoded(value: &str) -> Option<String> {
    match value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}
