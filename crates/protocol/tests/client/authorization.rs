//! AZ and AR rows: authorization request and response.

use crate::world::{ISSUER, MCP, World, config, query};
use authscope_model::StepKind;
use authscope_model::event::Ending;
use authscope_protocol::pkce;
use serde_json::json;

#[test]
fn az_01_02_pkce_with_s256_is_sent() {
    for revision in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        let mut world = World::default();
        world.run(config(revision));
        assert_eq!(
            query(&world.fronts[0], "code_challenge_method").as_deref(),
            Some("S256")
        );
        let challenge = query(&world.fronts[0], "code_challenge").unwrap();
        let verifier = crate::world::param(world.first(StepKind::Token), "code_verifier").unwrap();
        assert_eq!(pkce::challenge_s256(&verifier), challenge, "TK-01");
        assert!((43..=128).contains(&verifier.len()), "RFC 7636 §4.1");
    }
}

#[test]
fn az_04_tk_03_resource_is_in_both_requests_and_the_same() {
    for (revision, want) in [
        ("2025-06-18", Some(MCP)),
        ("2025-11-25", Some(MCP)),
        ("2026-07-28", Some(MCP)),
    ] {
        let mut world = World::default();
        world.run(config(revision));
        assert_eq!(query(&world.fronts[0], "resource").as_deref(), want);
        assert_eq!(
            crate::world::param(world.first(StepKind::Token), "resource").as_deref(),
            want
        );
    }
    let mut world = World {
        metadata: vec![(
            "https://mcp.example/.well-known/oauth-authorization-server".into(),
            crate::world::metadata(),
        )],
        ..World::default()
    };
    world.run(config("2025-03-26"));
    assert_eq!(
        query(&world.fronts[0], "resource"),
        None,
        "2025-03-26 has no resource parameter"
    );
}

#[test]
fn az_08_a_response_with_another_state_or_none_is_discarded() {
    for state in ["other", ""] {
        let mut world = World {
            callback: vec![("state".into(), state.into())],
            ..World::default()
        };
        assert_eq!(world.run(config("2025-11-25")).0, Ending::Blocked);
        assert!(world.all(StepKind::Token).is_empty());
    }
}

#[test]
fn az_09_scope_from_challenge_then_metadata_then_omitted() {
    let mut world = World::default();
    world.run(config("2025-11-25"));
    assert_eq!(query(&world.fronts[0], "scope").as_deref(), Some("read"));
    let prm_url = world.prm[0].0.clone();
    let mut world = World {
        challenge: Some(format!(r#"Bearer resource_metadata="{prm_url}""#)),
        ..World::default()
    };
    world.run(config("2025-11-25"));
    assert_eq!(
        query(&world.fronts[0], "scope").as_deref(),
        Some("read write")
    );
    let mut world = World {
        challenge: Some(format!(r#"Bearer resource_metadata="{prm_url}""#)),
        ..World::default()
    };
    world.prm[0]
        .1
        .as_object_mut()
        .unwrap()
        .remove("scopes_supported");
    world.run(config("2025-11-25"));
    assert_eq!(query(&world.fronts[0], "scope"), None);
}

#[test]
fn az_10_offline_access_only_where_listed() {
    for (listed, revision, want) in [
        (true, "2026-07-28", true),
        (false, "2026-07-28", false),
        (true, "2025-11-25", false),
    ] {
        let mut world = World::default();
        if listed {
            world.metadata[0].1["scopes_supported"] = json!(["read", "offline_access"]);
        }
        world.run(config(revision));
        let scope = query(&world.fronts[0], "scope").unwrap();
        assert_eq!(scope.contains("offline_access"), want, "{scope}");
    }
}

#[test]
fn az_12_only_web_authorization_urls_are_opened() {
    for endpoint in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
    ] {
        let mut world = World::default();
        world.metadata[0].1["authorization_endpoint"] = json!(endpoint);
        let (ending, message) = world.run(config("2025-11-25"));
        assert_eq!(ending, Ending::Blocked);
        assert!(
            world.fronts.is_empty() && message.contains("http"),
            "{message}"
        );
    }
}

#[test]
fn ar_02_to_06_the_four_rows_of_iss() {
    for (advertised, iss, want) in [
        (true, Some(ISSUER), Ending::Complete),
        (true, None, Ending::ConformingClientStops),
        (false, Some(ISSUER), Ending::Complete),
        (
            false,
            Some("https://evil.example"),
            Ending::ConformingClientStops,
        ),
        (
            false,
            Some("https://as.example/"),
            Ending::ConformingClientStops,
        ),
        (false, None, Ending::Complete),
    ] {
        let mut world = World {
            iss: iss.map(str::to_owned),
            ..World::default()
        };
        world.metadata[0].1["authorization_response_iss_parameter_supported"] = json!(advertised);
        assert_eq!(
            world.run(config("2026-07-28")).0,
            want,
            "advertised {advertised}, iss {iss:?}"
        );
        assert_eq!(
            world.all(StepKind::Token).is_empty(),
            want != Ending::Complete
        );
    }
}

#[test]
fn ar_07_an_error_of_an_unverified_issuer_is_not_shown() {
    let mut world = World {
        iss: Some("https://evil.example".into()),
        ..World::default()
    };
    world.callback = vec![
        ("code".into(), String::new()),
        ("error".into(), "access_denied".into()),
        ("error_description".into(), "call 555-0100".into()),
    ];
    let (_, message) = world.run(config("2026-07-28"));
    assert!(
        !message.contains("555-0100") && !message.contains("access_denied"),
        "{message}"
    );
}

#[test]
fn an_endpoint_with_a_query_keeps_it() {
    let mut world = World::default();
    world.metadata[0].1["authorization_endpoint"] = json!("https://as.example/authorize?p=b2c");
    world.run(config("2025-11-25"));
    assert!(
        world.fronts[0].starts_with("https://as.example/authorize?p=b2c&response_type=code"),
        "{}",
        world.fronts[0]
    );
}
