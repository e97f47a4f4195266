//! TK, US, SU and extension rows: token requests, token use, step-up, DPoP.

use crate::world::{ISSUER, MCP, World, body, config, header, json_reply, param, query, reply};
use authscope_model::StepKind;
use authscope_model::config::{Dpop, Grant, ToolCall};
use authscope_model::event::Ending;
use authscope_protocol::jwt;
use serde_json::json;

#[test]
fn us_01_02_the_token_is_in_the_header_of_every_request_and_never_in_a_url() {
    let mut world = World::default();
    world.run(config("2025-11-25"));
    for sent in world.sent.iter().filter(|p| p.step.is_authenticated_mcp()) {
        assert_eq!(header(sent, "Authorization"), Some("Bearer at-1"));
    }
    assert!(!world.sent.iter().any(|p| p.url.contains("at-1")));
}

#[test]
fn us_01_a_redirect_to_another_origin_does_not_get_the_token() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::McpInitialize && p.url == MCP)
                .then(|| reply(307, &[("Location", "https://other.example/mcp")], ""))
        }),
        ..World::default()
    };
    world.run(config("2025-11-25"));
    let hop = world
        .sent
        .iter()
        .find(|p| p.url.starts_with("https://other.example"))
        .unwrap();
    assert_eq!(header(hop, "Authorization"), None);
}

fn needs_more(scope: &'static str) -> World {
    World {
        hook: Box::new(move |p, _| {
            let call = p.step == StepKind::McpToolsList
                && header(p, "Authorization") == Some("Bearer at-1");
            call.then(|| {
                reply(
                    403,
                    &[(
                        "WWW-Authenticate",
                        &format!(r#"Bearer error="insufficient_scope", scope="{scope}""#),
                    )],
                    "",
                )
            })
        }),
        ..World::default()
    }
}

#[test]
fn su_02_step_up_asks_for_the_challenged_scopes() {
    let mut world = needs_more("write");
    world.run(config("2025-11-25"));
    assert_eq!(query(&world.fronts[1], "scope").as_deref(), Some("write"));
}

#[test]
fn su_03_the_last_revision_asks_for_the_union() {
    let mut world = needs_more("write");
    world.run(config("2026-07-28"));
    assert_eq!(
        query(&world.fronts[1], "scope").as_deref(),
        Some("read write")
    );
}

#[test]
fn su_04_retries_are_limited() {
    let mut world = needs_more("write");
    let (ending, message) = world.run(config("2025-11-25"));
    assert_eq!(ending, Ending::Blocked);
    assert_eq!(world.fronts.len(), 3, "{message}");
}

#[test]
fn tk_08_no_refresh_token_is_no_problem() {
    let mut world = World::default();
    let mut config = config("2026-07-28");
    config.refresh = true;
    assert_eq!(world.run(config).0, Ending::Complete);
    assert!(world.all(StepKind::Refresh).is_empty());
}

#[test]
fn cc_03_to_05_client_credentials_with_an_assertion_for_the_issuer() {
    let mut world = World::default();
    let mut config = config("2025-11-25");
    config.grant = Grant::ClientCredentials;
    config.client_id = Some("machine".into());
    config.private_key = Some("key".into());
    config.token_endpoint_auth_method = Some("private_key_jwt".into());
    assert_eq!(world.run(config).0, Ending::Complete);
    let token = world.first(StepKind::ClientCredentials);
    assert_eq!(
        param(token, "grant_type").as_deref(),
        Some("client_credentials")
    );
    assert_eq!(param(token, "resource").as_deref(), Some(MCP));
    let assertion = jwt::decode(&param(token, "client_assertion").unwrap()).unwrap();
    assert_eq!(assertion.payload["aud"], ISSUER);
    assert_eq!(assertion.payload["iss"], "machine");
    assert_eq!(assertion.payload["sub"], "machine");
    assert!(world.fronts.is_empty());
}

#[test]
fn em_01_05_07_enterprise_managed_authorization_goes_through_the_identity_provider() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::TokenExchange).then(|| {
        json_reply(200, &json!({ "access_token": "a.b.c", "issued_token_type": "urn:ietf:params:oauth:token-type:id-jag", "token_type": "N_A" }))
    })
        }),
        ..World::default()
    };
    let mut config = config("2025-11-25");
    config.client_id = Some("c".into());
    config.grant = Grant::IdentityAssertion {
        idp_token_endpoint: "https://idp.example/token".into(),
        idp_issuer: None,
        idp_client_id: Some("idp-c".into()),
        subject_token: "id-token".into(),
        subject_token_type: None,
    };
    assert_eq!(world.run(config).0, Ending::Complete);
    let exchange = world.first(StepKind::TokenExchange);
    assert_eq!(param(exchange, "audience").as_deref(), Some(ISSUER));
    assert_eq!(param(exchange, "resource").as_deref(), Some(MCP));
    assert_eq!(
        param(exchange, "requested_token_type").as_deref(),
        Some("urn:ietf:params:oauth:token-type:id-jag")
    );
    assert_eq!(
        param(world.first(StepKind::JwtBearer), "assertion").as_deref(),
        Some("a.b.c")
    );
    assert!(world.fronts.is_empty(), "EM-07");
}

#[test]
fn wi_01_02_a_rejected_assertion_is_not_tried_again() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::JwtBearer)
                .then(|| json_reply(400, &json!({ "error": "invalid_grant" })))
        }),
        ..World::default()
    };
    let mut config = config("2025-11-25");
    config.client_id = Some("c".into());
    config.grant = Grant::JwtBearer {
        assertion: "x.y.z".into(),
    };
    assert_eq!(world.run(config).0, Ending::Blocked);
    assert_eq!(world.all(StepKind::JwtBearer).len(), 1);
    assert!(world.fronts.is_empty());
}

#[test]
fn dp_01_to_03_proofs_are_fresh_and_repeat_once_with_a_nonce() {
    let mut world = World {
        hook: Box::new(|p, _| {
            let proof = header(p, "DPoP").and_then(jwt::decode);
            match p.step {
                StepKind::Token if proof.as_ref().is_some_and(|j| j.claim("nonce").is_none()) => {
                    Some({
                        let mut answer = json_reply(400, &json!({ "error": "use_dpop_nonce" }));
                        answer
                            .headers
                            .push(authscope_model::Header::new("DPoP-Nonce", "n1"));
                        answer
                    })
                }
                StepKind::Token => Some(json_reply(
                    200,
                    &json!({ "access_token": "bound", "token_type": "DPoP" }),
                )),
                _ => None,
            }
        }),
        ..World::default()
    };
    let mut config = config("2025-11-25");
    config.dpop = Dpop::On;
    assert_eq!(world.run(config).0, Ending::Complete);
    let proofs: Vec<_> = world
        .sent
        .iter()
        .filter_map(|p| header(p, "DPoP").and_then(jwt::decode))
        .collect();
    assert_eq!(world.all(StepKind::Token).len(), 2);
    let mut ids: Vec<&str> = proofs.iter().filter_map(|p| p.text_claim("jti")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "every jti is new");
    let call = world.first(StepKind::McpToolsList);
    assert_eq!(header(call, "Authorization"), Some("DPoP bound"));
    let proof = jwt::decode(header(call, "DPoP").unwrap()).unwrap();
    assert!(proof.claim("ath").is_some());
    assert_eq!(proof.text_claim("htu"), Some(MCP));
    assert_eq!(proof.text_claim("htm"), Some("POST"));
}

#[test]
fn a_tool_that_wants_other_arguments_still_shows_that_the_token_works() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::McpToolsCall).then(|| {
        json_reply(200, &json!({ "jsonrpc": "2.0", "id": body(p)["id"], "error": { "code": -32602, "message": "id is required" } }))
    })
        }),
        ..World::default()
    };
    let mut config = config("2025-11-25");
    config.call_tool = Some(ToolCall {
        name: "read".into(),
        arguments: json!({}),
    });
    assert_eq!(world.run(config).0, Ending::Complete);
}

#[test]
fn a_json_rpc_error_for_a_missing_method_still_shows_that_the_token_works() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::McpToolsList).then(|| {
        json_reply(200, &json!({ "jsonrpc": "2.0", "id": body(p)["id"], "error": { "code": -32601, "message": "no tools" } }))
    })
        }),
        ..World::default()
    };
    assert_eq!(world.run(config("2025-11-25")).0, Ending::Complete);
}
