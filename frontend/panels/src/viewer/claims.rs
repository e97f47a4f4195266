//! The claims of a token against what was to be expected of them, at the time of the step: a recording says the same
//! a year later.

use super::known::{Complaint, Judged, Known, Mark};
use authscope_protocol::jwt::Jwt;
use authscope_protocol::scope::ScopeSet;
use serde_json::Value;

/// Clocks may differ by so much, in seconds.
const LEEWAY: i64 = 60;

/// A token and what is known about it.
pub(super) struct Held<'a> {
    /// `access_token`, `id_token` or `refresh_token`.
    pub(super) name: &'a str,
    pub(super) token: &'a Jwt,
    pub(super) known: &'a Known,
    /// When the step began, in seconds.
    pub(super) at: i64,
}

/// Every claim, and those that are missing.
pub(super) fn judge(held: &Held<'_>) -> Vec<Judged> {
    let none = serde_json::Map::new();
    let claims = held.token.payload.as_object().unwrap_or(&none);
    let mut all: Vec<Judged> = claims
        .iter()
        .map(|(name, value)| claim(held, name, &shown(value)))
        .collect();
    let lacks = |names: &[&str]| names.iter().all(|name| !claims.contains_key(*name));
    for names in [&["iss"][..], &["aud"], &["exp"]] {
        if lacks(names) {
            all.push(missing(held, names[0]));
        }
    }
    if held.name == "access_token" && lacks(&["scope", "scp"]) && held.known.scope.is_some() {
        all.push(missing(held, "scope"));
    }
    all
}

/// A value as people read it: a text without quotes, a list of texts with commas.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

fn claim(held: &Held<'_>, name: &str, value: &str) -> Judged {
    let judged = Judged::new(name, value);
    let judged = match name {
        "iss" => same(judged, held.known.issuer.as_deref(), "the issuer in use"),
        "aud" => audience(held, judged),
        "exp" | "nbf" | "iat" => time(held, judged),
        "scope" | "scp" => scope(held, judged),
        "client_id" => same(
            judged,
            held.known.client_id.as_deref(),
            "the client id in use",
        ),
        "azp" => same(
            judged,
            held.known.client_id.as_deref(),
            "the client id in use",
        ),
        _ => judged,
    };
    judged.complained(about(held, name))
}

/// Findings that speak of a claim of this token; the token itself is where they point.
fn about<'a>(held: &Held<'a>, name: &'a str) -> impl Iterator<Item = &'a Complaint> {
    let token = held.name.replace('_', " ");
    held.known
        .findings
        .iter()
        .filter(move |found| found.names(name) && found.message.contains(&format!("the {token}")))
}

fn missing(held: &Held<'_>, name: &'static str) -> Judged {
    let why = match name {
        "iss" => "Nobody can tell from the token who issued it.",
        "aud" => "Nobody can tell from the token which resource it is for.",
        "exp" => "The token does not say when it ends.",
        _ => "The token does not say what it allows; the reply beside it may.",
    };
    let judged = Judged {
        name: name.into(),
        ..Judged::default()
    };
    judged
        .says(Mark::Info, "missing", why)
        .complained(about(held, name))
}

fn same(judged: Judged, expected: Option<&str>, what: &str) -> Judged {
    match (expected, judged.value.as_deref()) {
        (None, _) => judged,
        (Some(expected), Some(value)) if value == expected => {
            judged.says(Mark::Pass, "as expected", format!("Is {what}."))
        }
        (Some(expected), _) => judged.says(
            Mark::Warn,
            "differs",
            format!("Expected {what}: `{expected}`"),
        ),
    }
}

/// An access token is for the resource, an id token for the client.
fn audience(held: &Held<'_>, judged: Judged) -> Judged {
    let (expected, what) = match held.name {
        "id_token" => (held.known.client_id.as_deref(), "the client id in use"),
        _ => (
            held.known.resource.as_deref(),
            "the resource that was asked for",
        ),
    };
    let audience = held.token.aud();
    match expected {
        None => judged,
        Some(expected) if audience.iter().any(|one| one == expected) => {
            let rest = if audience.len() > 1 { "Holds" } else { "Is" };
            judged.says(Mark::Pass, "as expected", format!("{rest} {what}."))
        }
        Some(expected) => judged.says(
            Mark::Warn,
            "differs",
            format!("Expected {what}: `{expected}`"),
        ),
    }
}

fn time(held: &Held<'_>, judged: Judged) -> Judged {
    let seconds = match judged.name.as_str() {
        "exp" => held.token.exp(),
        "nbf" => held.token.nbf(),
        _ => held.token.iat(),
    };
    let Some(seconds) = seconds else {
        return judged.says(Mark::Warn, "not a time", "Expected seconds since 1970.");
    };
    let apart = seconds.saturating_sub(held.at);
    match judged.name.as_str() {
        "exp" if apart < -LEEWAY => judged.says(Mark::Fail, "expired", "Before this step."),
        "exp" => judged.says(Mark::Pass, "valid", "At the time of this step."),
        _ if apart <= LEEWAY => judged.says(Mark::Pass, "as expected", "Before this step."),
        "nbf" => judged.says(Mark::Fail, "not yet valid", "At the time of this step."),
        _ => judged.says(
            Mark::Warn,
            "in the future",
            "Seen from the time of this step.",
        ),
    }
}

fn scope(held: &Held<'_>, judged: Judged) -> Judged {
    let Some(asked) = held.known.scope.as_deref() else {
        return judged;
    };
    let asked = ScopeSet::parse(asked);
    let given = ScopeSet::parse(&held.token.scopes().join(" "));
    let (lacks, more) = (asked.minus(&given), given.minus(&asked));
    match (lacks.names(), more.names()) {
        ([], []) => judged.says(Mark::Pass, "as expected", "What was asked for."),
        ([], more) => judged.says(
            Mark::Info,
            "wider",
            format!("Not asked for: `{}`", more.join(" ")),
        ),
        (lacks, _) => judged.says(
            Mark::Warn,
            "narrower",
            format!("Asked for and not there: `{}`", lacks.join(" ")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn known() -> Known {
        Known::of(&json!({
            "resource": "https://mcp.example/mcp", "issuer": "https://as.example", "client_id": "c1", "scope": "files:read mail",
        }))
    }

    fn verdicts(name: &str, payload: Value, known: &Known) -> Vec<(String, &'static str)> {
        let token = Jwt {
            header: json!({}),
            payload,
            signature: String::new(),
        };
        let held = Held {
            name,
            token: &token,
            known,
            at: 1_000_000,
        };
        judge(&held)
            .into_iter()
            .map(|one| (one.name, one.word))
            .collect()
    }

    fn word(name: &str, claim: &str, value: Value) -> &'static str {
        let all = verdicts(name, json!({ claim: value }), &known());
        all.into_iter().find(|(name, _)| name == claim).unwrap().1
    }

    #[test]
    fn each_claim_has_its_expectation() {
        assert_eq!(
            word("access_token", "iss", json!("https://as.example")),
            "as expected"
        );
        assert_eq!(
            word("access_token", "iss", json!("https://as.example/")),
            "differs"
        );
        assert_eq!(
            word(
                "access_token",
                "aud",
                json!(["x", "https://mcp.example/mcp"])
            ),
            "as expected"
        );
        assert_eq!(word("access_token", "aud", json!("c1")), "differs");
        assert_eq!(word("id_token", "aud", json!("c1")), "as expected");
        assert_eq!(word("access_token", "azp", json!("c1")), "as expected");
        assert_eq!(word("access_token", "client_id", json!("other")), "differs");
        assert_eq!(word("access_token", "sub", json!("me")), "not judged");
    }

    #[test]
    fn times_are_those_of_the_step() {
        assert_eq!(word("access_token", "exp", json!(1_003_600)), "valid");
        assert_eq!(word("access_token", "exp", json!(999_000)), "expired");
        assert_eq!(word("access_token", "nbf", json!(1_000_030)), "as expected");
        assert_eq!(
            word("access_token", "nbf", json!(1_000_300)),
            "not yet valid"
        );
        assert_eq!(
            word("access_token", "iat", json!(1_000_300)),
            "in the future"
        );
        assert_eq!(word("access_token", "exp", json!("soon")), "not a time");
    }

    #[test]
    fn scopes_are_compared_as_sets() {
        assert_eq!(
            word("access_token", "scope", json!("mail files:read")),
            "as expected"
        );
        assert_eq!(
            word("access_token", "scp", json!(["files:read"])),
            "narrower"
        );
        assert_eq!(
            word(
                "access_token",
                "scp",
                json!(["files:read", "mail", "admin"])
            ),
            "wider"
        );
    }

    #[test]
    fn what_is_missing_is_said_and_findings_come_first() {
        let names: Vec<_> = verdicts("access_token", json!({}), &known());
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|(_, word)| *word == "missing"));
        let mut known = known();
        known.findings.push(Complaint {
            message: "`iss` of the access token is wrong".into(),
            level: Mark::Info,
            ..Complaint::default()
        });
        let all = verdicts("access_token", json!({"iss": "x"}), &known);
        assert_eq!(all[0], ("iss".to_owned(), "complained of"));
        assert_eq!(
            verdicts("id_token", json!({"iss": "x"}), &known)[0].1,
            "differs"
        );
    }
}
