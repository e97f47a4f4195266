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
        let resource = fields.string("resource");
        let authorization_servers = fields.strings("authorization_servers");
        let scopes_supported = fields.strings("scopes_supported");
        let bearer_methods_supported = fields.strings("bearer_methods_supported");
        let (raw, problems) = fields.finish();
        let prm = Self {
            resource,
            authorization_servers: authorization_servers.unwrap_or_default(),
            scopes_supported,
            bearer_methods_supported,
            raw,
        };
        Parsed::read(prm, problems)
    }
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
    fn html_is_unreadable() {
        assert_eq!(Prm::parse("<html>").value, None);
    }
}
