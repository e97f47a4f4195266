//! The registered client (RFC 7592), saved clients, and the life of the token at a person's wish.

use crate::world::{
    ISSUER, MCP, REDIRECT, World, body, config, header, json_reply, param, query, reply,
};
use authscope_model::event::{Ending, Fact};
use authscope_model::{RegistrationChoice, StepKind};
use authscope_protocol::flow::{Client, Flow, LifeOp, Output};
use serde_json::{Map, Value, json};

const MANAGED: &str = "https://as.example/register/c1";

fn registered() -> Value {
    json!({
        "client_id": "c1", "client_name": "authscope", "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "none", "registration_client_uri": MANAGED,
        "registration_access_token": "manage-1", "client_id_issued_at": 1,
    })
}

/// A world whose registrations can be managed.
fn managed() -> World {
    World {
        hook: Box::new(|p, _| match (p.step, p.method.as_str()) {
            (StepKind::Register, _) => Some(json_reply(201, &registered())),
            (_, "PUT") => {
                let mut answer = registered();
                answer["client_name"] = body(p)["client_name"].clone();
                answer["registration_access_token"] = json!("manage-2");
                Some(json_reply(200, &answer))
            }
            (_, "DELETE") => Some(reply(204, &[], "")),
            (StepKind::RegistrationRead, _) => Some(json_reply(200, &registered())),
            _ => None,
        }),
        ..World::default()
    }
}

fn finished(world: &mut World) -> Flow {
    let mut flow = World::flow(config("2025-11-25"));
    assert_eq!(world.drive(&mut flow).0, Ending::Complete);
    flow
}

#[test]
fn a_registration_is_read_replaced_and_deleted_with_its_own_token() {
    let mut world = managed();
    let mut flow = finished(&mut world);
    flow.life(LifeOp::ReadRegistration).unwrap();
    let (ending, message) = world.drive(&mut flow);
    assert_eq!(ending, Ending::Complete);
    assert!(message.contains("read back"), "{message}");
    let read = world.first(StepKind::RegistrationRead);
    assert_eq!((read.method.as_str(), read.url.as_str()), ("GET", MANAGED));
    assert_eq!(header(read, "Authorization"), Some("Bearer manage-1"));
    assert!(read.extra);

    let changes = json!({ "client_name": "renamed", "scope": null });
    flow.update_registration(changes.as_object().unwrap().clone())
        .unwrap();
    world.drive(&mut flow);
    let update = world.first(StepKind::RegistrationUpdate);
    let sent = body(update);
    assert_eq!(update.method, "PUT");
    assert_eq!(
        (&sent["client_id"], &sent["client_name"]),
        (&json!("c1"), &json!("renamed"))
    );
    for never in [
        "registration_access_token",
        "registration_client_uri",
        "client_id_issued_at",
    ] {
        assert!(sent.get(never).is_none(), "RFC 7592 §2.2: {never}");
    }

    flow.life(LifeOp::DeleteRegistration).unwrap();
    world.drive(&mut flow);
    let delete = world.first(StepKind::RegistrationDelete);
    assert_eq!(delete.method, "DELETE");
    assert_eq!(
        header(delete, "Authorization"),
        Some("Bearer manage-2"),
        "the token was replaced by the update"
    );
    let error = flow.life(LifeOp::ReadRegistration).unwrap_err();
    assert!(error.contains("registration_client_uri"), "{error}");
}

#[test]
fn what_cannot_be_managed_is_told_without_a_request() {
    let mut world = World::default();
    let mut flow = finished(&mut world);
    let sent = world.sent.len();
    let error = flow.life(LifeOp::DeleteRegistration).unwrap_err();
    assert!(error.contains("RFC 7592"), "{error}");
    assert_eq!(world.sent.len(), sent);
}

#[test]
fn a_refused_management_request_leaves_the_run_as_it_was() {
    let mut world = managed();
    world.hook = Box::new(|p, _| match p.step {
        StepKind::Register => Some(json_reply(201, &registered())),
        StepKind::Token => Some(json_reply(400, &json!({ "error": "invalid_grant" }))),
        StepKind::RegistrationRead => Some(json_reply(401, &json!({ "error": "invalid_token" }))),
        _ => None,
    });
    let mut flow = World::flow(config("2025-11-25"));
    let (ending, before) = world.drive(&mut flow);
    assert_eq!(ending, Ending::Blocked);
    flow.life(LifeOp::ReadRegistration).unwrap();
    assert_eq!(world.drive(&mut flow), (Ending::Blocked, before));
    assert!(
        world
            .notes()
            .iter()
            .any(|n| n.contains("HTTP 401") && n.contains("invalid_token")),
        "{:?}",
        world.notes()
    );
}

#[test]
fn a_clean_up_deletes_the_client_at_every_end_and_only_when_asked() {
    let mut world = managed();
    world.run(config("2025-11-25"));
    assert!(world.all(StepKind::RegistrationDelete).is_empty());
    for token_status in [200, 400] {
        let mut world = managed();
        world.hook = Box::new(move |p, _| match p.step {
            StepKind::Register => Some(json_reply(201, &registered())),
            StepKind::RegistrationDelete => Some(reply(204, &[], "")),
            StepKind::Token if token_status == 400 => {
                Some(json_reply(400, &json!({ "error": "invalid_grant" })))
            }
            _ => None,
        });
        let mut wanted = config("2025-11-25");
        wanted.clean_up = true;
        let (ending, message) = world.run(wanted);
        let want = if token_status == 200 {
            Ending::Complete
        } else {
            Ending::Blocked
        };
        assert_eq!(ending, want, "{message}");
        assert_eq!(world.all(StepKind::RegistrationDelete).len(), 1);
        assert_eq!(*world.steps().last().unwrap(), StepKind::RegistrationDelete);
    }
}

#[test]
fn the_reply_is_compared_with_the_request_member_by_member() {
    let mut world = World {
        hook: Box::new(|p, _| {
            let mut answer = body_of_registration(p)?;
            answer["client_name"] = json!("Somebody else");
            answer.as_object_mut()?.shift_remove("response_types");
            answer["grant_types"] = json!(["refresh_token", "authorization_code"]);
            Some(json_reply(201, &answer))
        }),
        ..World::default()
    };
    world.run(config("2025-11-25"));
    let told = world.notes().join("\n");
    assert!(
        told.contains("`client_name` is \"Somebody else\" where \"authscope\" was asked for"),
        "{told}"
    );
    assert!(
        told.contains("`response_types` ([\"code\"]) is not repeated"),
        "{told}"
    );
    assert!(
        !told.contains("grant_types"),
        "order has no meaning: {told}"
    );
}

fn body_of_registration(p: &authscope_protocol::flow::Prepared) -> Option<Value> {
    let mut answer = (p.step == StepKind::Register).then(|| body(p))?;
    answer["client_id"] = json!("c1");
    Some(answer)
}

fn saved(issuer: &str) -> Client {
    Client {
        id: "kept".into(),
        secret: Some("kept-secret".into()),
        auth_method: "client_secret_post".into(),
        source: RegistrationChoice::Dcr,
        issuer: Some(issuer.into()),
        registration_client_uri: None,
        registration_access_token: None,
        registered: None,
    }
}

#[test]
fn pr_09_rg_16_a_saved_client_is_used_with_its_own_issuer_and_no_other() {
    for (issuer, used) in [
        (ISSUER, true),
        ("https://as.example/", false),
        ("https://other.example", false),
    ] {
        let mut world = World::default();
        let mut flow = World::flow(config("2026-07-28"));
        flow.context.saved_clients = vec![saved(issuer)];
        assert_eq!(world.drive(&mut flow).0, Ending::Complete);
        assert_eq!(world.all(StepKind::Register).is_empty(), used, "{issuer}");
        let id = query(&world.fronts[0], "client_id");
        assert_eq!(id.as_deref() == Some("kept"), used, "{issuer}");
        let secret = param(world.first(StepKind::Token), "client_secret");
        assert_eq!(secret.as_deref(), used.then_some("kept-secret"), "{issuer}");
    }
}

#[test]
fn a_saved_client_is_not_sent_where_the_metadata_names_another_issuer() {
    let mut world = World::default();
    world.metadata[0].1["issuer"] = json!("https://evil.example");
    let mut wanted = config("2026-07-28");
    wanted.keep_going = true;
    let mut flow = World::flow(wanted);
    flow.context.saved_clients = vec![saved(ISSUER)];
    world.drive(&mut flow);
    assert!(
        !world
            .sent
            .iter()
            .any(|p| String::from_utf8_lossy(&p.body).contains("kept-secret"))
    );
}

fn with_refresh(rotates: bool) -> World {
    World {
        hook: Box::new(move |p, sent| {
            let used = param(p, "refresh_token");
            let answer = |token: &str| {
                json_reply(
                    200,
                    &json!({ "access_token": format!("at-{sent}"), "token_type": "Bearer", "refresh_token": token }),
                )
            };
            match (p.url.ends_with("/token"), used.as_deref()) {
                (true, None) => Some(answer("rt-1")),
                (true, Some("rt-1")) if rotates && p.step == StepKind::NegativeProbe => {
                    Some(json_reply(400, &json!({ "error": "invalid_grant" })))
                }
                (true, Some(_)) => Some(answer(if rotates { "rt-2" } else { "rt-1" })),
                _ => None,
            }
        }),
        ..World::default()
    }
}

#[test]
fn a_refresh_token_is_used_twice_and_its_fate_told() {
    let mut world = with_refresh(true);
    let mut flow = finished(&mut world);
    flow.refresh_twice().unwrap();
    world.drive(&mut flow);
    let reuse = world.first(StepKind::NegativeProbe);
    assert_eq!(param(reuse, "refresh_token").as_deref(), Some("rt-1"));
    let refused = world.outputs.iter().any(|o| matches!(o, Output::Fact(Fact::Probe { probe, refused: true, .. }) if probe == "old-refresh-token"));
    assert!(refused);

    let mut world = with_refresh(false);
    let mut flow = finished(&mut world);
    flow.refresh_twice().unwrap();
    let (ending, message) = world.drive(&mut flow);
    assert_eq!(ending, Ending::Complete);
    assert!(message.contains("does not rotate"), "{message}");
    let used: Vec<_> = world
        .all(StepKind::Refresh)
        .iter()
        .map(|p| param(p, "refresh_token"))
        .collect();
    assert_eq!(used, [Some("rt-1".to_owned()), Some("rt-1".to_owned())]);
}

#[test]
fn everything_is_listed_and_a_tool_called_after_the_end() {
    let mut world = World::default();
    let mut flow = finished(&mut world);
    flow.list_everything().unwrap();
    assert_eq!(world.drive(&mut flow).0, Ending::Complete);
    let tail = &world.steps()[world.sent.len() - 3..];
    assert_eq!(
        tail,
        [
            StepKind::McpToolsList,
            StepKind::McpResourcesList,
            StepKind::McpPromptsList
        ]
    );
    let call = authscope_model::config::ToolCall {
        name: "t".into(),
        arguments: json!({ "a": [1] }),
    };
    flow.call_tool(call).unwrap();
    world.drive(&mut flow);
    let sent = body(world.first(StepKind::McpToolsCall));
    assert_eq!(
        sent["params"],
        json!({ "name": "t", "arguments": { "a": [1] } })
    );
}

#[test]
fn invalid_client_offers_to_register_again_and_that_works() {
    let mut world = World {
        hook: Box::new(|p, sent| {
            (p.step == StepKind::Token && sent < 8)
                .then(|| json_reply(401, &json!({ "error": "invalid_client" })))
        }),
        ..World::default()
    };
    let mut flow = World::flow(config("2025-11-25"));
    let (ending, message) = world.drive(&mut flow);
    assert_eq!(ending, Ending::Blocked);
    assert!(message.contains("register again"), "{message}");
    flow.reregister();
    world.hook = Box::new(|_, _| None);
    assert_eq!(world.drive(&mut flow).0, Ending::Complete);
    assert_eq!(world.all(StepKind::Register).len(), 2);
}

#[test]
fn a_request_is_pushed_where_offered_when_wanted() {
    for (push, want) in [(true, 1), (false, 0)] {
        let mut world = World {
            hook: Box::new(|p, _| {
                (p.step == StepKind::PushedAuthorization).then(|| {
                    json_reply(201, &json!({ "request_uri": "urn:r:1", "expires_in": 60 }))
                })
            }),
            ..World::default()
        };
        world.metadata[0].1["pushed_authorization_request_endpoint"] =
            json!("https://as.example/par");
        let mut flow = World::flow(config("2025-11-25"));
        flow.context.config.push = push;
        // The world answers a redirect by the state in the URL, which a pushed request does not have.
        if push {
            let fresh = |step| authscope_protocol::flow::Fresh {
                now: 1,
                random: [step; 96],
                signer: &crate::world::Stamp,
            };
            for step in 0..9 {
                if let authscope_protocol::flow::Action::Front { url } = flow.next(&fresh(step)) {
                    assert_eq!(query(&url, "request_uri").as_deref(), Some("urn:r:1"));
                    assert_eq!(query(&url, "code_challenge"), None);
                    break;
                }
                world.step(&mut flow, &fresh(step));
            }
        } else {
            world.drive(&mut flow);
        }
        assert_eq!(world.all(StepKind::PushedAuthorization).len(), want);
    }
}

#[test]
fn auto_tries_the_default_endpoints_when_nothing_else_is_left() {
    let bare = || World {
        prm: Vec::new(),
        challenge: None,
        metadata: Vec::new(),
        ..World::default()
    };
    let mut world = bare();
    let (ending, message) = world.run(config("auto"));
    assert_eq!(ending, Ending::Complete, "{message}");
    assert_eq!(
        world.first(StepKind::Register).url,
        "https://mcp.example/register"
    );
    assert_eq!(
        query(&world.fronts[0], "resource"),
        None,
        "2025-03-26 has no resource parameter"
    );
    let because = world.outputs.iter().find_map(|o| match o {
        Output::Decision(authscope_model::event::Decision::Revision { revision }, because) => {
            Some((revision.as_str(), because))
        }
        _ => None,
    });
    let (revision, because) = because.unwrap();
    assert_eq!(revision, "2025-03-26");
    assert!(because.contains("registration endpoint"), "{because}");

    let mut world = bare();
    world.hook = Box::new(|p, _| (p.step == StepKind::Register).then(|| reply(404, &[], "")));
    let (ending, message) = world.run(config("auto"));
    assert_eq!(ending, Ending::Blocked);
    assert!(
        message.contains("Nothing to go by") && message.contains("HTTP 404"),
        "{message}"
    );
    let decided = world.outputs.iter().any(|o| {
        matches!(
            o,
            Output::Decision(authscope_model::event::Decision::Revision { .. }, _)
        )
    });
    assert!(
        !decided,
        "a guess that came to nothing is no finding about the revision"
    );
    assert!(world.fronts.is_empty());
}

#[test]
fn az_extra_parameters_and_prompt_are_sent_as_given() {
    let mut world = World::default();
    let mut wanted = config("2025-11-25");
    for (name, value) in [
        ("prompt", "login"),
        ("login_hint", "a@b.example"),
        ("audience", "x y"),
    ] {
        wanted.authorize_params.push(authscope_model::config::Pair {
            name: name.into(),
            value: value.into(),
        });
    }
    world.run(wanted);
    for (name, value) in [
        ("prompt", "login"),
        ("login_hint", "a@b.example"),
        ("audience", "x y"),
    ] {
        assert_eq!(query(&world.fronts[0], name).as_deref(), Some(value));
    }
}

#[test]
fn an_edited_registration_is_sent_with_its_initial_access_token() {
    let mut world = World::default();
    let mut wanted = config("2025-11-25");
    wanted.initial_access_token = Some("first".into());
    wanted.client_metadata =
        json!({ "client_name": "Mine", "application_type": "web", "response_types": null })
            .as_object()
            .cloned()
            .unwrap_or_else(Map::new);
    world.run(wanted);
    let sent = world.first(StepKind::Register);
    assert_eq!(header(sent, "Authorization"), Some("Bearer first"));
    let metadata = body(sent);
    assert_eq!(
        (&metadata["client_name"], &metadata["application_type"]),
        (&json!("Mine"), &json!("web"))
    );
    assert!(metadata.get("response_types").is_none());
    assert_eq!(query(&world.fronts[0], "resource").as_deref(), Some(MCP));
}
