//! What a client brings to a target beyond an ordinary authorization code flow, and the keys and tokens it may bring.
//!
//! Like `lab-secret`, the key is published on purpose: it guards nothing, and everybody who tries the lab needs it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::authz::AuthServer;
use crate::keys::random;
use crate::target::Target;

/// The way a token is meant to be obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Authorization code with PKCE, as every client can.
    #[default]
    Code,
    /// The same, with tokens bound to a key of the client (RFC 9449).
    Dpop,
    /// The same, with a client that authenticates by a JWT under its secret.
    SecretJwt,
    /// The same, with a client that authenticates by a JWT under its own key.
    KeyJwt,
    /// Client credentials with a secret (RFC 6749 §4.4).
    ClientCredentials,
    /// Client credentials with a JWT under the client's key (RFC 7523 §2.2).
    ClientCredentialsKey,
    /// Device authorization (RFC 8628).
    Device,
    /// Enterprise-managed authorization: token exchange at the identity provider, then the JWT bearer grant.
    IdentityAssertion,
    /// A workload's own assertion by the JWT bearer grant (RFC 7523 §2.1).
    Workload,
}

/// Life of what the identity provider and the platform give, in seconds. Long, because the start page of a lab that
/// runs for months offers them ready to use.
const A_YEAR: i64 = 365 * 24 * 3_600;

/// The client that signs with [`CLIENT_KEY`].
pub(crate) const KEY_CLIENT: &str = "lab-key";
/// Our client's name at the identity provider, which is another than at the authorization server.
pub const IDP_CLIENT: &str = "lab-at-the-provider";
/// Private key (JWK, ES256) of the client `lab-key`.
pub const CLIENT_KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"lab-key-1","d":"SEoUk8pJx_tGRaLljN_GJTm90DzNHvKBqHB71bTpnnk","x":"jMz6RMmfZ5iMdQdFw-Ty8YFlHTL5SMtqn1419TXhmDs","y":"3-qkj1jT2BMLAoo0K2rNQ0fMJk2jTAXalIAvXg234V8"}"#;

/// The public half of [`CLIENT_KEY`], as a key set.
pub(crate) fn client_keys() -> Value {
    let mut key: Value = serde_json::from_str(CLIENT_KEY).unwrap_or_default();
    if let Some(members) = key.as_object_mut() {
        members.shift_remove("d");
    }
    json!({ "keys": [key] })
}

/// What the identity provider gave the person who signed in there: an id token for our client.
pub(crate) fn id_token(target: &Target, server: &AuthServer) -> String {
    let now = target.now();
    let claims = json!({
        "iss": server.endpoint("idp"), "sub": "ana", "aud": IDP_CLIENT,
        "iat": now, "exp": now + A_YEAR, "jti": random(12), "email": "ana@lab.example",
    });
    signed(target, "JWT", &claims)
}

/// What the platform a workload runs on gave it: a JWT that names the workload, for this authorization server.
pub(crate) fn workload_token(target: &Target, server: &AuthServer) -> String {
    let now = target.now();
    let claims = json!({
        "iss": server.endpoint("platform"), "sub": "workload-1", "aud": server.issuer,
        "iat": now, "exp": now + A_YEAR, "jti": random(12),
    });
    signed(target, "JWT", &claims)
}

/// Signs with the lab's published key; an empty text if that fails, which no server takes.
pub(crate) fn signed(target: &Target, typ: &str, claims: &Value) -> String {
    let key = &target.shared.key;
    key.sign(typ, &key.kid, claims).unwrap_or_default()
}
