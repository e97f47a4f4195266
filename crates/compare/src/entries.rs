//! Values with names, out of headers, queries, forms, JSON and event streams, and two lists of them joined.

use crate::addresses::Addresses;
use crate::comparison::{Entry, Mark};
use crate::volatile;
use authscope_diagram::words;
use authscope_model::Header;
use authscope_protocol::{challenge, form, jwt, sse, url_text};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// Values of one body at most; a body with more of them is compared as one text.
const MOST_VALUES: usize = 2_000;
/// Deeper JSON is compared as text.
const DEEPEST: usize = 24;
/// Longer values are shortened in the middle where they are shown; they are compared whole.
const LONGEST: usize = 2_000;

/// One value with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Named {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// Headers; a challenge by parameter, a redirect by parameter of its query.
pub(crate) fn headers(headers: &[Header]) -> Vec<Named> {
    let mut out = Vec::new();
    for header in headers {
        if header.name.eq_ignore_ascii_case("www-authenticate") {
            challenges(&mut out, header);
        } else {
            push(&mut out, &header.name, &header.value);
        }
    }
    out
}

fn challenges(out: &mut Vec<Named>, header: &Header) {
    let parsed = challenge::parse_value(&header.value);
    if parsed.list.is_empty() {
        out.push(Named::new(&header.name, &header.value));
        return;
    }
    for challenge in parsed.list {
        out.push(Named::new(&header.name, &challenge.scheme));
        for parameter in &challenge.params {
            let name = format!("{} {}", header.name, parameter.name);
            push(out, &name, &parameter.value);
        }
        if let Some(token) = &challenge.token68 {
            out.push(Named::new(format!("{} token", header.name), token));
        }
    }
}

/// The pairs of a query or form.
pub(crate) fn pairs(text: &str) -> Vec<Named> {
    let mut out = Vec::new();
    for (name, value) in form::parse(text) {
        push(&mut out, &name, &value);
    }
    out
}

/// A body by what it is: JSON, form, event stream, or text.
pub(crate) fn body(media_type: &str, text: &str) -> Vec<Named> {
    if text.is_empty() {
        return Vec::new();
    }
    if media_type == "text/event-stream" {
        return stream(text);
    }
    if media_type == "application/x-www-form-urlencoded" {
        return pairs(text);
    }
    document(text).unwrap_or_else(|| vec![Named::new("text", text)])
}

fn document(text: &str) -> Option<Vec<Named>> {
    let plain = text.trim_start_matches('\u{feff}');
    let value: Value = serde_json::from_str(plain).ok()?;
    let mut out = Vec::new();
    members(&mut out, "", &value, 0);
    (out.len() <= MOST_VALUES).then_some(out)
}

fn stream(text: &str) -> Vec<Named> {
    let mut out = Vec::new();
    let events = sse::events(text);
    let many = events.len() > 1;
    for (at, event) in events.into_iter().enumerate() {
        let prefix = if many {
            format!("event {} ", at + 1)
        } else {
            String::new()
        };
        let values = document(&event.data).unwrap_or_else(|| vec![Named::new("data", event.data)]);
        out.extend(
            values
                .into_iter()
                .map(|value| Named::new(format!("{prefix}{}", value.name), value.value)),
        );
    }
    if out.len() > MOST_VALUES {
        return vec![Named::new("text", text)];
    }
    out
}

fn members(out: &mut Vec<Named>, path: &str, value: &Value, depth: usize) {
    // One more than allowed is enough to know that there are too many.
    if out.len() > MOST_VALUES {
        return;
    }
    match value {
        Value::Object(object) if !object.is_empty() && depth < DEEPEST => {
            for (name, member) in object {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                members(out, &path, member, depth + 1);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) && depth < DEEPEST => {
            for (at, item) in items.iter().enumerate() {
                members(
                    out,
                    &format!("{path}[{}]", label(items, item, at)),
                    item,
                    depth + 1,
                );
            }
        }
        Value::String(text) => push(out, shown(path), text),
        other => out.push(Named::new(shown(path), other.to_string())),
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "value" } else { path }
}

/// Items of a list are known by a name of their own where each has another one, else by their place.
fn label(items: &[Value], item: &Value, at: usize) -> String {
    for key in ["name", "kid", "uri", "id"] {
        let Some(name) = item.get(key).and_then(Value::as_str) else {
            continue;
        };
        let alike = items
            .iter()
            .filter(|other| other.get(key).and_then(Value::as_str) == Some(name));
        if alike.take(2).count() == 1 {
            return name.to_owned();
        }
    }
    at.to_string()
}

/// A text; a token by claim and a URL by parameter as well.
fn push(out: &mut Vec<Named>, name: &str, value: &str) {
    let bare = value
        .strip_prefix("Bearer ")
        .or_else(|| value.strip_prefix("DPoP "))
        .unwrap_or(value);
    if let Some(token) = jwt::decode(bare) {
        out.push(Named::new(name, value));
        members(out, &format!("{name} header"), &token.header, 1);
        members(out, &format!("{name} payload"), &token.payload, 1);
        return;
    }
    let url = url_text::split(value).filter(|parts| parts.is_web());
    if let Some(query) = url.and_then(|parts| parts.query) {
        let base = value.split('?').next().unwrap_or(value);
        out.push(Named::new(name, base));
        for (parameter, value) in form::parse(query) {
            out.push(Named::new(format!("{name} ?{parameter}"), value));
        }
        return;
    }
    out.push(Named::new(name, value));
}

/// Both lists by name, in the order of the first, with what only the second has where it stands there.
pub(crate) fn join(a: Vec<Named>, b: Vec<Named>, addresses: &Addresses) -> Vec<Entry> {
    let mut places: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for (at, value) in b.iter().enumerate() {
        places
            .entry(value.name.to_ascii_lowercase())
            .or_default()
            .push_back(at);
    }
    let partner: Vec<Option<usize>> = a
        .iter()
        .map(|value| {
            places
                .get_mut(&value.name.to_ascii_lowercase())?
                .pop_front()
        })
        .collect();
    let mut taken = vec![false; b.len()];
    for at in partner.iter().flatten() {
        if let Some(taken) = taken.get_mut(*at) {
            *taken = true;
        }
    }
    let mut right: Vec<Option<Named>> = b.into_iter().map(Some).collect();
    let mut out = Vec::new();
    only_right(&mut out, &mut right, &taken, 0);
    for (left, at) in a.into_iter().zip(partner) {
        let other = at.and_then(|at| right.get_mut(at)?.take());
        out.push(entry(Some(left), other, addresses));
        if let Some(at) = at {
            only_right(&mut out, &mut right, &taken, at + 1);
        }
    }
    out
}

/// The run of values from a place on that have no partner.
fn only_right(out: &mut Vec<Entry>, right: &mut [Option<Named>], taken: &[bool], from: usize) {
    for (at, value) in right.iter_mut().enumerate().skip(from) {
        if taken.get(at).copied().unwrap_or(true) {
            return;
        }
        if let Some(value) = value.take() {
            out.push(entry(None, Some(value), &Addresses::default()));
        }
    }
}

fn entry(a: Option<Named>, b: Option<Named>, addresses: &Addresses) -> Entry {
    let name = a
        .as_ref()
        .or(b.as_ref())
        .map(|value| value.name.clone())
        .unwrap_or_default();
    let (a, b) = (a.map(|value| value.value), b.map(|value| value.value));
    let mark = match (&a, &b) {
        (Some(a), Some(b)) if a == b => Mark::Same,
        (Some(_), Some(_)) => Mark::Changed,
        (Some(_), None) => Mark::Removed,
        (None, _) => Mark::Added,
    };
    let volatile = match (&a, &b) {
        _ if mark == Mark::Same => None,
        (Some(a), Some(b)) => volatile::of(&name, a, b, addresses),
        _ => volatile::alone(&name),
    };
    let short = |value: Option<String>| value.map(|value| words::middle(&value, LONGEST));
    Entry {
        name,
        mark,
        a: short(a),
        b: short(b),
        volatile,
    }
}
