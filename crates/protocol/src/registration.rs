//! Client registration responses (RFC 7591 §3.2.1).

use crate::fields::Fields;
use crate::parsed::Parsed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A client information response. The server may have replaced what was asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RegistrationReply {
    /// The client id.
    pub client_id: Option<String>,
    /// The secret, when one was issued.
    pub client_secret: Option<String>,
    /// When the secret expires (seconds since the epoch; 0: never).
    pub client_secret_expires_at: Option<i64>,
    /// Redirect URIs as registered.
    pub redirect_uris: Option<Vec<String>>,
    /// Authentication method as registered.
    pub token_endpoint_auth_method: Option<String>,
    /// Grant types as registered.
    pub grant_types: Option<Vec<String>>,
    /// Scope as registered.
    pub scope: Option<String>,
    /// Where the registration is managed (RFC 7592).
    pub registration_client_uri: Option<String>,
    /// Token for that (RFC 7592).
    pub registration_access_token: Option<String>,
    /// The whole document.
    pub raw: Value,
}

impl RegistrationReply {
    /// Reads a response.
    #[must_use]
    pub fn parse(text: &str) -> Parsed<Self> {
        let mut fields = match Fields::parse(text) {
            Ok(fields) => fields,
            Err(problem) => return Parsed::unreadable(problem),
        };
        let mut reply = Self {
            client_id: fields.string("client_id"),
            client_secret: fields.string("client_secret"),
            client_secret_expires_at: fields.integer("client_secret_expires_at"),
            redirect_uris: fields.strings("redirect_uris"),
            token_endpoint_auth_method: fields.string("token_endpoint_auth_method"),
            grant_types: fields.strings("grant_types"),
            scope: fields.string("scope"),
            registration_client_uri: fields.string("registration_client_uri"),
            registration_access_token: fields.string("registration_access_token"),
            raw: Value::Null,
        };
        fields.strings("response_types");
        fields.strings("contacts");
        fields.integer("client_id_issued_at");
        let problems;
        (reply.raw, problems) = fields.finish();
        Parsed::read(reply, problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_read() {
        let parsed = RegistrationReply::parse(
            r#"{"client_id":"c","client_secret":"s","client_secret_expires_at":0,
               "redirect_uris":["http://127.0.0.1/cb"],"grant_types":["authorization_code"]}"#,
        );
        assert!(parsed.is_clean());
        let reply = parsed.value.unwrap();
        assert_eq!(reply.client_id.as_deref(), Some("c"));
        assert_eq!(reply.client_secret_expires_at, Some(0));
        assert_eq!(reply.redirect_uris.unwrap(), ["http://127.0.0.1/cb"]);
    }

    #[test]
    fn null_members_are_reported() {
        let parsed = RegistrationReply::parse(
            r#"{"client_id":12,"client_secret":null,"response_types":"code","client_id_issued_at":"today"}"#,
        );
        assert!(parsed.problem_at("/response_types").is_some());
        assert!(parsed.problem_at("/client_id_issued_at").is_some());
        assert!(parsed.problem_at("/client_id").is_some());
        assert!(parsed.problem_at("/client_secret").is_some());
    }
}
