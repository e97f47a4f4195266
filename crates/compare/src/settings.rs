//! Settings that differ between two sessions: often the reason for everything else.

use crate::comparison::Setting;
use authscope_model::{RegistrationChoice, SessionConfig, Transcript};
use serde_json::{Map, Value};

/// Not what a run depends on.
const LEFT_OUT: [&str; 1] = ["title"];

/// A way of registration in words.
pub(crate) const fn way(choice: RegistrationChoice) -> &'static str {
    match choice {
        RegistrationChoice::Auto => "auto",
        RegistrationChoice::Cimd => "cimd",
        RegistrationChoice::Dcr => "dcr",
        RegistrationChoice::Preregistered => "preregistered",
    }
}

pub(crate) fn settings(a: &Transcript, b: &Transcript) -> Vec<Setting> {
    let (left, right) = (members(a.config.as_ref()), members(b.config.as_ref()));
    let mut names: Vec<&String> = left.keys().collect();
    names.extend(right.keys().filter(|name| !left.contains_key(*name)));
    let differing = names.into_iter().filter(|name| {
        let (x, y) = (left.get(*name), right.get(*name));
        !LEFT_OUT.contains(&name.as_str()) && x != y && !both_masked(x, y)
    });
    differing
        .map(|name| Setting {
            name: name.replace('_', " "),
            a: left.get(name).map(words),
            b: right.get(name).map(words),
        })
        .collect()
}

fn members(config: Option<&SessionConfig>) -> Map<String, Value> {
    match config.map(serde_json::to_value) {
        Some(Ok(Value::Object(members))) => members,
        _ => Map::new(),
    }
}

/// Masks are keyed by session: whether two secrets are equal cannot be told from them.
fn both_masked(a: Option<&Value>, b: Option<&Value>) -> bool {
    let masked = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str);
        text.is_some_and(|text| text.contains('⟨'))
    };
    masked(a) && masked(b)
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
