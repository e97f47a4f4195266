//! The few MCP messages the debugger needs, and reading the answers from JSON or an event stream.

use crate::fields::kind_of;
use crate::parsed::{Parsed, Problem, excerpt};
use crate::sse;
use authscope_model::Revision;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Longest excerpt of a body in a problem.
const EXCERPT: usize = 120;

/// The name we give in `clientInfo`.
const CLIENT_NAME: &str = "authscope";

/// A JSON-RPC response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct JsonRpcReply {
    /// `id` as received.
    pub id: Value,
    /// `result`.
    pub result: Option<Value>,
    /// `error`.
    pub error: Option<JsonRpcError>,
}

/// A JSON-RPC error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonRpcError {
    /// Code; 0 when it is missing or not a number.
    pub code: i64,
    /// Message.
    pub message: String,
    /// Data.
    pub data: Option<Value>,
}

/// The `initialize` request.
#[must_use]
pub fn initialize(revision: Revision, id: u64, client_version: &str) -> Value {
    let params = json!({
        "protocolVersion": revision.as_str(),
        "capabilities": {},
        "clientInfo": client_info(client_version),
    });
    request("initialize", id, Some(params))
}

/// The `notifications/initialized` notification.
#[must_use]
pub fn initialized() -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/initialized"})
}

/// A request.
#[must_use]
pub fn request(method: &str, id: u64, params: Option<Value>) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
    if let (Some(params), Some(members)) = (params, message.as_object_mut()) {
        members.insert("params".to_owned(), params);
    }
    message
}

/// The message with the `_meta` that stateless MCP asks for: protocol version, capabilities, client.
/// Members of an existing `_meta` stay.
#[must_use]
pub fn with_meta(mut message: Value, revision: Revision, client_version: &str) -> Value {
    let Some(members) = message.as_object_mut() else {
        return message;
    };
    let params = members.entry("params").or_insert_with(|| json!({}));
    let Some(params) = params.as_object_mut() else {
        return message;
    };
    let meta = params.entry("_meta").or_insert_with(|| json!({}));
    if let Some(meta) = meta.as_object_mut() {
        let prefix = "io.modelcontextprotocol";
        meta.insert(
            format!("{prefix}/protocolVersion"),
            json!(revision.as_str()),
        );
        meta.insert(format!("{prefix}/clientCapabilities"), json!({}));
        meta.insert(format!("{prefix}/clientInfo"), client_info(client_version));
    }
    message
}

fn client_info(version: &str) -> Value {
    json!({"name": CLIENT_NAME, "version": version})
}

/// The value of `Mcp-Name` for a tool, resource or prompt name: as it is when it is plain ASCII that
/// survives a header, else the Base64 sentinel.
#[must_use]
pub fn name_header(name: &str) -> String {
    let plain = !name.is_empty()
        && name.chars().all(|c| matches!(c, ' '..='~'))
        && name.trim() == name
        && !name.starts_with("=?base64?");
    if plain {
        name.to_owned()
    } else {
        format!("=?base64?{}?=", STANDARD.encode(name))
    }
}

/// Reads the answer to request `id` from a response body: JSON, a JSON batch, or an event stream.
#[must_use]
pub fn read_reply(content_type: &str, text: &str, id: u64) -> Parsed<JsonRpcReply> {
    if is_event_stream(content_type, text) {
        return read_stream(text, id);
    }
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => read_value(&value, id),
        Err(error) => Parsed::unreadable(Problem::new(
            "",
            if text.trim().is_empty() {
                "the body is empty, not a JSON-RPC response".to_owned()
            } else {
                format!("the body is not a JSON-RPC response: {error}")
            },
            "a JSON-RPC 2.0 response, or an event stream with one",
            excerpt(text, EXCERPT),
        )),
    }
}

fn is_event_stream(content_type: &str, text: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("text/event-stream") {
        return true;
    }
    // Some servers send a stream under another type.
    let start = text.trim_start_matches('\u{feff}').trim_start();
    ["data:", "event:", "id:", ":"]
        .iter()
        .any(|field| start.starts_with(field))
}

fn read_stream(text: &str, id: u64) -> Parsed<JsonRpcReply> {
    let mut problems = Vec::new();
    let mut last = None;
    for (index, event) in sse::events(text).into_iter().enumerate() {
        if event.data.is_empty() {
            continue;
        }
        let Ok(value) = serde_json::from_str::<Value>(&event.data) else {
            problems.push(stray_event(index, &event.data));
            continue;
        };
        if !event.terminated {
            problems.push(unterminated(index));
        }
        if value.get("method").is_some() {
            continue;
        }
        let reply = read_value(&value, id);
        let matches = reply.value.as_ref().is_some_and(|r| r.id == json!(id));
        last = Some(reply);
        if matches {
            break;
        }
    }
    match last {
        Some(mut reply) => {
            problems.append(&mut reply.problems);
            Parsed { problems, ..reply }
        }
        None => {
            problems.push(no_reply(text));
            Parsed {
                value: None,
                problems,
            }
        }
    }
}

fn stray_event(index: usize, data: &str) -> Problem {
    Problem::new(
        "",
        format!("the data of event {} is not JSON", index + 1),
        "one JSON-RPC message per event",
        excerpt(data, EXCERPT),
    )
}

fn unterminated(index: usize) -> Problem {
    Problem::new(
        "",
        format!(
            "event {} is not ended by a blank line; browsers and most clients discard it",
            index + 1
        ),
        "a blank line after every event",
        "the end of the stream",
    )
}

fn no_reply(text: &str) -> Problem {
    Problem::new(
        "",
        "the event stream holds no JSON-RPC response",
        "an event whose data is the JSON-RPC response",
        excerpt(text, EXCERPT),
    )
}

fn read_value(value: &Value, id: u64) -> Parsed<JsonRpcReply> {
    if let Value::Array(items) = value {
        let wanted = items.iter().find(|item| item.get("id") == Some(&json!(id)));
        return wanted.or_else(|| items.first()).map_or_else(
            || Parsed::unreadable(not_a_reply(value)),
            |item| read_object(item, id),
        );
    }
    read_object(value, id)
}

fn read_object(value: &Value, id: u64) -> Parsed<JsonRpcReply> {
    let result = value.get("result").cloned();
    let error = value.get("error").filter(|e| !e.is_null()).map(read_error);
    if result.is_none() && error.is_none() {
        return Parsed::unreadable(not_a_reply(value));
    }
    let received = value.get("id").cloned().unwrap_or_default();
    let mut problems = Vec::new();
    if value.get("jsonrpc") != Some(&json!("2.0")) {
        let version = value.get("jsonrpc").map(Value::to_string);
        problems.push(Problem::new(
            "/jsonrpc",
            "jsonrpc is not \"2.0\"",
            "\"2.0\"",
            version.unwrap_or_else(|| "nothing".to_owned()),
        ));
    }
    // An error that arose before the request was read has a null id (JSON-RPC 2.0 §5).
    if received != json!(id) && !(error.is_some() && received.is_null()) {
        problems.push(Problem::new(
            "/id",
            "the id is not that of the request",
            id.to_string(),
            excerpt(&received.to_string(), EXCERPT),
        ));
    }
    if result.is_some() && error.is_some() {
        problems.push(Problem::new(
            "",
            "the response has both result and error",
            "either result or error",
            "both",
        ));
    }
    let reply = JsonRpcReply {
        id: received,
        result,
        error,
    };
    Parsed::read(reply, problems)
}

fn read_error(error: &Value) -> JsonRpcError {
    let message = match error.get("message").or(Some(error)) {
        Some(Value::String(message)) => message.clone(),
        Some(other) => excerpt(&other.to_string(), EXCERPT),
        None => String::new(),
    };
    JsonRpcError {
        code: error.get("code").and_then(Value::as_i64).unwrap_or(0),
        message,
        data: error.get("data").cloned(),
    }
}

fn not_a_reply(value: &Value) -> Problem {
    Problem::new(
        "",
        format!(
            "{} without result or error is no JSON-RPC response",
            kind_of(value)
        ),
        "an object with result or error",
        excerpt(&value.to_string(), EXCERPT),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_have_the_members_the_revision_asks_for() {
        let message = initialize(Revision::V2025_06_18, 1, "0.1.0");
        assert_eq!(message["params"]["protocolVersion"], "2025-06-18");
        assert_eq!(message["params"]["clientInfo"]["version"], "0.1.0");
        assert!(initialized().get("id").is_none());
        let list = with_meta(
            request("tools/list", 2, None),
            Revision::V2026_07_28,
            "0.1.0",
        );
        let meta = &list["params"]["_meta"];
        assert_eq!(
            meta["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        assert_eq!(
            meta["io.modelcontextprotocol/clientCapabilities"],
            json!({})
        );
        assert_eq!(
            meta["io.modelcontextprotocol/clientInfo"]["name"],
            "authscope"
        );
    }

    #[test]
    fn meta_is_added_to_what_is_there() {
        let call = request(
            "tools/call",
            3,
            Some(json!({"name": "x", "_meta": {"k": 1}})),
        );
        let call = with_meta(call, Revision::V2026_07_28, "0");
        assert_eq!(call["params"]["name"], "x");
        assert_eq!(call["params"]["_meta"]["k"], 1);
        assert_eq!(with_meta(json!(1), Revision::V2026_07_28, "0"), json!(1));
    }

    #[test]
    fn names_fit_a_header() {
        assert_eq!(name_header("get_weather"), "get_weather");
        assert_eq!(name_header("日本"), "=?base64?5pel5pys?=");
        assert_eq!(name_header(" x"), "=?base64?IHg=?=");
        assert!(name_header("=?base64?x?=").starts_with("=?base64?PT9"));
    }

    #[test]
    fn a_json_reply_is_read() {
        let parsed = read_reply(
            "application/json",
            r#"{"jsonrpc":"2.0","id":1,"result":{"a":1}}"#,
            1,
        );
        assert!(parsed.is_clean());
        assert_eq!(parsed.value.unwrap().result, Some(json!({"a": 1})));
    }

    #[test]
    fn a_stream_reply_is_found_among_notifications() {
        let text = "id: 0\ndata:\n\n\
            data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n\
            data: {\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32001,\"message\":\"Unauthorized\"}}\n\n\
            data: {\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}\n\n";
        let parsed = read_reply("text/event-stream; charset=utf-8", text, 7);
        assert!(parsed.is_clean(), "{:?}", parsed.problems);
        let error = parsed.value.unwrap().error.unwrap();
        assert_eq!(
            (error.code, error.message.as_str()),
            (-32001, "Unauthorized")
        );
    }

    #[test]
    fn broken_replies_are_read_with_problems() {
        let parsed = read_reply("application/json", r#"{"id":"1","result":{}}"#, 1);
        assert!(parsed.value.is_some());
        let pointers: Vec<_> = parsed.problems.iter().map(|p| p.pointer.as_str()).collect();
        assert_eq!(pointers, ["/jsonrpc", "/id"]);
        let cut = read_reply(
            "text/event-stream",
            "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
            1,
        );
        assert!(cut.value.is_some());
        assert_eq!(cut.problems.len(), 1);
        assert_eq!(read_reply("text/html", "<html>", 1).value, None);
        assert_eq!(
            read_reply("text/event-stream", ": nothing\n\n", 1).value,
            None
        );
        assert_eq!(
            read_reply("application/json", "{\"errors\":[]}", 1).value,
            None
        );
        assert_eq!(read_reply("application/json", "", 1).problems.len(), 1);
    }

    #[test]
    fn a_null_id_is_right_for_an_early_error() {
        let text = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"x"}}"#;
        assert!(read_reply("application/json", text, 1).is_clean());
        let batch = format!("[{text}]");
        assert!(read_reply("application/json", &batch, 1).is_clean());
    }

    proptest! {
        #[test]
        fn nothing_panics(kind in "(application/json|text/event-stream|)", text in ".*") {
            let _ = read_reply(&kind, &text, 1);
        }
    }
}
