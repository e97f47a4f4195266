//! Notes of a walk: answers as text, with everything that changes from run to run replaced by a name.

use authscope_lab::TargetInfo;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use url::Url;

use crate::client::Answer;

/// Headers worth noting.
const HEADERS: [&str; 16] = [
    "content-type",
    "www-authenticate",
    "x-www-authenticate",
    "x-amzn-remapped-www-authenticate",
    "location",
    "cache-control",
    "allow",
    "mcp-session-id",
    "content-security-policy",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-allow-headers",
    "retry-after",
    "server",
    "pragma",
    "content-length",
];

/// What was seen in one step: its name, and one line per fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) step: &'static str,
    pub(crate) facts: Vec<String>,
}

/// All notes of a walk.
pub(crate) struct Notes {
    pub(crate) list: Vec<Note>,
    id: String,
    origins: Vec<(String, &'static str)>,
    keys: Vec<String>,
    client_id: Option<String>,
    now: i64,
}

impl Notes {
    pub(crate) fn new(target: &TargetInfo) -> Self {
        let origin = |url: &str| Url::parse(url).unwrap().origin().ascii_serialization();
        Self {
            list: Vec::new(),
            id: target.id.clone(),
            origins: vec![
                (origin(&target.mcp_url), "M"),
                (origin(&target.issuer), "A"),
            ],
            keys: Vec::new(),
            client_id: None,
            now: i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap(),
        }
    }

    pub(crate) fn learn_keys(&mut self, text: &str) {
        let set: Value = serde_json::from_str(text).unwrap_or_default();
        let keys = set["keys"].as_array().into_iter().flatten();
        self.keys = keys
            .filter_map(|key| key["kid"].as_str())
            .map(str::to_owned)
            .collect();
    }

    /// A client id that differs from run to run.
    pub(crate) fn learn_client(&mut self, id: &str) {
        self.client_id = Some(id.to_owned());
    }

    pub(crate) fn push(&mut self, step: &'static str, answer: &Answer) {
        let mut facts = vec![format!("status {}", answer.status)];
        for name in HEADERS {
            for value in answer.headers.get_all(name) {
                let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
                facts.extend(self.header(name, &text));
            }
        }
        facts.extend(self.body(&answer.text));
        self.list.push(Note { step, facts });
    }

    /// Notes whether two values are the same.
    pub(crate) fn compare(&mut self, step: &'static str, one: Option<&str>, other: Option<&str>) {
        let fact = if one == other { "no" } else { "yes" };
        self.list.push(Note {
            step,
            facts: vec![fact.to_owned()],
        });
    }

    fn header(&self, name: &str, value: &str) -> Vec<String> {
        match name {
            "mcp-session-id" => vec![format!("{name}: <given>")],
            // Lengths vary with port numbers and random values; only their presence in a cut-off answer matters.
            "content-length" => Vec::new(),
            "content-type" => vec![format!("{name}: {value}")],
            "location" => self.location(value),
            _ => vec![format!("{name}: {}", self.plain(value))],
        }
    }

    /// Where a redirect leads, and each of its parameters.
    fn location(&self, value: &str) -> Vec<String> {
        let end = value.find(['?', '#']).unwrap_or(value.len());
        let (base, rest) = value.split_at(end);
        let mark = if rest.starts_with('#') { "#" } else { "" };
        let mut facts = vec![format!("location: {}", self.plain(base))];
        for (name, value) in
            url::form_urlencoded::parse(rest.get(1..).unwrap_or_default().as_bytes())
        {
            let value = if name == "code" {
                code_shape(&value)
            } else {
                self.plain(&value)
            };
            facts.push(format!("location {mark}{name}={value}"));
        }
        facts
    }

    fn body(&self, text: &str) -> Vec<String> {
        for end in [" (no end)", " (broken off)"] {
            if let Some(rest) = text.strip_suffix(end) {
                let mut facts = self.body(rest);
                facts.push(format!("body{end}"));
                return facts;
            }
        }
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut facts = Vec::new();
        if let Ok(document) = serde_json::from_str::<Value>(json) {
            if json != text {
                facts.push("body starts with a byte order mark".to_owned());
            }
            self.flatten("body", &document, &mut facts);
            return facts;
        }
        let shown = match text.split("<p id=\"error\">").nth(1) {
            Some(rest) => rest.split("</p>").next().unwrap_or_default().to_owned(),
            None => text.chars().take(160).collect(),
        };
        if !shown.is_empty() {
            facts.push(format!("body: {:?}", self.plain(&shown)));
        }
        facts
    }

    /// One line per leaf of a JSON document.
    fn flatten(&self, path: &str, value: &Value, facts: &mut Vec<String>) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (name, value) in members {
                    self.flatten(&format!("{path}.{name}"), &self.steady(name, value), facts);
                }
            }
            Value::String(text) => facts.push(format!("{path} = {:?}", self.plain(text))),
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (index, item) in items.iter().enumerate() {
                    self.flatten(&format!("{path}[{index}]"), item, facts);
                }
            }
            other => facts.push(format!("{path} = {}", self.plain(&other.to_string()))),
        }
    }

    /// A member without what changes from run to run.
    fn steady(&self, name: &str, value: &Value) -> Value {
        let hidden = [
            "refresh_token",
            "client_secret",
            "registration_access_token",
            "jti",
            "kid",
            "x",
            "y",
            "code",
            "client_id",
            "clientId",
        ];
        match (name, value) {
            ("access_token" | "id_token", Value::String(token)) => self.token(token),
            ("registration_client_uri", Value::String(_)) => json!("<uri>"),
            ("client_id_issued_at", Value::Number(_)) => json!("<now>"),
            ("iat" | "exp" | "nbf", Value::Number(_)) => {
                json!(self.minutes_from_now(value.as_i64().unwrap_or_default()))
            }
            (name, Value::String(_)) if hidden.contains(&name) => json!(format!("<{name}>")),
            _ => value.clone(),
        }
    }

    /// A time as minutes from now, to the nearest ten, since a walk takes its time.
    fn minutes_from_now(&self, time: i64) -> String {
        format!("{:+} min", (time - self.now + 300).div_euclid(600) * 10)
    }

    /// A token's header and claims, or that it is opaque.
    fn token(&self, token: &str) -> Value {
        let parts: Vec<&str> = token.split('.').collect();
        let decode =
            |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let [header, claims, signature] = parts[..] else {
            return json!(format!("<{} parts>", parts.len()));
        };
        let (Some(mut header), Some(claims)) = (decode(header), decode(claims)) else {
            return json!("<3 parts>");
        };
        let known = header["kid"]
            .as_str()
            .is_some_and(|kid| self.keys.iter().any(|key| key == kid));
        if let Some(header) = header.as_object_mut() {
            header.shift_remove("kid");
            header.insert(
                "key".to_owned(),
                json!(if known {
                    "in key set"
                } else {
                    "not in key set"
                }),
            );
        }
        let claims: Map<String, Value> = claims
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), self.steady(name, value)))
            .collect();
        json!({ "header": header, "claims": claims, "signed": !signature.is_empty() })
    }

    /// Text with the target's own names replaced.
    fn plain(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (origin, name) in &self.origins {
            text = text.replace(origin, name);
            let swapped = origin.replacen("http://", "https://", 1);
            text = text.replace(&swapped, &format!("{name}(https)"));
            text = text.replace(
                origin.trim_start_matches("http://"),
                &format!("{name}(bare)"),
            );
        }
        let below = format!("/{}", self.id);
        for end in ["/", "\"", ",", "'", " ", ""] {
            let name = format!("{below}{end}");
            if !end.is_empty() {
                text = text.replace(&name, end);
            } else if let Some(rest) = text.strip_suffix(&name) {
                text = rest.to_owned();
            }
        }
        if let Some(id) = &self.client_id {
            text = text.replace(id, "<client_id>");
        }
        mask(&text)
    }
}

/// Replaces JWTs, which are never the same twice.
fn mask(text: &str) -> String {
    let part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let mut text = text.to_owned();
    while let Some(start) = text.find("eyJ") {
        let rest = &text[start..];
        let end = start
            + rest
                .find(|character| !part(character))
                .unwrap_or(rest.len());
        text.replace_range(start..end, "<jwt>");
    }
    text
}

/// What can be said of a code without saying it.
fn code_shape(code: &str) -> String {
    if code.contains(' ') {
        "<code with a space>".to_owned()
    } else {
        "<code>".to_owned()
    }
}

/// What differs between two sets of notes, step by step: lines only in the first with a minus, only in the second with a plus.
pub(crate) fn difference(base: &[Note], other: &[Note]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut steps: Vec<&str> = base.iter().map(|note| note.step).collect();
    steps.extend(
        other
            .iter()
            .map(|note| note.step)
            .filter(|step| !base.iter().any(|note| note.step == *step)),
    );
    for step in steps {
        let find = |notes: &[Note]| {
            notes
                .iter()
                .find(|note| note.step == step)
                .map(|note| note.facts.clone())
        };
        let (Some(before), Some(after)) = (find(base), find(other)) else {
            let sign = if find(base).is_some() {
                "never reached"
            } else {
                "new"
            };
            lines.push(format!("{step}: {sign}"));
            continue;
        };
        lines.extend(surplus(&after, &before).map(|fact| format!("{step}: + {fact}")));
        lines.extend(surplus(&before, &after).map(|fact| format!("{step}: - {fact}")));
    }
    lines
}

/// The facts of one list that the other has not, or not as often.
fn surplus<'f>(facts: &'f [String], other: &'f [String]) -> impl Iterator<Item = &'f String> {
    let mut left: Vec<&String> = other.iter().collect();
    facts
        .iter()
        .filter(move |fact| match left.iter().position(|one| one == fact) {
            Some(at) => {
                left.swap_remove(at);
                false
            }
            None => true,
        })
}
