//! Documents of the flow field by field: what a rule complains of, what is required and missing, what is as expected.
//!
//! The rules are the judges. Where none of them complained, a field is called as expected only when it can be said
//! what was expected; all others are not judged.

use super::claims::shown;
use super::known::{Complaint, Judged, Known, Mark};
use super::tree::{Node, Tree};
use authscope_model::{Exchange, StepKind};
use authscope_protocol::url_text;
use serde_json::Value;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Resource,
    Server,
    Registration,
    Client,
    Token,
}

impl Kind {
    /// What the body of a good answer is.
    pub(super) const fn of(step: StepKind) -> Option<Self> {
        Some(match step {
            StepKind::PrmFromChallenge | StepKind::PrmPathInserted | StepKind::PrmRoot => {
                Self::Resource
            }
            StepKind::AsMetadataOrigin
            | StepKind::AsMetadataRfc8414
            | StepKind::AsMetadataOidcInsertion
            | StepKind::AsMetadataOidcAppending => Self::Server,
            StepKind::Register | StepKind::RegistrationRead | StepKind::RegistrationUpdate => {
                Self::Registration
            }
            StepKind::ClientDocumentCheck | StepKind::ClientDocumentFetch => Self::Client,
            StepKind::Token
            | StepKind::ClientCredentials
            | StepKind::JwtBearer
            | StepKind::DevicePoll
            | StepKind::Refresh => Self::Token,
            _ => return None,
        })
    }

    /// The heading.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Resource => "Protected resource metadata",
            Self::Server => "Authorization server metadata",
            Self::Registration => "Registration reply",
            Self::Client => "Client document",
            Self::Token => "Token reply",
        }
    }

    /// Fields that a reader of the document needs, with why.
    const fn required(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Resource => &[
                ("resource", "RFC 9728 requires it."),
                ("authorization_servers", "MCP requires it."),
            ],
            Self::Server => &[
                ("issuer", "RFC 8414 requires it."),
                (
                    "authorization_endpoint",
                    "Required, unless no grant uses it.",
                ),
                ("token_endpoint", "Required, unless no grant uses it."),
                ("response_types_supported", "RFC 8414 requires it."),
                (
                    "code_challenge_methods_supported",
                    "MCP clients look here for PKCE.",
                ),
            ],
            Self::Registration => &[
                ("client_id", "RFC 7591 requires it."),
                ("redirect_uris", "RFC 7591 returns what was registered."),
            ],
            Self::Client => &[
                ("client_id", "It is the URL of the document."),
                (
                    "redirect_uris",
                    "Where the authorization server may send people back to.",
                ),
            ],
            Self::Token => &[
                ("access_token", "RFC 6749 requires it."),
                ("token_type", "RFC 6749 requires it."),
                ("expires_in", "RFC 6749 recommends it."),
            ],
        }
    }
}

/// The fields of a document with their verdicts: those with something to say first.
pub(super) fn judge(kind: Kind, exchange: &Exchange, tree: &Tree, known: &Known) -> Vec<Judged> {
    let url = exchange.request.url.as_str();
    let fields = tree.nodes.iter().filter(|node| node.depth == 1);
    let mut all: Vec<Judged> = fields
        .filter_map(|node| field(kind, url, tree, node, known))
        .collect();
    for (name, why) in kind.required() {
        if !all.iter().any(|judged| judged.name == *name) {
            let missing = Judged {
                name: (*name).into(),
                ..Judged::default()
            };
            let about = known.about("body").filter(|found| found.names(name));
            all.push(missing.says(Mark::Info, "missing", *why).complained(about));
        }
    }
    all.sort_by_key(order);
    all
}

fn order(judged: &Judged) -> (bool, Mark, bool) {
    (
        judged.finding.is_none(),
        judged.mark,
        judged.value.is_some(),
    )
}

fn field(kind: Kind, url: &str, tree: &Tree, node: &Node, known: &Known) -> Option<Judged> {
    let name = tree.name(node)?;
    let text = tree.source(node);
    // What is nested too deep to be read stays as it was written.
    let value: Value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
    let whole = node.range();
    let inside = |found: &&Complaint| {
        found.range.start < found.range.end
            && found.range.start >= whole.start
            && found.range.end <= whole.end
    };
    let judged = Judged::new(name.as_ref(), shown(&value));
    let judged = expected(kind, url, judged, &value, known);
    Some(judged.complained(known.about("body").filter(inside)))
}

/// What can be said of a field without a rule.
fn expected(kind: Kind, url: &str, judged: Judged, value: &Value, known: &Known) -> Judged {
    match kind {
        Kind::Resource => of_resource(judged, value, known),
        Kind::Server => of_server(judged, value, known),
        Kind::Registration => of_client(
            judged,
            value,
            known,
            known.client_id.as_deref(),
            "the client id in use",
        ),
        Kind::Client => of_client(judged, value, known, Some(url), "the URL of this document"),
        Kind::Token => match judged.name.as_str() {
            "token_type" => token_type(judged),
            "scope" => is(judged, known.scope.as_deref(), "what was asked for"),
            _ => judged,
        },
    }
}

fn of_resource(judged: Judged, value: &Value, known: &Known) -> Judged {
    match judged.name.as_str() {
        "resource" => resource(judged, known),
        "authorization_servers" => {
            holds(judged, value, known.issuer.as_deref(), "the issuer in use")
        }
        _ => judged,
    }
}

fn of_server(judged: Judged, value: &Value, known: &Known) -> Judged {
    match judged.name.as_str() {
        "issuer" => is(judged, known.issuer.as_deref(), "the issuer that was asked"),
        "code_challenge_methods_supported" => holds(judged, value, Some("S256"), "`S256`"),
        "response_types_supported" => holds(judged, value, Some("code"), "`code`"),
        "grant_types_supported" => by_code(judged, value),
        "authorization_response_iss_parameter_supported" if value.as_bool() == Some(true) => {
            fine(judged, "`iss` comes with the authorization response.")
        }
        name if name.ends_with("_endpoint") || name == "jwks_uri" => address(judged),
        _ => judged,
    }
}

/// A client as it was registered or describes itself; `id` is what its client id should be, and `what` that is.
fn of_client(judged: Judged, value: &Value, known: &Known, id: Option<&str>, what: &str) -> Judged {
    match judged.name.as_str() {
        "client_id" => is(judged, id, what),
        "redirect_uris" => holds(
            judged,
            value,
            known.redirect_uri.as_deref(),
            "the redirect URI in use",
        ),
        "grant_types" => by_code(judged, value),
        _ => judged,
    }
}

fn by_code(judged: Judged, value: &Value) -> Judged {
    holds(
        judged,
        value,
        Some("authorization_code"),
        "`authorization_code`",
    )
}

fn fine(judged: Judged, why: &str) -> Judged {
    judged.says(Mark::Pass, "as expected", why)
}

fn is(judged: Judged, expected: Option<&str>, what: &str) -> Judged {
    if expected.is_some() && judged.value.as_deref() == expected {
        fine(judged, &format!("Is {what}."))
    } else {
        judged
    }
}

fn holds(judged: Judged, value: &Value, expected: Option<&str>, what: &str) -> Judged {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if expected.is_some() && list.iter().any(|item| item.as_str() == expected) {
        fine(judged, &format!("Holds {what}."))
    } else {
        judged
    }
}

fn resource(judged: Judged, known: &Known) -> Judged {
    let value = judged.value.as_deref();
    if value.is_some() && value == known.server.as_deref() {
        fine(
            judged,
            "Is the MCP server that was asked, character by character.",
        )
    } else {
        is(judged, known.resource.as_deref(), "the resource in use")
    }
}

fn token_type(judged: Judged) -> Judged {
    let value = judged
        .value
        .clone()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if value == "bearer" || value == "dpop" {
        fine(judged, "A type that MCP clients use.")
    } else {
        judged
    }
}

/// Endpoints are https; on the machine itself plain http is allowed.
fn address(judged: Judged) -> Judged {
    let value = judged.value.clone().unwrap_or_default();
    let host = url_text::split(&value).map(|parts| parts.host.to_owned());
    if value.starts_with("https://") {
        fine(judged, "An https URL.")
    } else if value.starts_with("http://")
        && host.is_some_and(|host| url_text::is_loopback_host(&host))
    {
        fine(judged, "On this machine plain http is allowed.")
    } else {
        judged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use authscope_model::exchange::{Request, Timing};
    use authscope_model::{Outcome, Participant};
    use serde_json::json;

    fn exchange(step: StepKind, url: &str) -> Exchange {
        Exchange {
            id: 1,
            branch: 0,
            step,
            from: Participant::Client,
            to: Participant::McpServer,
            step_up: None,
            redirected_from: None,
            resent_from: None,
            extra: false,
            edited: false,
            purpose: String::new(),
            started_at: 0,
            timing: Timing::default(),
            peer: None,
            tls: None,
            request: Request {
                method: "GET".into(),
                url: url.into(),
                request_line: String::new(),
                headers: Vec::new(),
                body: authscope_model::exchange::Body::default(),
            },
            outcome: Outcome::Unseen,
        }
    }

    fn words(step: StepKind, text: &str, known: &Known) -> Vec<(String, &'static str)> {
        let kind = Kind::of(step).unwrap();
        let tree = Tree::new(text).unwrap();
        let all = judge(kind, &exchange(step, "https://c/doc.json"), &tree, known);
        all.into_iter().map(|one| (one.name, one.word)).collect()
    }

    fn known() -> Known {
        Known::of(&json!({
            "server": "https://h/mcp", "resource": "https://h/mcp", "issuer": "https://as", "client_id": "c1",
            "redirect_uri": "http://127.0.0.1/cb", "scope": "a",
        }))
    }

    fn pair(name: &str, word: &'static str) -> (String, &'static str) {
        (name.to_owned(), word)
    }

    #[test]
    fn resource_metadata_is_judged_by_rules_first() {
        let text = r#"{"resource": "https://h/mcp", "authorization_servers": ["https://as"], "x": 1, "bearer_methods_supported": ["query"]}"#;
        let mut known = known();
        let start = text.find("[\"query\"]").unwrap();
        known.findings = vec![
            Complaint {
                part: "body".into(),
                level: Mark::Warn,
                range: start..start + 9,
                ..Complaint::default()
            },
            Complaint {
                part: "body".into(),
                level: Mark::Fail,
                range: 0..text.len(),
                ..Complaint::default()
            },
        ];
        assert_eq!(
            words(StepKind::PrmRoot, text, &known),
            [
                pair("bearer_methods_supported", "complained of"),
                pair("resource", "as expected"),
                pair("authorization_servers", "as expected"),
                pair("x", "not judged"),
            ]
        );
    }

    #[test]
    fn what_is_required_and_missing_stands_above_what_is_fine() {
        let text = r#"{"issuer": "https://as", "token_endpoint": "http://127.0.0.1:1/t", "authorization_endpoint": "http://h/a", "code_challenge_methods_supported": ["plain"]}"#;
        assert_eq!(
            words(StepKind::AsMetadataRfc8414, text, &known()),
            [
                pair("response_types_supported", "missing"),
                pair("issuer", "as expected"),
                pair("token_endpoint", "as expected"),
                pair("authorization_endpoint", "not judged"),
                pair("code_challenge_methods_supported", "not judged"),
            ]
        );
    }

    #[test]
    fn a_finding_about_a_missing_field_is_linked_there() {
        let mut known = known();
        known.findings = vec![Complaint {
            part: "body".into(),
            level: Mark::Fail,
            message: "There is no `authorization_servers`.".into(),
            rule: "r".into(),
            ..Complaint::default()
        }];
        let tree = Tree::new(r#"{"resource": "https://h/other"}"#).unwrap();
        let all = judge(
            Kind::Resource,
            &exchange(StepKind::PrmRoot, ""),
            &tree,
            &known,
        );
        let linked = all[0].finding.as_ref().map(|found| found.rule.as_str());
        assert_eq!(
            (all[0].name.as_str(), linked, all[0].mark),
            ("authorization_servers", Some("r"), Mark::Fail)
        );
    }

    #[test]
    fn registrations_client_documents_and_token_replies_too() {
        let reply = r#"{"client_id": "c1", "redirect_uris": ["http://127.0.0.1/cb"], "grant_types": ["authorization_code"]}"#;
        assert!(
            words(StepKind::Register, reply, &known())
                .iter()
                .all(|(_, word)| *word == "as expected")
        );
        let document = r#"{"client_id": "https://c/doc.json", "redirect_uris": []}"#;
        assert_eq!(
            words(StepKind::ClientDocumentFetch, document, &known())[0],
            pair("client_id", "as expected")
        );
        let token = r#"{"access_token": "x", "token_type": "bearer", "scope": "a"}"#;
        assert_eq!(
            words(StepKind::Token, token, &known())[0],
            pair("expires_in", "missing")
        );
        assert_eq!(Kind::of(StepKind::McpToolsCall), None);
    }
}
