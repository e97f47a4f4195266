//! Device authorization (RFC 8628): the person's turn, the polls meanwhile, and the ways it ends.

use crate::world::{ISSUER, World, config, json_reply, metadata, param, reply};
use authscope_model::StepKind;
use authscope_model::config::{Grant, SessionConfig};
use authscope_model::event::{Ending, Turn};
use authscope_protocol::flow::Output;
use serde_json::{Value, json};

/// When flows of the world begin.
const BEGIN: u64 = 1_800_000_000_000;

/// A world whose device authorization answers `answer`, and whose polls answer, by their number, as told.
fn world(answer: Value, poll: fn(usize) -> Option<(u16, Value)>) -> World {
    let mut document = metadata();
    document["device_authorization_endpoint"] = json!(format!("{ISSUER}/device"));
    let polls = std::cell::Cell::new(0);
    World {
        metadata: vec![(
            format!("{ISSUER}/.well-known/oauth-authorization-server"),
            document,
        )],
        hook: Box::new(move |p, _| match p.step {
            StepKind::DeviceAuthorization => Some(json_reply(200, &answer)),
            StepKind::DevicePoll => {
                polls.set(polls.get() + 1);
                poll(polls.get()).map(|(status, body)| json_reply(status, &body))
            }
            _ => None,
        }),
        ..World::default()
    }
}

fn code() -> Value {
    json!({
        "device_code": "dc-1", "user_code": "WDJB-MJHT", "verification_uri": "https://as.example/device",
        "verification_uri_complete": "https://as.example/device?user_code=WDJB-MJHT",
        "expires_in": 60, "interval": 2,
    })
}

fn device() -> SessionConfig {
    let mut config = config("2025-11-25");
    config.grant = Grant::DeviceCode;
    config
}

fn error(error: &str) -> Option<(u16, Value)> {
    Some((400, json!({ "error": error })))
}

fn turn_ended(world: &World) -> Vec<&str> {
    let ended = world.outputs.iter().filter_map(|output| match output {
        Output::TurnEnded(how) => Some(how.as_str()),
        _ => None,
    });
    ended.collect()
}

#[test]
fn the_person_is_shown_the_code_while_the_flow_polls_as_often_as_it_may() {
    let mut world = world(code(), |number| match number {
        1 => error("authorization_pending"),
        2 => error("slow_down"),
        3 => error("authorization_pending"),
        _ => None,
    });
    assert_eq!(world.run(device()).0, Ending::Complete);
    let turn = world.outputs.iter().find_map(|output| match output {
        Output::Turn(turn) => Some(turn.clone()),
        _ => None,
    });
    assert_eq!(
        turn,
        Some(Turn::DeviceCode {
            user_code: "WDJB-MJHT".into(),
            verification_uri: "https://as.example/device".into(),
            verification_uri_complete: Some("https://as.example/device?user_code=WDJB-MJHT".into()),
            expires_at: Some(BEGIN + 60_000),
        })
    );
    // RFC 8628 §3.5: after slow_down five seconds more, for good.
    assert_eq!(world.waits, [2_000, 2_000, 7_000, 7_000]);
    let polls = world.all(StepKind::DevicePoll);
    assert_eq!(polls.len(), 4);
    assert_eq!(param(polls[0], "device_code").as_deref(), Some("dc-1"));
    assert_eq!(turn_ended(&world).len(), 1);
}

#[test]
fn a_refusal_ends_the_turn_with_its_reason() {
    for (said, words) in [
        ("access_denied", "denied"),
        ("expired_token", "expired"),
        ("invalid_grant", "ended the polling"),
    ] {
        let mut world = world(
            code(),
            match said {
                "access_denied" => |_| error("access_denied"),
                "expired_token" => |_| error("expired_token"),
                _ => |_| error("invalid_grant"),
            },
        );
        assert_eq!(world.run(device()).0, Ending::Blocked, "{said}");
        let ended = turn_ended(&world);
        assert!(
            ended.len() == 1 && ended[0].contains(words),
            "{said}: {ended:?}"
        );
    }
}

#[test]
fn a_code_that_nobody_enters_is_no_fault_of_the_server() {
    let mut world = world(code(), |_| error("authorization_pending"));
    let (ending, message) = world.run(device());
    assert_eq!(ending, Ending::Incomplete);
    assert!(message.contains("expired"), "{message}");
    assert_eq!(world.waits.iter().sum::<u64>(), 60_000);
}

#[test]
fn an_interval_beyond_the_life_of_the_code_does_not_hang_the_run() {
    let mut answer = code();
    answer["interval"] = json!(u64::MAX);
    let mut world = world(answer, |_| error("authorization_pending"));
    assert_eq!(world.run(device()).0, Ending::Incomplete);
    assert_eq!(world.waits, [60_000]);
}

#[test]
fn the_name_of_the_drafts_is_understood_and_an_answer_without_a_code_is_not() {
    let old = json!({ "device_code": "d", "user_code": "u", "verification_url": "https://as.example/old", "expires_in": 9 });
    let mut drafts = world(old, |_| None);
    assert_eq!(drafts.run(device()).0, Ending::Complete);
    assert!(drafts.outputs.iter().any(|output| matches!(output,
        Output::Turn(Turn::DeviceCode { verification_uri, .. }) if verification_uri == "https://as.example/old")));

    let mut broken = world(json!({ "device_code": "d" }), |_| None);
    assert_eq!(broken.run(device()).0, Ending::Blocked);
    let mut html = World {
        hook: Box::new(|p, _| {
            (p.step == StepKind::DeviceAuthorization).then(|| reply(500, &[], "<html>"))
        }),
        ..world(code(), |_| None)
    };
    assert_eq!(html.run(device()).0, Ending::Blocked);
}
