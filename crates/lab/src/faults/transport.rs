//! Faults of the MCP transport once a token is there.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Fault, MCP_SERVER};
use crate::http::Step;
use crate::mcp::session::SessionMode;
use crate::pages::Page;

/// What a body of far too many bytes is filled up to.
const HUGE: usize = 24 << 20;

fn padded(message: &Value) -> Vec<u8> {
    let mut body = message.to_string().into_bytes();
    body.resize(HUGE, b' ');
    body
}

fn replace_result(mut message: Value, marker: &str, with: impl Fn(&mut Value)) -> Value {
    if let Some(result) = message
        .get_mut("result")
        .filter(|result| result.get(marker).is_some())
    {
        with(result);
    }
    message
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "stream-without-answer",
        title: "Event stream without an answer",
        summary: "The answer is an event stream that stays open and never carries the response.",
        rules: &["event-stream-without-answer"],
        apply: |b| {
            b.mcp.event_stream = true;
            b.mcp.wire.play = Some(|_| vec![Step::Send(b": waiting\n\n".to_vec()), Step::Hang]);
        },
        ..MCP_SERVER
    },
    Fault {
        id: "stream-never-ends",
        title: "Event stream that stays open",
        summary: "The event stream carries the response and is never closed, so that clients that read to the end wait for ever.",
        // authscope reads no further than the answer, as the SDKs do: nothing to see.
        rules: &[],
        apply: |b| {
            b.mcp.event_stream = true;
            b.mcp.wire.play = Some(|bytes| vec![Step::Send(bytes), Step::Hang]);
        },
        ..MCP_SERVER
    },
    Fault {
        id: "answer-hangs",
        title: "The answer never comes",
        summary: "Status and headers arrive, the body does not.",
        rules: &["answer-cut-off"],
        apply: |b| b.mcp.wire.play = Some(|_| vec![Step::Hang]),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-cut-off",
        title: "The connection closes mid-body",
        summary: "The connection is closed in the middle of the answer.",
        rules: &["answer-cut-off"],
        apply: |b| {
            b.mcp.wire.play = Some(|mut bytes| {
                bytes.truncate(bytes.len() / 2);
                // The pause lets the first half leave before the connection closes.
                vec![
                    Step::Send(bytes),
                    Step::Wait(Duration::from_millis(100)),
                    Step::Break,
                ]
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "answer-huge",
        title: "A huge answer",
        summary: "The answer is 24 MiB long, nearly all of it spaces.",
        rules: &["answer-too-large"],
        apply: |b| b.mcp.wire.write = Some(padded),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-content-type",
        title: "The answer as text/plain",
        summary: "The JSON-RPC answer is right, its Content-Type says text/plain.",
        rules: &["mcp-content-type-wrong"],
        apply: |b| {
            b.mcp
                .wire
                .set_header("Content-Type", |_| "text/plain; charset=utf-8".to_owned())
        },
        ..MCP_SERVER
    },
    Fault {
        id: "answer-stream-unlabelled",
        title: "JSON labelled as an event stream",
        summary: "The answer is plain JSON, its Content-Type says text/event-stream.",
        rules: &["mcp-content-type-wrong"],
        apply: |b| {
            b.mcp
                .wire
                .set_header("Content-Type", |_| "text/event-stream".to_owned())
        },
        ..MCP_SERVER
    },
    Fault {
        id: "answer-broken-json",
        title: "The answer is not JSON",
        summary: "The answer is JSON as a careless program prints it, with single quotes.",
        rules: &["mcp-answer-not-json-rpc"],
        apply: |b| {
            b.mcp.wire.write = Some(|message| message.to_string().replace('"', "'").into_bytes())
        },
        ..MCP_SERVER
    },
    Fault {
        id: "answer-byte-order-mark",
        title: "The answer with a byte order mark",
        summary: "The answer starts with a byte order mark, which JSON parsers may refuse.",
        rules: &["json-byte-order-mark"],
        apply: |b| b.mcp.wire.write = Some(|message| format!("\u{feff}{message}").into_bytes()),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-empty",
        title: "An empty answer",
        summary: "Requests are answered 200 with no body.",
        rules: &["mcp-answer-not-json-rpc"],
        apply: |b| b.mcp.wire.write = Some(|_| Vec::new()),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-wrong-id",
        title: "The answer has another id",
        summary: "The JSON-RPC answer carries an id that no request had.",
        rules: &["json-rpc-envelope-wrong"],
        apply: |b| b.mcp.message.set("id", |_| json!(4711)),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-without-id",
        title: "The answer has no id",
        summary: "The JSON-RPC answer lacks the id, so that nobody knows what it answers.",
        rules: &["json-rpc-envelope-wrong"],
        apply: |b| b.mcp.message.remove("id"),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-without-version",
        title: "The answer lacks jsonrpc",
        summary: "The answer lacks the member jsonrpc, so that strict clients refuse it.",
        rules: &["json-rpc-envelope-wrong"],
        apply: |b| b.mcp.message.remove("jsonrpc"),
        ..MCP_SERVER
    },
    Fault {
        id: "answer-in-a-batch",
        title: "The answer in a list",
        summary: "The answer is a batch of one, which recent revisions have no more.",
        rules: &["json-rpc-envelope-wrong"],
        apply: |b| b.mcp.message.rewrite(|message| json!([message])),
        ..MCP_SERVER
    },
    Fault {
        id: "unknown-protocol-version",
        title: "A revision nobody knows",
        summary: "initialize is answered with a protocol version that no client knows.",
        rules: &["protocol-version-unknown"],
        apply: |b| {
            b.mcp.message.rewrite(|message| {
                replace_result(message, "protocolVersion", |result| {
                    result["protocolVersion"] = json!("2099-01-01")
                })
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "tools-list-fails",
        title: "tools/list fails",
        summary: "The handshake works, and tools/list is answered with an internal error.",
        rules: &["mcp-request-failed"],
        apply: |b| {
            b.mcp.message.rewrite(|message| {
                if message.pointer("/result/tools").is_none() {
                    return message;
                }
                json!({ "jsonrpc": "2.0", "id": message["id"], "error": { "code": -32603, "message": "Internal error" } })
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "session-demanded-not-given",
        title: "A session id is demanded and never given",
        summary: "initialize gives no session id, and every later request is refused for lack of one.",
        rules: &["session-id-not-assigned"],
        apply: |b| b.mcp.sessions = SessionMode::DemandedNotGiven,
        ..MCP_SERVER
    },
    Fault {
        id: "session-forgotten",
        title: "The session is forgotten",
        summary: "The session id from initialize is unknown in the next request, as by another replica.",
        rules: &["mcp-session-lost"],
        apply: |b| b.mcp.sessions = SessionMode::Forgotten,
        ..MCP_SERVER
    },
    Fault {
        id: "notification-refused",
        title: "notifications/initialized is refused",
        summary: "The notification that ends the handshake is answered 400.",
        rules: &["notification-answer-wrong"],
        apply: |b| {
            b.mcp.notification = Some(Page::Json(
                400,
                r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#,
            ))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "notification-answered",
        title: "notifications/initialized is answered with 200",
        summary: "The notification is answered 200 with a JSON-RPC message in place of 202 and nothing.",
        rules: &["notification-answer-wrong"],
        apply: |b| {
            b.mcp.notification = Some(Page::Json(
                200,
                r#"{"jsonrpc":"2.0","id":null,"result":{}}"#,
            ))
        },
        ..MCP_SERVER
    },
];
