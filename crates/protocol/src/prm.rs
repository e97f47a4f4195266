//! Protected resource metadata (RFC 9728).

use crate::fields::Fields;
use crate::parsed::Parsed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A protected resource metadata document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Prm {
    /// Resource identifier, as received.
    pub resource: Option<String>,
    /// Issuers, as received; empty when absent.
    pub authorization_servers: Vec<String>,
    /// Scopes.
    pub scopes_supported: Option<Vec<String>>,
    /// Ways to present the token.
    pub bearer_methods_supported: Option<Vec<String>>,
    /// Name for people.
    pub resource_name: Option<String>,
    /// Keys of the resource.
    pub jwks_uri: Option<String>,
    /// Whether only DPoP-bound tokens are accepted.
    pub dpop_bound_access_tokens_required: Option<bool>,
    /// Algorithms of DPoP proofs.
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// The whole document.
    pub raw: Value,
}

impl Prm {
    /// Reads a document.
    #[must_use]
    pub fn parse(text: &str) -> Parsed<Self> {
        let mut fields = match Fields::parse(text) {
            Ok(fields) => fields,
            Err(problem) => return Parsed::unreadable(problem),
        };
        let mut prm = Self {
            resource: fields.string("resource"),
            authorization_servers: fields.strings("authorization_servers").unwrap_or_default(),
            scopes_supported: fields.strings("scopes_supported"),
            bearer_methods_supported: fields.strings("bearer_methods_supported"),
            resource_name: fields.string("resource_name"),
            jwks_uri: fields.string("jwks_uri"),
            dpop_bound_access_tokens_required: fields.boolean("dpop_bound_access_tokens_required"),
            dpop_signing_alg_values_supported: fields.strings("dpop_signing_alg_values_supported"),
            raw: Value::Null,
        };
        check_others(&mut fields);
        let problems;
        (prm.raw, problems) = fields.finish();
        Parsed::read(prm, problems)
    }
}

/// Members that are texts, and that nothing here reads.
const OTHER_TEXTS: &[&str] = &[
    "resource_documentation",
    "resource_policy_uri",
    "resource_tos_uri",
    "signed_metadata",
];

/// The types of members that clients may read though nothing here does.
fn check_others(fields: &mut Fields) {
    for name in OTHER_TEXTS {
        fields.string(name);
    }
    fields.strings("resource_signing_alg_values_supported");
    fields.strings("authorization_details_types_supported");
    fields.boolean("tls_client_certificate_bound_access_tokens");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_without_touching_its_urls() {
        let text = r#"{"resource":"https://MCP.example","authorization_servers":["https://as.example/"],"scopes_supported":[]}"#;
        let parsed = Prm::parse(text);
        assert!(parsed.is_clean());
        let prm = parsed.value.unwrap();
        assert_eq!(prm.resource.as_deref(), Some("https://MCP.example"));
        assert_eq!(prm.authorization_servers, ["https://as.example/"]);
        assert_eq!(prm.scopes_supported, Some(Vec::new()));
        assert_eq!(prm.bearer_methods_supported, None);
    }

    #[test]
    fn an_array_typed_resource_is_a_problem() {
        let parsed =
            Prm::parse(r#"{"resource":["https://a"],"authorization_servers":"https://b"}"#);
        assert!(parsed.problem_at("/resource").is_some());
        assert!(parsed.problem_at("/authorization_servers").is_some());
        let prm = parsed.value.unwrap();
        assert_eq!(prm.resource, None);
        assert!(prm.authorization_servers.is_empty());
        assert_eq!(prm.raw["authorization_servers"], "https://b");
    }

    #[test]
    fn members_that_nothing_reads_have_types_too() {
        let parsed = Prm::parse(
            r#"{"resource_documentation":1,"resource_signing_alg_values_supported":"RS256",
                "tls_client_certificate_bound_access_tokens":"no"}"#,
        );
        for member in [
            "/resource_documentation",
            "/resource_signing_alg_values_supported",
            "/tls_client_certificate_bound_access_tokens",
        ] {
            assert!(parsed.problem_at(member).is_some(), "{member}");
        }
    }

    #[test]
    fn html_is_unreadable() {
        assert_eq!(Prm::parse("<html>").value, None);
    }
}
