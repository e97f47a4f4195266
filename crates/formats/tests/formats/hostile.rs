//! Files that were cut, scribbled over or made up: words, never a panic; and nothing unmasked.

use crate::{har_of, healthy};
use authscope_formats::export::{Format, export, file_name};
use authscope_formats::import::{Refused, read};
use authscope_formats::{client_config, copy};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn what_is_no_recording_is_refused_in_words() {
    let refused = |text: &str| read(text).unwrap_err();
    assert_eq!(refused(" \n"), Refused::Empty);
    assert!(matches!(refused("<html>"), Refused::NotJson(_)));
    assert_eq!(refused("[1]"), Refused::Other);
    assert_eq!(refused(r#"{"log":{"entries":[]}}"#), Refused::NoEntries);
    assert_eq!(
        refused(r#"{"log":{"entries":[{}, 7, {"request":{}}]}}"#),
        Refused::NoEntries
    );
    assert_eq!(refused(r#"{"mcpServers":{}}"#), Refused::Configuration);
    let newer =
        refused(r#"{"format":"authscope-recording","version":"2.0","events":{"not":"a list"}}"#)
            .to_string();
    assert!(
        newer.contains("version \"2.0\"") || newer.contains("version 2.0"),
        "{newer}"
    );
    let other = refused(r#"{"format":"trace","version":"1.0"}"#).to_string();
    assert!(other.contains("trace"), "{other}");
}

#[test]
fn a_recording_of_a_newer_minor_version_opens() {
    let mut value = serde_json::to_value(healthy("2025-11-25")).unwrap();
    value["version"] = "1.99".into();
    value["events"]
        .as_array_mut()
        .unwrap()
        .push(json!({"seq": 999, "at": 0, "kind": {"type": "from_the_future"}}));
    let opened = read(&value.to_string()).unwrap();
    assert_eq!(
        opened.recording.transcript().exchanges.len(),
        healthy("2025-11-25").transcript().exchanges.len()
    );
}

#[test]
fn a_recording_of_our_own_comes_out_as_it_went_in() {
    for settings in ["2025-11-25", "2025-11-25 token=opaque registration=cimd"] {
        let before = read(&serde_json::to_string(&healthy(settings)).unwrap())
            .unwrap()
            .recording;
        let after = read(&export(Format::Json, &before)).unwrap().recording;
        assert_eq!(before, after);
    }
}

#[test]
fn a_recording_with_secrets_in_it_is_masked() {
    let mut recording = healthy("2025-11-25");
    let canary = "canary-4815162342-secret-value";
    for event in &mut recording.events {
        if let authscope_model::EventKind::Exchange { exchange } = &mut event.kind {
            exchange.request.headers.push(authscope_model::Header::new(
                "Authorization",
                format!("Bearer {canary}"),
            ));
            exchange.purpose = format!("with {canary}");
        }
    }
    let opened = read(&serde_json::to_string(&recording).unwrap())
        .unwrap()
        .recording;
    assert!(!serde_json::to_string(&opened).unwrap().contains(canary));
}

#[test]
fn file_names_are_plain() {
    let mut recording = healthy("2025-11-25 server=https://a.example/mcp");
    assert_eq!(
        file_name(Format::Har, &recording),
        "authscope-a.example-2026-05-28T202640.har"
    );
    if let Some(authscope_model::EventKind::SessionCreated { config, .. }) =
        recording.events.first_mut().map(|e| &mut e.kind)
    {
        config.server_url = "https://..%2F\"\r\n/".into();
    }
    let name = file_name(Format::Markdown, &recording);
    assert!(
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')),
        "{name}"
    );
}

/// Puts junk at the `at`-th place of a document.
fn scribble(value: &mut Value, at: &mut usize, junk: &Value) {
    if *at == 0 {
        *value = junk.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| scribble(item, at, junk)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| scribble(member, at, junk)),
        _ => {}
    }
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[⟨⟩%A-F0-9]{0,20}".prop_map(|mask| Value::from(format!("https://a/?code={mask}"))),
        Just(json!([])),
        Just(json!({"a": [1, "⟨x"]})),
    ]
}

fn use_it(text: &str) {
    if let Ok(imported) = read(text) {
        for format in Format::ALL {
            let written = export(format, &imported.recording);
            assert!(!written.is_empty());
        }
        let _ = file_name(Format::Har, &imported.recording);
        for exchange in &imported.recording.transcript().exchanges {
            let _ = (
                copy::curl(&exchange.request),
                copy::fetch(&exchange.request),
                copy::markdown(exchange),
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn scribbled_files_never_panic(har in any::<bool>(), wounds in prop::collection::vec((0usize..900, junk()), 1..6)) {
        let recording = healthy("2025-11-25");
        let mut document = if har { har_of(&recording) } else { serde_json::to_value(&recording).unwrap() };
        for (place, junk) in wounds {
            let mut at = place;
            scribble(&mut document, &mut at, &junk);
        }
        use_it(&document.to_string());
    }

    #[test]
    fn cut_files_never_panic(at in 0usize..40_000, text in ".{0,60}") {
        let whole = har_of(&healthy("2025-11-25")).to_string();
        let cut: String = whole.chars().take(at).collect();
        use_it(&cut);
        use_it(&text);
        let _ = client_config::read(&text);
        let _ = client_config::read(&cut);
    }
}
