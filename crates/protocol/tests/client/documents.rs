//! Client id metadata documents: looked at before they are used (RG-05 to RG-07), and whether anybody fetched them.

use crate::world::{REDIRECT, World, config, json_reply, param, query};
use authscope_model::event::Ending;
use authscope_model::{RegistrationChoice, SessionConfig, StepKind};
use serde_json::{Value, json};

const OWN: &str = "https://client.example/oauth/client.json";

fn own(check: bool) -> SessionConfig {
    let mut config = config("2025-11-25");
    config.registration = RegistrationChoice::Cimd;
    config.client_metadata_url = Some(OWN.into());
    config.check_document = check;
    config
}

fn document(edit: impl Fn(&mut Value) + 'static, status: u16) -> World {
    World {
        hook: Box::new(move |p, _| {
            let mut document = json!({
                "client_id": OWN, "client_name": "Mine", "redirect_uris": [REDIRECT],
                "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://client.example/jwks.json",
            });
            edit(&mut document);
            (p.step == StepKind::ClientDocumentCheck).then(|| json_reply(status, &document))
        }),
        ..World::default()
    }
}

#[test]
fn an_own_document_is_read_when_asked_for_and_its_method_used() {
    let mut world = document(|_| (), 200);
    assert_eq!(world.run(own(true)).0, Ending::Complete);
    let check = world.first(StepKind::ClientDocumentCheck);
    assert!(check.extra && check.url == OWN);
    assert!(
        world.notes().iter().any(|n| n.contains("can use")),
        "{:?}",
        world.notes()
    );
    assert!(param(world.first(StepKind::Token), "client_assertion").is_some());

    let mut world = document(|_| (), 200);
    world.run(own(false));
    assert!(world.all(StepKind::ClientDocumentCheck).is_empty());
    assert_eq!(query(&world.fronts[0], "client_id").as_deref(), Some(OWN));
}

/// How the document is broken, the status, and what is told.
type Case = (fn(&mut Value), u16, &'static str);

#[test]
fn what_an_authorization_server_would_refuse_is_told() {
    let cases: [Case; 5] = [
        (
            |d| d["client_id"] = json!("https://client.example/other.json"),
            200,
            "client_id",
        ),
        (
            |d| d["redirect_uris"] = json!(["https://client.example/cb"]),
            200,
            "does not have the redirect URI in use",
        ),
        (|d| d["client_secret"] = json!("s"), 200, "client_secret"),
        (
            |d| {
                d.as_object_mut().unwrap().shift_remove("client_name");
            },
            200,
            "client_name",
        ),
        (|_| (), 302, "HTTP 302"),
    ];
    for (edit, status, want) in cases {
        let mut world = document(edit, status);
        assert_eq!(world.run(own(true)).0, Ending::Complete);
        let told = world.notes().join("\n");
        assert!(
            told.contains("cannot use") && told.contains(want),
            "{want}: {told}"
        );
    }
}

#[test]
fn a_broken_edit_of_our_own_document_is_told_before_it_is_used() {
    let mut world = World::default();
    let mut config = config("2025-11-25");
    config.registration = RegistrationChoice::Cimd;
    config.client_metadata =
        json!({ "client_id": "https://elsewhere.example/x", "redirect_uris": [] })
            .as_object()
            .unwrap()
            .clone();
    world.run(config);
    let told = world.notes().join("\n");
    assert!(
        told.contains("/client_id") && told.contains("/redirect_uris"),
        "{told}"
    );
}

#[test]
fn that_nobody_fetched_our_document_is_told_with_the_likely_reason() {
    let cimd = || {
        let mut config = config("2025-11-25");
        config.registration = RegistrationChoice::Cimd;
        config
    };
    let told = |world: &World| {
        world
            .notes()
            .into_iter()
            .find(|n| n.contains("never fetched"))
            .map(str::to_owned)
    };
    let mut world = World::default();
    world.run(cimd());
    assert!(
        told(&world).unwrap().contains("does not advertise"),
        "{:?}",
        told(&world)
    );

    let mut world = World::default();
    world.metadata[0].1["client_id_metadata_document_supported"] = json!(true);
    let mut flow = World::flow(cimd());
    flow.document_served();
    world.drive(&mut flow);
    assert_eq!(told(&world), None);

    let mut world = World {
        callback: vec![
            ("code".into(), String::new()),
            ("error".into(), "invalid_client".into()),
        ],
        ..World::default()
    };
    let mut flow = World::flow(cimd());
    flow.context.settings.client_document_url =
        "http://127.0.0.1:7007/oauth/client/x/metadata.json".into();
    world.drive(&mut flow);
    let words = told(&world).unwrap();
    assert!(
        words.contains("this machine only") && words.contains("--public-url"),
        "{words}"
    );
}
