//! The parts of what the flow learns: documents, client, authorization request, tokens, MCP session.

use authscope_model::Millis;
use authscope_model::config::RegistrationChoice;
use serde::{Deserialize, Serialize};

/// What the challenge said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChallengeSeen {
    /// `resource_metadata`.
    pub resource_metadata: Option<String>,
    /// `scope`.
    pub scope: Option<String>,
    /// `error`.
    pub error: Option<String>,
}

/// The protected resource metadata in use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PrmUsed {
    /// URL it came from.
    pub url: String,
    /// `resource`, as received.
    pub resource: Option<String>,
    /// `authorization_servers`, as received.
    pub authorization_servers: Vec<String>,
    /// `scopes_supported`.
    pub scopes_supported: Option<Vec<String>>,
}

/// The client at one authorization server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Client id.
    pub id: String,
    /// Secret.
    pub secret: Option<String>,
    /// Token endpoint authentication method in use.
    pub auth_method: String,
    /// How it came about.
    pub source: RegistrationChoice,
    /// Issuer it belongs to; `None` when not known.
    pub issuer: Option<String>,
    /// Management URI (RFC 7592).
    pub registration_client_uri: Option<String>,
    /// Management token.
    pub registration_access_token: Option<String>,
    /// The metadata as last answered by the registration endpoint.
    #[serde(default)]
    pub registered: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The authorization request that is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// URL given to the browser.
    pub url: String,
    /// `state`.
    pub state: String,
    /// PKCE verifier.
    pub verifier: String,
    /// PKCE challenge sent.
    pub challenge: String,
    /// Issuer of the metadata in use (recorded before redirecting; RFC 9207).
    pub issuer: Option<String>,
    /// `redirect_uri` sent.
    pub redirect_uri: String,
    /// `scope` sent.
    pub scope: Option<String>,
}

/// The tokens in hand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tokens {
    /// Access token.
    pub access_token: String,
    /// `Bearer` or `DPoP`, as received.
    pub token_type: String,
    /// Refresh token.
    pub refresh_token: Option<String>,
    /// ID token.
    pub id_token: Option<String>,
    /// Granted scope, as received.
    pub scope: Option<String>,
    /// Milliseconds since the epoch.
    pub expires_at: Option<Millis>,
    /// Issuer that gave them.
    pub issuer: Option<String>,
}

/// The MCP session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct McpSession {
    /// `Mcp-Session-Id`.
    pub id: Option<String>,
    /// Negotiated protocol version.
    pub version: Option<String>,
    /// Last JSON-RPC id used.
    pub last_id: u64,
    /// Whether the handshake is done.
    pub ready: bool,
    /// Names of tools listed.
    pub tools: Vec<String>,
}

/// A device authorization under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// The device code.
    pub device_code: String,
    /// Seconds between polls.
    pub interval: u64,
    /// When it expires.
    pub expires_at: Millis,
}

/// Whether MCP is spoken with `initialize` or stateless (serialisable twin of [`Handshake`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatelessOr {
    /// `initialize`.
    Initialize,
    /// Stateless.
    Stateless,
}

/// Endpoints in use, as received.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Endpoints {
    /// Authorization endpoint.
    pub authorization: Option<String>,
    /// Token endpoint.
    pub token: Option<String>,
    /// Registration endpoint.
    pub registration: Option<String>,
    /// Pushed authorization request endpoint.
    pub par: Option<String>,
    /// Device authorization endpoint.
    pub device: Option<String>,
    /// Revocation endpoint.
    pub revocation: Option<String>,
    /// Introspection endpoint.
    pub introspection: Option<String>,
    /// Userinfo endpoint.
    pub userinfo: Option<String>,
    /// JWKS.
    pub jwks: Option<String>,
}
