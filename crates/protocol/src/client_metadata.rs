//! Client metadata: the registration request (RFC 7591 §2) and the client id metadata document (CIMD),
//! built for ourselves and validated as an authorization server would.

use crate::fields::Fields;
use crate::parsed::{Parsed, Problem, excerpt};
use crate::redirect_uri::{self, RedirectKind};
use crate::url_text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Longest excerpt of a received value in a problem.
const EXCERPT: usize = 120;

/// Client metadata. Members that are `None` or empty are left out when written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// The client id: only in a client id metadata document, where it is the document's URL.
    pub client_id: Option<String>,
    /// Name shown at consent.
    pub client_name: Option<String>,
    /// Home page.
    pub client_uri: Option<String>,
    /// Logo.
    pub logo_uri: Option<String>,
    /// Redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Grant types.
    pub grant_types: Vec<String>,
    /// Response types.
    pub response_types: Vec<String>,
    /// Authentication method at the token endpoint.
    pub token_endpoint_auth_method: Option<String>,
    /// Signing algorithm of client assertions.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// `native` or `web`.
    pub application_type: Option<String>,
    /// Scopes, separated by spaces.
    pub scope: Option<String>,
    /// Where our keys are.
    pub jwks_uri: Option<String>,
    /// Stable id of the software.
    pub software_id: Option<String>,
    /// Version of the software.
    pub software_version: Option<String>,
    /// Members laid over the others at the end; a null takes a member away.
    pub overlay: Map<String, Value>,
}

impl ClientMetadata {
    /// The metadata of a public client that uses the authorization code grant with these redirect URIs.
    #[must_use]
    pub fn public(client_name: &str, redirect_uris: Vec<String>) -> Self {
        Self {
            client_name: Some(client_name.to_owned()),
            redirect_uris,
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            response_types: vec!["code".to_owned()],
            token_endpoint_auth_method: Some("none".to_owned()),
            ..Self::default()
        }
    }

    /// The JSON object, in a fixed order.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut members = Map::new();
        for (name, value) in self.texts_before() {
            insert_text(&mut members, name, value);
        }
        for (name, values) in [
            ("redirect_uris", &self.redirect_uris),
            ("grant_types", &self.grant_types),
            ("response_types", &self.response_types),
        ] {
            if !values.is_empty() {
                members.insert(name.to_owned(), json!(values));
            }
        }
        for (name, value) in self.texts_after() {
            insert_text(&mut members, name, value);
        }
        for (name, value) in &self.overlay {
            if value.is_null() {
                members.shift_remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
        Value::Object(members)
    }

    const fn texts_before(&self) -> [(&'static str, &Option<String>); 4] {
        [
            ("client_id", &self.client_id),
            ("client_name", &self.client_name),
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
        ]
    }

    const fn texts_after(&self) -> [(&'static str, &Option<String>); 7] {
        [
            (
                "token_endpoint_auth_method",
                &self.token_endpoint_auth_method,
            ),
            (
                "token_endpoint_auth_signing_alg",
                &self.token_endpoint_auth_signing_alg,
            ),
            ("application_type", &self.application_type),
            ("scope", &self.scope),
            ("jwks_uri", &self.jwks_uri),
            ("software_id", &self.software_id),
            ("software_version", &self.software_version),
        ]
    }

    /// Reads a document.
    #[must_use]
    pub fn parse(text: &str) -> Parsed<Self> {
        let mut fields = match Fields::parse(text) {
            Ok(fields) => fields,
            Err(problem) => return Parsed::unreadable(problem),
        };
        let metadata = Self {
            client_id: fields.string("client_id"),
            client_name: fields.string("client_name"),
            client_uri: fields.string("client_uri"),
            logo_uri: fields.string("logo_uri"),
            redirect_uris: fields.strings("redirect_uris").unwrap_or_default(),
            grant_types: fields.strings("grant_types").unwrap_or_default(),
            response_types: fields.strings("response_types").unwrap_or_default(),
            token_endpoint_auth_method: fields.string("token_endpoint_auth_method"),
            token_endpoint_auth_signing_alg: fields.string("token_endpoint_auth_signing_alg"),
            application_type: fields.string("application_type"),
            scope: fields.string("scope"),
            jwks_uri: fields.string("jwks_uri"),
            software_id: fields.string("software_id"),
            software_version: fields.string("software_version"),
            overlay: Map::new(),
        };
        let (_, problems) = fields.finish();
        Parsed::read(metadata, problems)
    }
}

fn insert_text(members: &mut Map<String, Value>, name: &str, value: &Option<String>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), json!(value));
    }
}

/// Validates a client id metadata document as an authorization server does: the URL it was fetched
/// from, and its text.
#[must_use]
pub fn validate_document(url: &str, text: &str) -> Parsed<ClientMetadata> {
    let mut parsed = ClientMetadata::parse(text);
    let mut problems = client_id_url_problems(url);
    problems.append(&mut parsed.problems);
    if let Some(metadata) = &parsed.value {
        problems.extend(client_id_problem(url, metadata));
        problems.extend(required_problems(metadata, &problems));
        problems.extend(redirect_problems(metadata));
        problems.extend(secret_problems(text, metadata));
    }
    Parsed { problems, ..parsed }
}

/// What is wrong with a URL as a client id.
#[must_use]
pub fn client_id_url_problems(url: &str) -> Vec<Problem> {
    let problem = |message: &str, expected: &str| {
        Problem::new("client_id", message, expected, excerpt(url, EXCERPT))
    };
    let Some(parts) = url_text::split(url).filter(|parts| !parts.host.is_empty()) else {
        return vec![problem(
            "the client id is not a URL with a host",
            "an https URL with a path",
        )];
    };
    let mut problems = Vec::new();
    if parts.scheme != "https" {
        problems.push(problem("the client id is not an https URL", "scheme https"));
    }
    if matches!(parts.path, "" | "/") {
        problems.push(problem("the client id has no path", "a URL with a path"));
    }
    if parts.path.split('/').any(|s| matches!(s, "." | "..")) {
        problems.push(problem(
            "the path of the client id has dot segments",
            "no . or .. segment",
        ));
    }
    if parts.fragment.is_some() {
        problems.push(problem("the client id has a fragment", "no fragment"));
    }
    if parts.userinfo().is_some() {
        problems.push(problem(
            "the client id has a user name or password",
            "no userinfo",
        ));
    }
    problems
}

fn client_id_problem(url: &str, metadata: &ClientMetadata) -> Option<Problem> {
    let client_id = metadata.client_id.as_deref()?;
    let difference = url_text::first_difference(client_id, url)?;
    Some(Problem::new(
        "/client_id",
        format!(
            "client_id is not the URL of the document (first difference: {})",
            difference.what
        ),
        url,
        excerpt(client_id, EXCERPT),
    ))
}

fn required_problems(metadata: &ClientMetadata, found: &[Problem]) -> Vec<Problem> {
    let present = [
        ("client_id", metadata.client_id.is_some()),
        ("client_name", metadata.client_name.is_some()),
        ("redirect_uris", !metadata.redirect_uris.is_empty()),
    ];
    let missing = present.into_iter().filter(|(name, present)| {
        let pointer = format!("/{name}");
        !present && found.iter().all(|p| !p.pointer.starts_with(&pointer))
    });
    missing
        .map(|(name, _)| {
            Problem::new(
                format!("/{name}"),
                format!("{name} is missing"),
                format!("{name} (client id metadata documents must have it)"),
                "nothing",
            )
        })
        .collect()
}

fn redirect_problems(metadata: &ClientMetadata) -> Vec<Problem> {
    let uris = metadata.redirect_uris.iter().enumerate();
    let bad = uris.filter_map(|(index, uri)| {
        let message = match redirect_uri::kind(uri) {
            RedirectKind::PlainHttp => "the redirect URI is plain http and not on a loopback host",
            RedirectKind::Invalid => "the redirect URI is not an absolute URI",
            _ if uri.contains('#') => "the redirect URI has a fragment",
            _ => return None,
        };
        Some(Problem::new(
            format!("/redirect_uris/{index}"),
            message,
            "https, or http on a loopback host, without a fragment",
            excerpt(uri, EXCERPT),
        ))
    });
    bad.collect()
}

/// A document is public, so a shared secret in it, or a method that needs one, cannot work.
fn secret_problems(text: &str, metadata: &ClientMetadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    let method = metadata.token_endpoint_auth_method.as_deref();
    if let Some(method) = method.filter(|method| method.starts_with("client_secret_")) {
        problems.push(Problem::new(
            "/token_endpoint_auth_method",
            "a client id metadata document cannot use a shared secret",
            "none or private_key_jwt",
            method,
        ));
    }
    for name in ["client_secret", "client_secret_expires_at"] {
        let pointer = format!("/{name}");
        if crate::locate::json(text, &pointer).is_some() {
            let message = format!("{name} must not be in a client id metadata document");
            problems.push(Problem::new(pointer, message, "no such member", name));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const URL: &str = "https://app.example/oauth/client.json";

    fn problems(url: &str, document: &Value) -> Vec<String> {
        let parsed = validate_document(url, &document.to_string());
        parsed.problems.into_iter().map(|p| p.pointer).collect()
    }

    fn valid() -> Value {
        json!({"client_id": URL, "client_name": "App", "redirect_uris": ["http://127.0.0.1/cb", "https://app.example/cb"],
               "token_endpoint_auth_method": "none"})
    }

    #[test]
    fn our_own_document_is_valid() {
        let metadata = ClientMetadata {
            client_id: Some(URL.to_owned()),
            ..ClientMetadata::public("authscope", vec!["https://app.example/cb".to_owned()])
        };
        let parsed = validate_document(URL, &metadata.to_value().to_string());
        assert!(parsed.is_clean(), "{:?}", parsed.problems);
        assert_eq!(parsed.value.unwrap(), metadata);
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        assert_eq!(problems(URL, &valid()), Vec::<String>::new());
        let mut other = valid();
        other["client_id"] = json!("https://app.example/oauth/client.json/");
        assert_eq!(problems(URL, &other), ["/client_id"]);
        assert_eq!(
            problems(URL, &json!({"client_id": URL, "client_name": 3})),
            ["/client_name", "/redirect_uris"]
        );
        let mut secret = valid();
        secret["client_secret"] = json!("s");
        secret["token_endpoint_auth_method"] = json!("client_secret_post");
        assert_eq!(
            problems(URL, &secret),
            ["/token_endpoint_auth_method", "/client_secret"]
        );
        let mut redirects = valid();
        redirects["redirect_uris"] =
            json!(["http://app.example/cb", "/cb", "https://h/cb#f", "app:/cb"]);
        assert_eq!(
            problems(URL, &redirects),
            ["/redirect_uris/0", "/redirect_uris/1", "/redirect_uris/2"]
        );
        assert_eq!(validate_document(URL, "<html>").value, None);
    }

    #[test]
    fn client_id_urls() {
        assert!(client_id_url_problems(URL).is_empty());
        for url in [
            "http://app.example/c",
            "https://app.example",
            "https://app.example/",
            "https://app.example/a/../c",
            "https://app.example/c#f",
            "https://u:p@app.example/c",
            "client",
        ] {
            assert_eq!(client_id_url_problems(url).len(), 1, "{url}");
        }
    }

    #[test]
    fn the_overlay_has_the_last_word() {
        let mut metadata = ClientMetadata::public("a", vec!["https://h/cb".to_owned()]);
        metadata
            .overlay
            .insert("client_name".to_owned(), json!("b"));
        metadata
            .overlay
            .insert("response_types".to_owned(), Value::Null);
        let value = metadata.to_value();
        assert_eq!(value["client_name"], "b");
        assert!(value.get("response_types").is_none());
    }

    proptest! {
        #[test]
        fn nothing_panics(url in ".*", text in ".*") {
            let _ = validate_document(&url, &text);
        }
    }
}
