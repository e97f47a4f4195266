//! What a person may set before a run. Every field has the spec's value as its default.

use crate::{Revision, StepKind};
use serde::{Deserialize, Serialize};

/// Where the flow waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breakpoint {
    /// At requests of this kind, such as `token`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub step: StepKind,
    /// When.
    pub at: BreakAt,
}

/// At which end of a request the flow waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BreakAt {
    /// Before it is sent.
    BeforeSend,
    /// When its answer is there and not read yet.
    AfterReceive,
}

/// Which revision to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RevisionChoice {
    /// Find out what the server speaks, and say how.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// 2025-03-26.
    #[serde(rename = "2025-03-26")]
    V2025_03_26,
    /// 2025-06-18.
    #[serde(rename = "2025-06-18")]
    V2025_06_18,
    /// 2025-11-25.
    #[serde(rename = "2025-11-25")]
    V2025_11_25,
    /// 2026-07-28.
    #[serde(rename = "2026-07-28")]
    V2026_07_28,
}

impl RevisionChoice {
    /// The fixed revision, `None` for auto.
    #[must_use]
    pub const fn fixed(self) -> Option<Revision> {
        match self {
            Self::Auto => None,
            Self::V2025_03_26 => Some(Revision::V2025_03_26),
            Self::V2025_06_18 => Some(Revision::V2025_06_18),
            Self::V2025_11_25 => Some(Revision::V2025_11_25),
            Self::V2026_07_28 => Some(Revision::V2026_07_28),
        }
    }

    /// Reads `auto` or a revision's date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            other => Revision::parse(other).map(Self::from),
        }
    }
}

impl From<Revision> for RevisionChoice {
    fn from(revision: Revision) -> Self {
        match revision {
            Revision::V2025_03_26 => Self::V2025_03_26,
            Revision::V2025_06_18 => Self::V2025_06_18,
            Revision::V2025_11_25 => Self::V2025_11_25,
            Revision::V2026_07_28 => Self::V2026_07_28,
        }
    }
}

/// How the client gets its `client_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RegistrationChoice {
    /// The spec's order: pre-registered, CIMD, DCR.
    #[default]
    Auto,
    /// Client id metadata document.
    Cimd,
    /// Dynamic client registration (RFC 7591).
    Dcr,
    /// A client id, perhaps with a secret, from the person.
    Preregistered,
}

/// Which grant obtains the token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Grant {
    /// Authorization code with PKCE.
    #[default]
    AuthorizationCode,
    /// Client credentials (extension).
    ClientCredentials,
    /// JWT bearer with an assertion given by the person (workload identity).
    JwtBearer {
        /// The assertion (a secret).
        assertion: String,
    },
    /// Enterprise-managed authorization: token exchange at the identity provider, then JWT bearer.
    IdentityAssertion {
        /// Token endpoint of the identity provider.
        idp_token_endpoint: String,
        /// Issuer of the identity provider, if known.
        #[serde(default)]
        idp_issuer: Option<String>,
        /// Client id at the identity provider.
        #[serde(default)]
        idp_client_id: Option<String>,
        /// The subject token (a secret).
        subject_token: String,
        /// Its type; default is the ID token type.
        #[serde(default)]
        subject_token_type: Option<String>,
    },
    /// Device authorization (RFC 8628).
    DeviceCode,
}

/// When tokens are asked for that are bound to a key of the client (RFC 9449).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Dpop {
    /// Never.
    #[default]
    Off,
    /// When the metadata lists `dpop_signing_alg_values_supported` with ES256.
    WhenAdvertised,
    /// Always.
    On,
}

/// One name and value pair, order kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pair {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A tool to call after authorization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ToolCall {
    /// Tool name.
    pub name: String,
    /// JSON arguments.
    #[serde(default)]
    pub arguments: serde_json::Value,
}

/// Everything a person may set before a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionConfig {
    /// URL of the MCP server, as typed.
    pub server_url: String,
    /// Title of the session; default is host and time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Spec revision.
    #[serde(default)]
    pub revision: RevisionChoice,
    /// Way of registration.
    #[serde(default)]
    pub registration: RegistrationChoice,
    /// Grant.
    #[serde(default)]
    pub grant: Grant,
    /// Pre-registered client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret (masked in every recorded copy).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Private key for `private_key_jwt`, PEM or JWK (masked in every recorded copy).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
    /// Algorithm of that key, such as `ES256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_alg: Option<String>,
    /// A client id metadata document of the person's own, instead of the session's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_metadata_url: Option<String>,
    /// Redirect URI; default is authscope's own callback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Scopes, space separated; empty string means "omit the parameter".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `resource`; default is the PRM's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Issuer to use when PRM lists several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
    /// Token endpoint authentication method; default as metadata and registration say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// Extra headers on requests to the MCP server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Pair>,
    /// Extra parameters of the authorization request (`prompt`, `login_hint`, …).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorize_params: Vec<Pair>,
    /// Members laid over the client metadata (DCR request and our CIMD document).
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub client_metadata: serde_json::Map<String, serde_json::Value>,
    /// Initial access token for DCR (masked in every recorded copy).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_access_token: Option<String>,
    /// Sender-constrained tokens (RFC 9449).
    #[serde(default)]
    pub dpop: Dpop,
    /// Tool to call after `tools/list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_tool: Option<ToolCall>,
    /// Refresh once at the end (extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refresh: bool,
    /// Run the negative probes at the end (extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub probe: bool,
    /// Request the authorization URL once, without cookies, before the person is sent there (extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Go on where a conforming client stops.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep_going: bool,
    /// Fetch the authorization server's keys at the end and verify JWT signatures (extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verify_token: bool,
    /// Follow plain redirects of the authorization leg without a browser, for servers that consent by themselves.
    /// A page that wants a person is then shown to one, where there is one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follow_redirects: bool,
    /// List resources and prompts as well (extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub list_everything: bool,
    /// Push the authorization request wherever that is offered (RFC 9126); default: where it is required.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub push: bool,
    /// Read the document at `client_metadata_url` first and check it as an authorization server does (extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub check_document: bool,
    /// Delete the client that was registered, at the end, where the server offers it (RFC 7592; extra).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clean_up: bool,
    /// Where the flow waits for a person; nothing without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breakpoints: Vec<Breakpoint>,
}

impl SessionConfig {
    /// The defaults for a server.
    pub fn new(server_url: impl Into<String>) -> Self {
        Self {
            server_url: server_url.into(),
            title: None,
            revision: RevisionChoice::Auto,
            registration: RegistrationChoice::Auto,
            grant: Grant::AuthorizationCode,
            client_id: None,
            client_secret: None,
            private_key: None,
            signing_alg: None,
            client_metadata_url: None,
            redirect_uri: None,
            scope: None,
            resource: None,
            authorization_server: None,
            token_endpoint_auth_method: None,
            headers: Vec::new(),
            authorize_params: Vec::new(),
            client_metadata: serde_json::Map::new(),
            initial_access_token: None,
            dpop: Dpop::Off,
            call_tool: None,
            refresh: false,
            probe: false,
            dry_run: false,
            keep_going: false,
            verify_token: false,
            follow_redirects: false,
            list_everything: false,
            push: false,
            check_document: false,
            clean_up: false,
            breakpoints: Vec::new(),
        }
    }
}
