//! Each reader against the derived one, on whole recordings and on every variant.

use super::{diagnosis, event, info, summary};
use authscope_model::event::{Event, EventKind};
use authscope_model::{Recording, StepKind};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Both readers of a document.
fn same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &Value,
    read: impl Fn(&Value) -> Option<T>,
) {
    let derived: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(read(value), Some(derived), "{value:#}");
}

fn same_kind(kind: &Value) {
    same::<Event>(
        &json!({"seq": 3, "at": 1_795_440_000_000_u64, "kind": kind}),
        event,
    );
}

#[test]
fn recordings_are_read_as_by_the_model() {
    for name in ["healthy", "retry", "step-up", "unreachable", "your-turn"] {
        let path = format!(
            "{}/../crates/diagram/tests/recordings/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).unwrap();
        let derived = Recording::parse(&text).unwrap().events;
        assert_eq!(super::history(&text), Some(derived), "{name}");
    }
}

#[test]
fn of_a_history_what_cannot_be_read_is_left_out() {
    let known = json!({"seq": 1, "at": 2, "kind": {"type": "turn_ended", "how": "done"}});
    let text = json!({"summary": {}, "events": [7, known, {"seq": 2}], "findings": [1]});
    let read = super::history(&text.to_string()).unwrap();
    assert_eq!(read.len(), 1);
    for text in ["", "{}", "[]", r#"{"events": [}"#, r#"{"events": 7}"#] {
        assert_eq!(super::history(text), None, "{text}");
    }
}

#[test]
fn every_decision_fact_and_turn() {
    for decision in [
        json!({"type": "revision", "revision": "2026-07-28"}),
        json!({"type": "resource", "value": "x", "source": "server_url"}),
        json!({"type": "authorization_server", "issuer": "i", "candidates": ["i", "j"]}),
        json!({"type": "default_endpoints", "base": "b"}),
        json!({"type": "registration", "method": "preregistered", "client_id": null}),
        json!({"type": "scope", "value": null, "source": "omitted"}),
        json!({"type": "token_endpoint_auth", "method": "none"}),
        json!({"type": "of_tomorrow", "x": 1}),
    ] {
        same_kind(&json!({"type": "decision", "decision": decision, "because": "b"}));
    }
    for fact in [
        json!({"type": "pkce", "challenge": "a", "recomputed": "b"}),
        json!({"type": "state", "matches": true, "present": false}),
        json!({"type": "iss", "expected": "a", "received": null, "advertised": true}),
        json!({"type": "signature", "token": "id_token", "verified": false, "detail": "d"}),
        json!({"type": "code_age", "millis": 7}),
        json!({"type": "probe", "probe": "p", "refused": true, "detail": "d"}),
        json!({"type": "of_tomorrow"}),
    ] {
        same_kind(&json!({"type": "fact", "exchange": 2, "fact": fact}));
    }
    for turn in [
        json!({"type": "authorize", "exchange": 1, "host": "h", "scope": "a b", "redirect_uri": "r", "hosted": true}),
        json!({"type": "choose_authorization_server", "candidates": ["a"]}),
        json!({"type": "provide_client_id", "reason": "r"}),
        json!({"type": "go_on", "reason": "r", "clause": "c"}),
        json!({"type": "device_code", "user_code": "u", "verification_uri": "v"}),
        json!({"type": "device_code", "user_code": "u", "verification_uri": "v", "verification_uri_complete": "w", "expires_at": 9}),
        json!({"type": "of_tomorrow"}),
    ] {
        same_kind(&json!({"type": "your_turn", "turn": turn}));
    }
}

#[test]
fn every_other_kind_of_event() {
    for kind in [
        json!({"type": "resumed", "mode": "step"}),
        json!({"type": "paused", "next": "token", "preview": "p"}),
        json!({"type": "sending", "exchange": 1, "branch": 0, "step": "jwks", "method": "GET", "url": "u"}),
        json!({"type": "turn_ended", "how": "h"}),
        json!({"type": "branched", "branch": 1, "parent": 0, "before_exchange": 4}),
        json!({"type": "note", "exchange": 3, "tone": "error", "text": "t"}),
        json!({"type": "stops_here", "exchange": null, "reason": "r", "clause": "c", "continued": true}),
        json!({"type": "finished", "ending": "conforming_client_stops", "message": "m"}),
        json!({"type": "of_tomorrow", "x": [1]}),
    ] {
        same_kind(&kind);
    }
    let unknown = json!({"seq": 1, "at": 0, "kind": {"type": "of_tomorrow"}});
    assert_eq!(event(&unknown).map(|e| e.kind), Some(EventKind::Unknown));
}

/// Everything an exchange may have, and a step of a newer version.
#[test]
fn a_full_exchange() {
    let exchange = |step: &str, outcome: Value| {
        json!({"type": "exchange", "exchange": {
            "id": 4, "branch": 2, "step": step, "from": "authorization_server", "to": "identity_provider",
            "step_up": 1, "redirected_from": 3, "extra": true, "purpose": "p", "started_at": 5,
            "timing": {"dns_us": 1, "connect_us": 2, "tls_us": 3, "wait_us": 4, "body_us": 5, "total_us": 15},
            "peer": "127.0.0.1:1", "tls": {"version": "TLSv1.3", "cipher": "c"},
            "request": {"method": "GET", "url": "u", "request_line": "l", "headers": [{"name": "a", "value": "b"}],
                        "body": {"base64": "AA==", "length": 1, "cut": "cap"}},
            "outcome": outcome}})
    };
    same_kind(&exchange(
        "resend",
        json!({"type": "response", "status_line": "s", "status": 418, "headers": []}),
    ));
    same_kind(&exchange(
        "token",
        json!({"type": "failed", "kind": "guard", "message": "m", "setting": "--guard", "received": "r"}),
    ));
    same_kind(&exchange("of_tomorrow", json!({"type": "unseen"})));
    let read = event(
        &json!({"seq": 1, "at": 0, "kind": exchange("of_tomorrow", json!({"type": "unseen"}))}),
    );
    let Some(EventKind::Exchange { exchange }) = read.map(|e| e.kind) else {
        panic!("no exchange");
    };
    assert_eq!(exchange.step, StepKind::Unknown);
}

#[test]
fn messages_of_the_api() {
    let part = |name: &str| json!({"exchange": 2, "part": {"type": name, "index": 1}, "start": 3, "end": 5, "excerpt": "e"});
    let parts = [
        "request_url",
        "request_header",
        "request_body",
        "status_line",
        "response_header",
        "response_headers",
        "response_body",
        "whole",
    ];
    let finding = json!({"rule": "r", "level": "warning", "confidence": "likely", "party": "mcp_server", "step": "probe",
        "message": "m", "expected": "e", "received": "r", "evidence": part("response_body"),
        "related": parts.map(part), "fix": "f", "snippets": [{"kind": "json", "text": "t"}],
        "references": [{"id": "i", "title": "t", "url": "u"}], "explained_by": "x", "clients": "c"});
    let value = json!({"seq": 9, "level": "failure", "sentence": "s", "failures": 1, "warnings": 2, "hints": 3,
        "passed_steps": 4, "findings": [finding]});
    same(&value, diagnosis);
    same(
        &json!({"id": "i", "title": "t", "server_url": "u", "created_at": 1, "updated_at": 2, "status": "ready",
        "verdict": "v", "failures": 1, "warnings": 2, "exchanges": 3}),
        summary,
    );
    same(
        &json!({"version": "v", "public_url": "p", "redirect_uri": "r", "guard": "local", "reachability_note": "n",
        "lab": [{"id": "i", "title": "t", "summary": "s", "healthy": true, "url": "u", "party": null, "rules": ["a"]}]}),
        info,
    );
}
