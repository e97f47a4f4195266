//! What differs between two answers: status, headers by name, JSON by member, other bodies as a whole.

use serde_json::Value;
use std::collections::HashMap;

/// Deeper JSON is compared as text.
const DEEPEST: usize = 12;
/// Values of one answer at most.
const MOST: usize = 1_000;
/// Characters of a value that are compared and shown.
const LONGEST: usize = 20_000;

/// A value that one answer has otherwise than the other, or that only one has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The differences, and how many values are the same.
pub(super) fn differences(before: &Value, after: &Value) -> (Vec<Difference>, usize) {
    let (left, right) = (values(before), values(after));
    let mut found: HashMap<&str, Vec<&String>> = HashMap::new();
    for (name, value) in right.iter().rev() {
        found.entry(name).or_default().push(value);
    }
    let mut same = 0;
    let mut out = Vec::new();
    for (name, value) in &left {
        let other = found.get_mut(name.as_str()).and_then(Vec::pop);
        if other == Some(value) {
            same += 1;
            continue;
        }
        out.push(Difference {
            name: name.clone(),
            before: Some(value.clone()),
            after: other.cloned(),
        });
    }
    for (name, _) in &right {
        if let Some(value) = found.get_mut(name.as_str()).and_then(Vec::pop) {
            out.push(Difference {
                name: name.clone(),
                before: None,
                after: Some(value.clone()),
            });
        }
    }
    (out, same)
}

/// The values of an answer with their names.
fn values(exchange: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let outcome = exchange.get("outcome").unwrap_or(&Value::Null);
    let text = |name: &str| {
        outcome
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if outcome.get("type").and_then(Value::as_str) != Some("response") {
        out.push(("No answer".to_owned(), text("message").to_owned()));
        return out;
    }
    out.push(("Status".to_owned(), text("status_line").to_owned()));
    for line in outcome
        .get("headers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
        // The time of day says nothing.
        if !part("name").eq_ignore_ascii_case("date") {
            out.push((
                format!("Header {}", part("name").to_ascii_lowercase()),
                part("value").to_owned(),
            ));
        }
    }
    let body = outcome
        .pointer("/body/text")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match serde_json::from_str::<Value>(body) {
        Ok(json) => members(&mut out, String::new(), &json, 0),
        Err(_) if body.is_empty() => {}
        Err(_) => out.push(("Body".to_owned(), body.chars().take(LONGEST).collect())),
    }
    out
}

fn members(out: &mut Vec<(String, String)>, path: String, value: &Value, depth: usize) {
    if out.len() >= MOST {
        return;
    }
    match value {
        Value::Object(inner) if depth < DEEPEST && !inner.is_empty() => {
            for (name, value) in inner {
                let dot = if path.is_empty() { "" } else { "." };
                members(out, format!("{path}{dot}{name}"), value, depth + 1);
            }
        }
        Value::Array(inner) if depth < DEEPEST && !inner.is_empty() => {
            for (at, value) in inner.iter().enumerate() {
                members(out, format!("{path}[{at}]"), value, depth + 1);
            }
        }
        leaf => {
            let name = if path.is_empty() {
                "Body".to_owned()
            } else {
                path
            };
            let text = leaf
                .as_str()
                .map_or_else(|| leaf.to_string(), str::to_owned);
            out.push((name, text.chars().take(LONGEST).collect()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Value {
        let headers: Vec<Value> = headers
            .iter()
            .map(|(n, v)| json!({ "name": n, "value": v }))
            .collect();
        json!({ "outcome": { "type": "response", "status_line": status, "headers": headers,
            "body": { "text": body } } })
    }

    #[test]
    fn values_are_compared_by_their_names() {
        let before = answer(
            "HTTP/1.1 200 OK",
            &[("Date", "1"), ("Set-Cookie", "a"), ("set-cookie", "b")],
            r#"{"a":{"b":[1,2]},"same":"x"}"#,
        );
        let after = answer(
            "HTTP/1.1 400 Bad Request",
            &[
                ("date", "2"),
                ("set-cookie", "a"),
                ("X-New", "n"),
                ("X-New", "n2"),
            ],
            r#"{"a":{"b":[1,3]},"same":"x"}"#,
        );
        let (found, same) = differences(&before, &after);
        let told: Vec<_> = found
            .iter()
            .map(|d| (d.name.as_str(), d.before.as_deref(), d.after.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "Status",
                    Some("HTTP/1.1 200 OK"),
                    Some("HTTP/1.1 400 Bad Request")
                ),
                ("Header set-cookie", Some("b"), None),
                ("a.b[1]", Some("2"), Some("3")),
                ("Header x-new", None, Some("n")),
                ("Header x-new", None, Some("n2")),
            ]
        );
        assert_eq!(same, 3);
        assert_eq!(differences(&before, &before).0, []);
    }

    #[test]
    fn no_answer_is_told_as_such() {
        let failed = json!({ "outcome": { "type": "failed", "message": "not resolved" } });
        let (found, _) = differences(&answer("HTTP/1.1 200 OK", &[], "text"), &failed);
        let names: Vec<_> = found.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["Status", "Body", "No answer"]);
    }
}
