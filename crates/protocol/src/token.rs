//! Token responses (RFC 6749 §5.1, RFC 8693 §2.2.1).

use crate::fields::{Fields, pointer};
use crate::form;
use crate::parsed::{Parsed, Problem, excerpt};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A token response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Option<String>,
    /// Its type, case as received.
    pub token_type: Option<String>,
    /// Lifetime in seconds.
    pub expires_in: Option<i64>,
    /// The refresh token.
    pub refresh_token: Option<String>,
    /// Scope granted; absent means as requested.
    pub scope: Option<String>,
    /// OpenID Connect ID token.
    pub id_token: Option<String>,
    /// Type of the issued token (token exchange).
    pub issued_token_type: Option<String>,
    /// The whole document.
    pub raw: Value,
}

impl TokenResponse {
    /// Reads a response. A form-encoded body is read too, and reported.
    #[must_use]
    pub fn parse(text: &str) -> Parsed<Self> {
        match Fields::parse(text).or_else(|problem| form_fields(text).ok_or(problem)) {
            Ok(fields) => Self::from_fields(fields),
            Err(problem) => Parsed::unreadable(problem),
        }
    }

    fn from_fields(mut fields: Fields) -> Parsed<Self> {
        let mut response = Self {
            access_token: fields.string("access_token"),
            token_type: fields.string("token_type"),
            expires_in: fields.integer("expires_in"),
            refresh_token: fields.string("refresh_token"),
            scope: scope(&mut fields),
            id_token: fields.string("id_token"),
            issued_token_type: fields.string("issued_token_type"),
            raw: Value::Null,
        };
        let mut problems;
        (response.raw, problems) = fields.finish();
        if response
            .refresh_token
            .as_deref()
            .is_some_and(|t| t.trim().is_empty())
        {
            problems.push(Problem::new(
                "/refresh_token",
                "refresh_token is empty",
                "a refresh token, or no such member (RFC 6749 §5.1)",
                "an empty string",
            ));
        }
        if response.access_token.is_none() {
            problems.extend(misplaced(&response.raw));
        }
        Parsed::read(response, problems)
    }
}

/// An access token under another name, or one level down, where clients do not look for it.
fn misplaced(raw: &Value) -> Option<Problem> {
    const NAMES: [&str; 4] = ["access_token", "accessToken", "token", "jwt"];
    let members = raw.as_object()?;
    let here = || {
        members
            .iter()
            .map(|(name, value)| (String::new(), name, value))
    };
    let nested = members
        .iter()
        .filter_map(|(outer, value)| Some((outer, value.as_object()?)));
    let below = nested.flat_map(|(outer, inner)| {
        inner
            .iter()
            .map(move |(name, value)| (pointer(outer), name, value))
    });
    let (parent, name, _) = here()
        .chain(below)
        .find(|(_, name, value)| NAMES.contains(&name.as_str()) && value.is_string())?;
    let place = format!("{parent}{}", pointer(name));
    Some(Problem::new(
        place.clone(),
        format!("the access token is at {place}"),
        "access_token at the top of the JSON object (RFC 6749 §5.1)",
        place,
    ))
}

/// `scope` must be one string; an array of strings is what some servers send.
fn scope(fields: &mut Fields) -> Option<String> {
    if !fields.is_array("scope") {
        return fields.string("scope");
    }
    let values = fields.strings("scope")?;
    fields.report(Problem::new(
        "/scope",
        "scope is an array, not a string",
        "one string, scopes separated by a space (RFC 6749 §3.3)",
        excerpt(&values.join(", "), 120),
    ));
    Some(values.join(" "))
}

/// A body such as `access_token=…&scope=…`, as GitHub sends without an `Accept` header.
fn form_fields(text: &str) -> Option<Fields> {
    let pairs = form::parse(text.trim());
    let known = ["access_token", "error"];
    if !pairs.iter().any(|(name, _)| known.contains(&name.as_str())) {
        return None;
    }
    let members: Map<String, Value> = pairs
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    let mut fields = Fields::from_form(members);
    fields.report(Problem::new(
        "",
        "the token response is form-encoded, not JSON",
        "a JSON object (RFC 6749 §5.1)",
        excerpt(text, 120),
    ));
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_read() {
        let parsed = TokenResponse::parse(
            r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"scope":"x y"}"#,
        );
        assert!(parsed.is_clean());
        let token = parsed.value.unwrap();
        assert_eq!(token.access_token.as_deref(), Some("a"));
        assert_eq!(token.expires_in, Some(3600));
        assert_eq!(token.refresh_token, None);
    }

    #[test]
    fn wrong_types_are_read_as_meant_and_reported() {
        let parsed = TokenResponse::parse(
            r#"{"access_token":"a","expires_in":"3599","refresh_token":null,"scope":["x","y"]}"#,
        );
        for pointer in ["/expires_in", "/refresh_token", "/scope"] {
            assert!(parsed.problem_at(pointer).is_some(), "{pointer}");
        }
        let token = parsed.value.unwrap();
        assert_eq!(token.expires_in, Some(3599));
        assert_eq!(token.scope.as_deref(), Some("x y"));
    }

    #[test]
    fn a_form_encoded_response_is_read_and_reported() {
        let parsed = TokenResponse::parse("access_token=gho_1&scope=repo%2Cuser&expires_in=60");
        assert_eq!(parsed.problems.len(), 1);
        let token = parsed.value.unwrap();
        assert_eq!(token.access_token.as_deref(), Some("gho_1"));
        assert_eq!(token.scope.as_deref(), Some("repo,user"));
        assert_eq!(token.expires_in, Some(60));
    }

    #[test]
    fn a_misplaced_token_is_pointed_at() {
        for (text, place) in [
            (
                r#"{"ok":true,"authed_user":{"access_token":"x"}}"#,
                "/authed_user/access_token",
            ),
            (r#"{"data":{"accessToken":"x"}}"#, "/data/accessToken"),
            (r#"{"token":"x"}"#, "/token"),
        ] {
            let parsed = TokenResponse::parse(text);
            assert!(parsed.problem_at(place).is_some(), "{text}");
            assert_eq!(parsed.value.unwrap().access_token, None, "{text}");
        }
        assert!(TokenResponse::parse(r#"{"error":"x"}"#).is_clean());
    }

    #[test]
    fn html_is_unreadable() {
        let parsed = TokenResponse::parse("<html><a href='?access_token=x'></html>");
        assert_eq!(parsed.value, None);
    }
}
