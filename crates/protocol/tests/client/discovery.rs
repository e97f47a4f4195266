//! CH, PR and AS rows: challenge, protected resource metadata, authorization server metadata.

use crate::world::{ISSUER, MCP, World, config, header, metadata, prm, query, reply};
use authscope_model::StepKind;
use authscope_model::event::Ending;
use serde_json::json;

#[test]
fn ch_05_a_named_document_is_the_only_one_asked_for() {
    let mut world = World {
        prm: vec![("https://mcp.example/elsewhere".into(), prm())],
        ..World::default()
    };
    world.challenge = Some(r#"Bearer resource_metadata="https://mcp.example/elsewhere""#.into());
    assert_eq!(world.run(config("2025-11-25")).0, Ending::Complete);
    assert_eq!(world.all(StepKind::PrmFromChallenge).len(), 1);
    assert!(
        !world
            .sent
            .iter()
            .any(|p| p.url.contains("oauth-protected-resource"))
    );
}

#[test]
fn ch_06_without_a_name_path_inserted_comes_first_then_root() {
    let root = "https://mcp.example/.well-known/oauth-protected-resource";
    let mut world = World {
        challenge: None,
        ..World::default()
    };
    world.prm = vec![(
        root.into(),
        json!({ "resource": "https://mcp.example", "authorization_servers": [ISSUER] }),
    )];
    assert_eq!(world.run(config("2025-11-25")).0, Ending::Complete);
    assert_eq!(world.sent[1].url, format!("{root}/mcp"));
    assert_eq!(world.sent[2].url, root);
}

#[test]
fn pr_04_a_document_about_another_resource_is_not_used() {
    for revision in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        let mut world = World::default();
        world.prm[0].1["resource"] = json!("https://other.example/mcp");
        let (ending, message) = world.run(config(revision));
        assert_eq!(ending, Ending::ConformingClientStops, "{message}");
        assert!(world.fronts.is_empty() && world.all(StepKind::Register).is_empty());
    }
}

#[test]
fn pr_04_observe_do_not_refuse_with_keep_going() {
    let mut world = World::default();
    world.prm[0].1["resource"] = json!("https://other.example/mcp");
    let mut config = config("2025-11-25");
    config.keep_going = true;
    assert_eq!(world.run(config).0, Ending::Complete);
}

#[test]
fn pr_10_as_01_03_the_first_revision_looks_at_the_origin_and_falls_back_to_default_paths() {
    let mut world = World {
        metadata: Vec::new(),
        ..World::default()
    };
    world.hook = Box::new(|p, _| {
        p.url.ends_with("/token").then(|| {
            crate::world::json_reply(200, &json!({ "access_token": "t", "token_type": "Bearer" }))
        })
    });
    let (ending, message) = world.run(config("2025-03-26"));
    assert_eq!(ending, Ending::Complete, "{message}");
    assert_eq!(
        world.sent[1].url,
        "https://mcp.example/.well-known/oauth-authorization-server"
    );
    assert_eq!(
        world.first(StepKind::Register).url,
        "https://mcp.example/register"
    );
    assert_eq!(
        world.first(StepKind::Token).url,
        "https://mcp.example/token"
    );
    assert!(world.fronts[0].starts_with("https://mcp.example/authorize?"));
    assert!(world.all(StepKind::PrmPathInserted).is_empty());
}

#[test]
fn as_02_discovery_of_the_first_revision_carries_the_version_header() {
    let mut world = World {
        metadata: Vec::new(),
        ..World::default()
    };
    world.run(config("2025-03-26"));
    assert_eq!(
        header(
            world.first(StepKind::AsMetadataOrigin),
            "MCP-Protocol-Version"
        ),
        Some("2025-03-26")
    );
}

#[test]
fn as_05_the_second_revision_knows_rfc_8414_only() {
    let mut world = World {
        metadata: Vec::new(),
        ..World::default()
    };
    world.prm[0].1["authorization_servers"] = json!(["https://as.example/tenant"]);
    assert_eq!(world.run(config("2025-06-18")).0, Ending::Blocked);
    let urls: Vec<&str> = world
        .sent
        .iter()
        .filter(|p| p.step.is_as_metadata())
        .map(|p| p.url.as_str())
        .collect();
    assert_eq!(
        urls,
        ["https://as.example/.well-known/oauth-authorization-server/tenant"]
    );
}

#[test]
fn as_08_an_issuer_with_a_path_has_three_urls_in_order() {
    let mut world = World {
        metadata: Vec::new(),
        ..World::default()
    };
    world.prm[0].1["authorization_servers"] = json!(["https://as.example/tenant"]);
    world.run(config("2025-11-25"));
    let urls: Vec<&str> = world
        .sent
        .iter()
        .filter(|p| p.step.is_as_metadata())
        .map(|p| p.url.as_str())
        .collect();
    assert_eq!(
        urls,
        [
            "https://as.example/.well-known/oauth-authorization-server/tenant",
            "https://as.example/.well-known/openid-configuration/tenant",
            "https://as.example/tenant/.well-known/openid-configuration",
        ]
    );
}

#[test]
fn as_09_an_issuer_without_a_path_has_two_urls_in_order() {
    let mut world = World {
        metadata: Vec::new(),
        ..World::default()
    };
    world.run(config("2025-11-25"));
    let urls: Vec<&str> = world
        .sent
        .iter()
        .filter(|p| p.step.is_as_metadata())
        .map(|p| p.url.as_str())
        .collect();
    assert_eq!(
        urls,
        [
            "https://as.example/.well-known/oauth-authorization-server",
            "https://as.example/.well-known/openid-configuration",
        ]
    );
}

#[test]
fn as_10_metadata_of_another_issuer_is_not_used() {
    for issuer in [
        "https://as.example/",
        "https://AS.example",
        "https://as.example:443",
    ] {
        let mut world = World::default();
        world.metadata[0].1["issuer"] = json!(issuer);
        assert_eq!(
            world.run(config("2026-07-28")).0,
            Ending::ConformingClientStops,
            "{issuer}"
        );
        assert!(world.all(StepKind::Register).is_empty());
    }
}

#[test]
fn as_13_without_advertised_pkce_the_client_refuses() {
    for (revision, want) in [
        ("2025-06-18", Ending::Complete),
        ("2025-11-25", Ending::ConformingClientStops),
        ("2026-07-28", Ending::ConformingClientStops),
    ] {
        let mut world = World::default();
        let mut document = metadata();
        document
            .as_object_mut()
            .unwrap()
            .remove("code_challenge_methods_supported");
        world.metadata[0].1 = document;
        assert_eq!(world.run(config(revision)).0, want, "{revision}");
    }
}

#[test]
fn az_05_06_resource_is_the_document_s_value_byte_for_byte() {
    for resource in ["https://mcp.example", "https://mcp.example/", MCP] {
        let mut world = World::default();
        world.prm[0].1["resource"] = json!(resource);
        assert_eq!(
            world.run(config("2025-11-25")).0,
            Ending::Complete,
            "{resource}"
        );
        assert_eq!(
            query(&world.fronts[0], "resource").as_deref(),
            Some(resource)
        );
    }
}

#[test]
fn a_fixed_revision_without_metadata_stops_and_auto_falls_back() {
    let world = || World {
        prm: Vec::new(),
        challenge: None,
        metadata: vec![(
            "https://mcp.example/.well-known/oauth-authorization-server".into(),
            metadata(),
        )],
        ..World::default()
    };
    assert_eq!(
        world().run(config("2025-11-25")).0,
        Ending::ConformingClientStops
    );
    assert_eq!(world().run(config("auto")).0, Ending::Complete);
}

#[test]
fn a_challenge_s_document_that_is_not_there_ends_the_run() {
    let mut world = World {
        prm: Vec::new(),
        ..World::default()
    };
    world.hook =
        Box::new(|p, _| (p.step == StepKind::PrmFromChallenge).then(|| reply(404, &[], "")));
    assert_eq!(world.run(config("auto")).0, Ending::ConformingClientStops);
}
