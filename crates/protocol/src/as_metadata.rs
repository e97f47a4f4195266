//! Authorization server metadata (RFC 8414) and OpenID discovery documents.

use crate::fields::Fields;
use crate::parsed::Parsed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An authorization server metadata document. Every value is as received.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AsMetadata {
    /// Issuer identifier.
    pub issuer: Option<String>,
    /// Authorization endpoint.
    pub authorization_endpoint: Option<String>,
    /// Token endpoint.
    pub token_endpoint: Option<String>,
    /// Registration endpoint (RFC 7591).
    pub registration_endpoint: Option<String>,
    /// Keys.
    pub jwks_uri: Option<String>,
    /// Revocation endpoint (RFC 7009).
    pub revocation_endpoint: Option<String>,
    /// Introspection endpoint (RFC 7662).
    pub introspection_endpoint: Option<String>,
    /// Userinfo endpoint (OpenID Connect).
    pub userinfo_endpoint: Option<String>,
    /// Pushed authorization request endpoint (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Device authorization endpoint (RFC 8628).
    pub device_authorization_endpoint: Option<String>,
    /// Scopes.
    pub scopes_supported: Option<Vec<String>>,
    /// Response types.
    pub response_types_supported: Option<Vec<String>>,
    /// Grant types.
    pub grant_types_supported: Option<Vec<String>>,
    /// PKCE methods.
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// Client authentication methods at the token endpoint.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Algorithms of client assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// Algorithms of DPoP proofs (RFC 9449).
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// Whether authorization requests must be pushed (RFC 9126).
    pub require_pushed_authorization_requests: Option<bool>,
    /// Whether client id metadata documents are supported.
    pub client_id_metadata_document_supported: Option<bool>,
    /// Whether the authorization response carries `iss` (RFC 9207).
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// The whole document.
    pub raw: Value,
}

impl AsMetadata {
    /// Reads a document.
    #[must_use]
    pub fn parse(text: &str) -> Parsed<Self> {
        let mut fields = match Fields::parse(text) {
            Ok(fields) => fields,
            Err(problem) => return Parsed::unreadable(problem),
        };
        let mut metadata = Self::default();
        metadata.read_urls(&mut fields);
        metadata.read_lists(&mut fields);
        metadata.read_flags(&mut fields);
        check_others(&mut fields);
        let (raw, problems) = fields.finish();
        Parsed::read(Self { raw, ..metadata }, problems)
    }

    fn read_urls(&mut self, fields: &mut Fields) {
        self.issuer = fields.string("issuer");
        self.authorization_endpoint = fields.string("authorization_endpoint");
        self.token_endpoint = fields.string("token_endpoint");
        self.registration_endpoint = fields.string("registration_endpoint");
        self.jwks_uri = fields.string("jwks_uri");
        self.revocation_endpoint = fields.string("revocation_endpoint");
        self.introspection_endpoint = fields.string("introspection_endpoint");
        self.userinfo_endpoint = fields.string("userinfo_endpoint");
        self.pushed_authorization_request_endpoint =
            fields.string("pushed_authorization_request_endpoint");
        self.device_authorization_endpoint = fields.string("device_authorization_endpoint");
    }

    fn read_lists(&mut self, fields: &mut Fields) {
        self.scopes_supported = fields.strings("scopes_supported");
        self.response_types_supported = fields.strings("response_types_supported");
        self.grant_types_supported = fields.strings("grant_types_supported");
        self.code_challenge_methods_supported = fields.strings("code_challenge_methods_supported");
        self.token_endpoint_auth_methods_supported =
            fields.strings("token_endpoint_auth_methods_supported");
        self.token_endpoint_auth_signing_alg_values_supported =
            fields.strings("token_endpoint_auth_signing_alg_values_supported");
        self.dpop_signing_alg_values_supported =
            fields.strings("dpop_signing_alg_values_supported");
    }

    fn read_flags(&mut self, fields: &mut Fields) {
        self.require_pushed_authorization_requests =
            fields.boolean("require_pushed_authorization_requests");
        self.client_id_metadata_document_supported =
            fields.boolean("client_id_metadata_document_supported");
        self.authorization_response_iss_parameter_supported =
            fields.boolean("authorization_response_iss_parameter_supported");
    }
}

/// Members that are lists of texts, and that nothing here reads.
const OTHER_LISTS: &[&str] = &[
    "response_modes_supported",
    "ui_locales_supported",
    "revocation_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_methods_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "protected_resources",
];

/// Members that are true or false, and that nothing here reads.
const OTHER_FLAGS: &[&str] = &[
    "require_signed_request_object",
    "require_request_uri_registration",
    "tls_client_certificate_bound_access_tokens",
];

/// The types of members that clients may read though nothing here does.
fn check_others(fields: &mut Fields) {
    for name in OTHER_LISTS {
        fields.strings(name);
    }
    for name in OTHER_FLAGS {
        fields.boolean(name);
    }
    fields.string("signed_metadata");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read() {
        let text = r#"{"issuer":"https://as.example/","token_endpoint":"https://as.example/token",
            "code_challenge_methods_supported":["S256"],"client_id_metadata_document_supported":true}"#;
        let parsed = AsMetadata::parse(text);
        assert!(parsed.is_clean());
        let metadata = parsed.value.unwrap();
        assert_eq!(metadata.issuer.as_deref(), Some("https://as.example/"));
        assert_eq!(
            metadata.code_challenge_methods_supported,
            Some(vec!["S256".to_owned()])
        );
        assert_eq!(metadata.client_id_metadata_document_supported, Some(true));
        assert_eq!(metadata.grant_types_supported, None);
    }

    #[test]
    fn wrong_types_are_problems_and_none() {
        let text = r#"{"issuer":7,"scopes_supported":"a b","require_pushed_authorization_requests":"no","jwks_uri":null,
            "response_modes_supported":"query","require_signed_request_object":"true"}"#;
        let parsed = AsMetadata::parse(text);
        for pointer in [
            "/issuer",
            "/scopes_supported",
            "/require_pushed_authorization_requests",
            "/jwks_uri",
            "/response_modes_supported",
            "/require_signed_request_object",
        ] {
            assert!(parsed.problem_at(pointer).is_some(), "{pointer}");
        }
        let metadata = parsed.value.unwrap();
        assert_eq!(metadata.issuer, None);
        assert_eq!(metadata.scopes_supported, None);
        assert_eq!(metadata.require_pushed_authorization_requests, None);
    }

    #[test]
    fn a_round_trip_through_serde_keeps_everything() {
        let metadata = AsMetadata::parse(r#"{"issuer":"https://a"}"#)
            .value
            .unwrap();
        let json = serde_json::to_string(&metadata).unwrap();
        assert_eq!(serde_json::from_str::<AsMetadata>(&json).unwrap(), metadata);
    }
}
