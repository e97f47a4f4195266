//! MUST rows that the other files do not name: sessions that are gone, scopes, redirect URIs, what is kept before redirecting.

use crate::world::{ISSUER, REDIRECT, World, body, config, header, query, reply};
use authscope_model::StepKind;
use authscope_model::config::Grant;
use authscope_model::event::Ending;
use serde_json::json;

/// A world that gives session ids and forgets the first `forgotten` sessions before `tools/list`.
fn forgetful(forgotten: usize) -> World {
    World {
        hook: Box::new(move |p, sent| {
            if p.step == StepKind::McpInitialize {
                let result = json!({ "protocolVersion": "2025-11-25", "capabilities": {} });
                let answer = json!({ "jsonrpc": "2.0", "id": body(p)["id"], "result": result });
                let mut answer = crate::world::json_reply(200, &answer);
                let id = format!("s-{sent}");
                answer
                    .headers
                    .push(authscope_model::Header::new("Mcp-Session-Id", id));
                return Some(answer);
            }
            let gone = p.step == StepKind::McpToolsList && sent < 7 + 3 * forgotten;
            (gone && forgotten > 0).then(|| reply(404, &[], ""))
        }),
        ..World::default()
    }
}

#[test]
fn hs_05_a_session_that_is_gone_is_begun_again_once() {
    let mut world = forgetful(1);
    let (ending, message) = world.run(config("2025-11-25"));
    let (starts, lists) = (
        world.all(StepKind::McpInitialize),
        world.all(StepKind::McpToolsList),
    );
    assert_eq!(starts.len(), 2, "{ending:?} {message}");
    assert_eq!(header(starts[1], "Mcp-Session-Id"), None);
    assert_ne!(
        header(lists[0], "Mcp-Session-Id"),
        header(lists[1], "Mcp-Session-Id")
    );

    let mut world = forgetful(50);
    assert_eq!(world.run(config("2025-11-25")).0, Ending::Blocked);
    assert_eq!(world.all(StepKind::McpInitialize).len(), 2);
}

#[test]
fn ch_08_the_challenged_scope_need_not_be_listed() {
    let mut world = World::default();
    world.challenge = world
        .challenge
        .map(|c| c.replace("scope=\"read\"", "scope=\"unlisted\""));
    assert_eq!(world.run(config("2025-11-25")).0, Ending::Complete);
    assert_eq!(
        query(&world.fronts[0], "scope").as_deref(),
        Some("unlisted")
    );
}

#[test]
fn pr_03_ch_04_the_document_named_by_the_challenge_says_where_the_authorization_server_is() {
    for revision in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        let mut world = World::default();
        world.run(config(revision));
        assert!(world.fronts[0].starts_with(ISSUER), "{revision}");
        let at_the_mcp_server = world.sent.iter().any(|p| {
            p.url
                .starts_with("https://mcp.example/.well-known/oauth-authorization-server")
        });
        assert!(!at_the_mcp_server, "{revision}");
    }
}

#[test]
fn rg_19_20_the_redirect_uri_is_registered_and_loopback_or_https() {
    let mut world = World::default();
    world.run(config("2025-11-25"));
    let registered = body(world.first(StepKind::Register));
    assert_eq!(registered["redirect_uris"], json!([REDIRECT]));
    let sent = query(&world.fronts[0], "redirect_uri").unwrap();
    assert_eq!(sent, REDIRECT);
    assert!(sent.starts_with("http://127.0.0.1") || sent.starts_with("https://"));
}

#[test]
fn az_13_the_issuer_is_kept_with_verifier_and_state_before_redirecting() {
    let mut flow = World::flow(config("2026-07-28"));
    let mut world = World::default();
    world.drive(&mut flow);
    let request = flow.context.request.unwrap();
    assert_eq!(request.issuer.as_deref(), Some(ISSUER));
    assert_eq!(query(&world.fronts[0], "state"), Some(request.state));
    assert!(!request.verifier.is_empty());
}

#[test]
fn cc_01_05_a_machine_client_is_discovered_for_and_never_registered() {
    let mut world = World::default();
    let mut config = config("2025-11-25");
    config.grant = Grant::ClientCredentials;
    config.client_id = Some("machine".into());
    config.client_secret = Some("secret".into());
    assert_eq!(world.run(config).0, Ending::Complete);
    assert!(world.all(StepKind::Register).is_empty());
    assert_eq!(world.all(StepKind::PrmFromChallenge).len(), 1);
}
