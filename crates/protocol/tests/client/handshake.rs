//! HS rows: handshake and transport.

use crate::world::{MCP, World, body, config, header, json_reply};
use authscope_model::StepKind;
use authscope_model::event::Ending;
use serde_json::json;

#[test]
fn hs_01_initialize_then_initialized_come_first() {
    for revision in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut world = World::default();
        if revision == "2025-03-26" {
            world.metadata.push((
                "https://mcp.example/.well-known/oauth-authorization-server".into(),
                crate::world::metadata(),
            ));
        }
        assert_eq!(
            world.run(config(revision)).0,
            Ending::Complete,
            "{revision}"
        );
        assert_eq!(body(&world.sent[0])["method"], "initialize");
        let steps = world.steps();
        let tail = [
            StepKind::McpInitialize,
            StepKind::McpInitialized,
            StepKind::McpToolsList,
        ];
        assert_eq!(steps[steps.len() - 3..], tail, "{revision}");
    }
}

#[test]
fn hs_02_initialize_offers_the_revision_asked_for() {
    let mut world = World::default();
    world.run(config("2025-06-18"));
    assert_eq!(
        body(&world.sent[0])["params"]["protocolVersion"],
        "2025-06-18"
    );
}

/// A world whose `initialize` is answered with a protocol version.
fn answering(version: &'static str) -> World {
    World {
        hook: Box::new(move |p, _| {
            let is_init = p.step == StepKind::McpInitialize;
            is_init.then(|| {
                json_reply(200, &json!({ "jsonrpc": "2.0", "id": body(p)["id"], "result": { "protocolVersion": version } }))
            })
        }),
        ..World::default()
    }
}

#[test]
fn hs_02_a_version_that_no_client_knows_ends_the_connection() {
    let mut world = answering("2099-01-01");
    let (ending, message) = world.run(config("2025-11-25"));
    assert_eq!(ending, Ending::ConformingClientStops);
    assert!(message.contains("2099-01-01"), "{message}");
    assert!(!world.steps().contains(&StepKind::McpInitialized));

    let mut world = answering("2099-01-01");
    let mut deliberate = config("2025-11-25");
    deliberate.keep_going = true;
    assert_eq!(world.run(deliberate).0, Ending::Complete);

    for known in ["2025-03-26", "2024-11-05"] {
        let mut world = answering(known);
        assert_eq!(
            world.run(config("2025-11-25")).0,
            Ending::Complete,
            "{known}"
        );
    }
}

#[test]
fn hs_03_the_negotiated_version_is_sent_after_initialization_only() {
    let mut world = World {
        hook: Box::new(|p, _| {
            let is_init = p.step == StepKind::McpInitialize;
            is_init.then(|| json_reply(200, &json!({ "jsonrpc": "2.0", "id": body(p)["id"], "result": { "protocolVersion": "2025-06-18" } })))
        }),
        ..World::default()
    };
    world.run(config("2025-11-25"));
    assert_eq!(
        header(world.first(StepKind::McpInitialize), "MCP-Protocol-Version"),
        None
    );
    assert_eq!(
        header(world.first(StepKind::McpToolsList), "MCP-Protocol-Version"),
        Some("2025-06-18")
    );
}

#[test]
fn hs_05_a_session_id_is_repeated_on_every_later_request() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::McpInitialize).then(|| {
            let mut reply = json_reply(200, &json!({ "jsonrpc": "2.0", "id": body(p)["id"], "result": { "protocolVersion": "2025-11-25" } }));
            reply.headers.push(authscope_model::Header::new("mcp-session-id", "s-1"));
            reply
        })
        }),
        ..World::default()
    };
    world.run(config("2025-11-25"));
    for step in [StepKind::McpInitialized, StepKind::McpToolsList] {
        assert_eq!(header(world.first(step), "Mcp-Session-Id"), Some("s-1"));
    }
}

#[test]
fn hs_06_to_09_stateless_requests_carry_meta_and_headers_and_no_initialize() {
    let mut world = World::default();
    let mut config = config("2026-07-28");
    config.call_tool = Some(authscope_model::config::ToolCall {
        name: "grüß".into(),
        arguments: json!({}),
    });
    assert_eq!(world.run(config).0, Ending::Complete);
    for sent in world.sent.iter().filter(|p| p.url == MCP) {
        let message = body(sent);
        assert_ne!(message["method"], "initialize");
        let meta = &message["params"]["_meta"];
        assert_eq!(
            meta["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        assert!(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
        assert!(meta["io.modelcontextprotocol/clientInfo"]["name"].is_string());
        assert_eq!(header(sent, "MCP-Protocol-Version"), Some("2026-07-28"));
        assert_eq!(header(sent, "Mcp-Method"), message["method"].as_str());
        assert_eq!(header(sent, "Mcp-Session-Id"), None);
    }
    let call = world.first(StepKind::McpToolsCall);
    assert!(header(call, "Mcp-Name").unwrap().starts_with("=?base64?"));
}

#[test]
fn hs_10_every_post_accepts_json_and_event_streams() {
    let mut world = World::default();
    world.run(config("2025-11-25"));
    for sent in world.sent.iter().filter(|p| p.url == MCP) {
        assert_eq!(
            header(sent, "Accept"),
            Some("application/json, text/event-stream")
        );
    }
}

#[test]
fn hs_14_a_server_that_is_stateless_is_spoken_to_stateless() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::McpInitialize).then(|| json_reply(400, &json!({
            "jsonrpc": "2.0", "id": null,
            "error": { "code": -32022, "message": "unsupported", "data": { "supported": ["2026-07-28"] } } })))
        }),
        ..World::default()
    };
    assert_eq!(world.run(config("auto")).0, Ending::Complete);
    assert!(world.steps().contains(&StepKind::McpDiscover));
}
