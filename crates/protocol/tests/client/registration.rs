//! RG rows: client registration.

use crate::world::{ISSUER, World, body, config, header, json_reply, metadata, param, query};
use authscope_model::event::Ending;
use authscope_model::{RegistrationChoice, StepKind};
use authscope_protocol::jwt;
use serde_json::json;

#[test]
fn rg_03_preregistered_comes_before_everything() {
    let mut world = World::default();
    world.metadata[0].1["client_id_metadata_document_supported"] = json!(true);
    let mut config = config("2025-11-25");
    config.client_id = Some("mine".into());
    assert_eq!(world.run(config).0, Ending::Complete);
    assert_eq!(
        query(&world.fronts[0], "client_id").as_deref(),
        Some("mine")
    );
    assert!(world.all(StepKind::Register).is_empty());
}

#[test]
fn rg_03_cimd_when_advertised_comes_before_dcr() {
    let mut world = World::default();
    world.metadata[0].1["client_id_metadata_document_supported"] = json!(true);
    assert_eq!(world.run(config("2025-11-25")).0, Ending::Complete);
    let id = query(&world.fronts[0], "client_id").unwrap();
    assert!(
        id.starts_with("https://") && id.len() > "https://a/".len(),
        "RG-05: {id}"
    );
    assert!(world.all(StepKind::Register).is_empty());
}

#[test]
fn rg_03_dcr_when_nothing_else_is_there_and_not_before_2025_11_25() {
    for revision in ["2025-06-18", "2025-11-25"] {
        let mut world = World::default();
        world.metadata[0].1["client_id_metadata_document_supported"] =
            json!(revision == "2025-06-18");
        assert_eq!(world.run(config(revision)).0, Ending::Complete);
        assert_eq!(world.all(StepKind::Register).len(), 1);
    }
}

#[test]
fn rg_13_14_18_a_registration_names_its_application_type_and_grants() {
    let mut world = World::default();
    world.run(config("2026-07-28"));
    let sent = body(world.first(StepKind::Register));
    assert_eq!(sent["application_type"], "native");
    assert!(
        sent["grant_types"]
            .as_array()
            .unwrap()
            .contains(&json!("refresh_token"))
    );
    let mut world = World::default();
    world.run(config("2025-11-25"));
    assert!(
        body(world.first(StepKind::Register))
            .get("application_type")
            .is_none()
    );
}

#[test]
fn rg_15_a_refused_registration_ends_in_words() {
    let mut world = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::Register).then(|| {
                json_reply(
                    400,
                    &json!({ "error": "invalid_redirect_uri", "error_description": "no loopback" }),
                )
            })
        }),
        ..World::default()
    };
    let (ending, message) = world.run(config("2026-07-28"));
    assert_eq!(ending, Ending::Blocked);
    assert!(
        message.contains("invalid_redirect_uri") && message.contains("no loopback"),
        "{message}"
    );
}

#[test]
fn rg_16_credentials_stay_with_their_issuer() {
    let moved = "https://as2.example";
    let mut world = World::default();
    let mut second = metadata();
    for member in [
        "authorization_endpoint",
        "token_endpoint",
        "registration_endpoint",
    ] {
        second[member] = json!(second[member].as_str().unwrap().replace(ISSUER, moved));
    }
    second["issuer"] = json!(moved);
    world.metadata.push((
        format!("{moved}/.well-known/oauth-authorization-server"),
        second,
    ));
    // The first token is refused, and from then on the document names another server.
    world.hook = Box::new(move |p, sent| {
        let refused = p.headers.iter().any(|h| h.value == "Bearer at-1") && sent < 9;
        if refused {
            return Some(crate::world::reply(
                401,
                &[(
                    "WWW-Authenticate",
                    r#"Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp""#,
                )],
                "",
            ));
        }
        let again = p.step == StepKind::PrmFromChallenge && sent > 3;
        again.then(|| {
            json_reply(
                200,
                &json!({ "resource": crate::world::MCP, "authorization_servers": [moved] }),
            )
        })
    });
    world.run(config("2026-07-28"));
    let registered: Vec<&str> = world
        .all(StepKind::Register)
        .into_iter()
        .map(|p| p.url.as_str())
        .collect();
    assert_eq!(
        registered,
        [
            "https://as.example/register",
            "https://as2.example/register"
        ]
    );
}

#[test]
fn rg_17_preregistered_credentials_are_not_tried_elsewhere() {
    let moved = "https://as2.example";
    let mut world = World::default();
    let mut second = metadata();
    second["issuer"] = json!(moved);
    world.metadata.push((
        format!("{moved}/.well-known/oauth-authorization-server"),
        second,
    ));
    world.hook = Box::new(move |p, sent| {
        if p.headers.iter().any(|h| h.name == "Authorization") {
            return Some(crate::world::reply(
                401,
                &[(
                    "WWW-Authenticate",
                    r#"Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp""#,
                )],
                "",
            ));
        }
        let again = p.step == StepKind::PrmFromChallenge && sent > 3;
        again.then(|| {
            json_reply(
                200,
                &json!({ "resource": crate::world::MCP, "authorization_servers": [moved] }),
            )
        })
    });
    let mut config = config("2026-07-28");
    config.client_id = Some("mine".into());
    config.registration = RegistrationChoice::Preregistered;
    let (ending, message) = world.run(config);
    assert_eq!(ending, Ending::ConformingClientStops, "{message}");
    assert_eq!(world.fronts.len(), 1);
}

#[test]
fn rg_22_the_granted_method_is_the_one_used() {
    for (granted, in_body) in [("client_secret_post", true), ("client_secret_basic", false)] {
        let mut world = World {
            hook: Box::new(move |p, _| {
                (p.step == StepKind::Register).then(|| {
            json_reply(201, &json!({ "client_id": "c1", "client_secret": "s", "token_endpoint_auth_method": granted }))
        })
            }),
            ..World::default()
        };
        world.run(config("2025-11-25"));
        let token = world.first(StepKind::Token);
        assert_eq!(param(token, "client_secret").is_some(), in_body);
        assert_eq!(header(token, "Authorization").is_some(), !in_body);
    }
}

#[test]
fn without_any_way_to_register_the_run_ends_in_words() {
    let mut world = World::default();
    world.metadata[0]
        .1
        .as_object_mut()
        .unwrap()
        .remove("registration_endpoint");
    let (ending, message) = world.run(config("2025-11-25"));
    assert_eq!(ending, Ending::Blocked);
    assert!(message.contains("registration_endpoint"), "{message}");
}

/// A world whose metadata lists one method at the token endpoint.
fn listing(method: &str) -> World {
    let mut document = metadata();
    document["token_endpoint_auth_methods_supported"] = json!([method]);
    World {
        metadata: vec![(
            format!("{ISSUER}/.well-known/oauth-authorization-server"),
            document,
        )],
        ..World::default()
    }
}

#[test]
fn the_only_method_listed_is_the_one_a_preregistered_client_uses() {
    let mut config = config("2025-11-25");
    config.client_id = Some("mine".into());
    config.client_secret = Some("a-secret".into());

    let mut world = listing("client_secret_jwt");
    world.run(config.clone());
    let token = world.first(StepKind::Token);
    assert_eq!(header(token, "Authorization"), None);
    assert_eq!(param(token, "client_secret"), None);
    assert_eq!(param(token, "client_id").as_deref(), Some("mine"));
    let assertion = jwt::decode(&param(token, "client_assertion").unwrap()).unwrap();
    assert_eq!(assertion.alg(), Some("HS256"));
    assert_eq!(assertion.text_claim("iss"), Some("mine"));
    assert_eq!(assertion.aud(), [ISSUER]);

    let mut world = listing("client_secret_post");
    world.run(config);
    let token = world.first(StepKind::Token);
    assert_eq!(param(token, "client_secret").as_deref(), Some("a-secret"));
    assert_eq!(param(token, "client_assertion"), None);
}

#[test]
fn the_only_method_listed_is_the_one_a_client_registers_with() {
    for method in [
        "client_secret_jwt",
        "private_key_jwt",
        "client_secret_basic",
        "client_secret_post",
        "none",
    ] {
        let mut world = listing(method);
        world.run(config("2025-11-25"));
        let asked = body(world.first(StepKind::Register));
        assert_eq!(asked["token_endpoint_auth_method"], method);
    }
}
