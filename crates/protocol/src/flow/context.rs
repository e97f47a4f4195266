//! What the flow has learned so far. Serialisable, so that a flow survives a restart; it holds secrets
//! and is only ever stored sealed.

use super::steps::probes::ProbeKind;
use crate::as_metadata::AsMetadata;
use authscope_model::config::{Dpop, Grant, RegistrationChoice, SessionConfig};
use authscope_model::event::Ending;
use authscope_model::revision::{Behaviour, Handshake};
use authscope_model::{Millis, Revision, StepKind};
use serde::{Deserialize, Serialize};

/// What authscope itself brings to the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Redirect URI that authscope hosts (or the CLI listens on).
    pub redirect_uri: String,
    /// Our client document's URL.
    pub client_document_url: String,
    /// Our JWKS URL (for `private_key_jwt`).
    pub client_jwks_url: String,
    /// Whether our client document is served at its URL; a one-shot run has nobody to serve it.
    pub hosts_document: bool,
    /// Whether a person can be asked; headless runs stop instead.
    pub interactive: bool,
    /// Version for `clientInfo` and `software_version`.
    pub version: String,
}

/// Where the flow stands. A run-time enum, because it is stored and resumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// First MCP request.
    Probe,
    /// PRM candidate to try.
    Prm(usize),
    /// Several authorization servers: the person chooses.
    ChooseServer,
    /// Metadata candidate to try.
    AsMetadata(usize),
    /// Registration.
    Register,
    /// No way of registration: the person provides a client id.
    AskClient(String),
    /// Pushed authorization request.
    Par,
    /// Authorization request is to be built.
    Authorize,
    /// Authorization request is out.
    AwaitCallback,
    /// Code for token.
    Token,
    /// Client credentials.
    ClientCredentials,
    /// Token exchange at the identity provider.
    TokenExchange,
    /// JWT bearer.
    JwtBearer,
    /// Device authorization request.
    Device,
    /// Device code polling; `true` while the wait is due.
    DevicePoll(bool),
    /// A request to the MCP server.
    Mcp(McpOp),
    /// Token life, asked for by the person.
    Life(LifeOp),
    /// A negative probe of one request.
    Negative(ProbeKind),
    /// A conforming client stops here.
    Hold {
        /// Why.
        reason: String,
        /// Clause.
        clause: String,
        /// Where to go on.
        resume: Box<Stage>,
    },
    /// Over.
    Finished {
        /// How.
        ending: Ending,
        /// One sentence.
        message: String,
    },
}

/// One request to the MCP server after (or without) authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum McpOp {
    /// `initialize`.
    Initialize,
    /// `notifications/initialized`.
    Initialized,
    /// `server/discover`.
    Discover,
    /// `tools/list`.
    ToolsList,
    /// `resources/list`.
    ResourcesList,
    /// `prompts/list`.
    PromptsList,
    /// `tools/call`.
    ToolsCall,
}

impl McpOp {
    /// The kind of step it is.
    #[must_use]
    pub const fn step(self) -> StepKind {
        match self {
            Self::Initialize => StepKind::McpInitialize,
            Self::Initialized => StepKind::McpInitialized,
            Self::Discover => StepKind::McpDiscover,
            Self::ToolsList => StepKind::McpToolsList,
            Self::ResourcesList => StepKind::McpResourcesList,
            Self::PromptsList => StepKind::McpPromptsList,
            Self::ToolsCall => StepKind::McpToolsCall,
        }
    }
}

/// A request about the life of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LifeOp {
    /// The authorization server's keys, to verify a JWT.
    Jwks,
    /// Refresh.
    Refresh,
    /// The MCP server with the refreshed token.
    CallRefreshed,
    /// Revoke.
    Revoke,
    /// Introspect.
    Introspect,
    /// Userinfo.
    Userinfo,
}

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

/// Everything learned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Context {
    /// The configuration, unmasked.
    pub config: SessionConfig,
    /// What authscope brings.
    pub settings: Settings,
    /// Revision, once decided.
    pub revision: Option<Revision>,
    /// Handshake in use; follows what the MCP server speaks.
    pub handshake: Option<StatelessOr>,
    /// Challenge of the last 401 or 403.
    pub challenge: ChallengeSeen,
    /// PRM candidates.
    pub prm_candidates: Vec<(StepKind, String)>,
    /// PRM in use.
    pub prm: Option<PrmUsed>,
    /// Issuer in use, as received.
    pub issuer: Option<String>,
    /// Metadata candidates.
    pub metadata_candidates: Vec<(StepKind, String)>,
    /// A document that was not used because its `issuer` differs: (received issuer, raw text).
    pub rejected_metadata: Option<(String, String)>,
    /// Metadata in use, raw text.
    pub metadata_text: Option<String>,
    /// Endpoints in use.
    pub endpoints: Endpoints,
    /// Grant in use, once the metadata was read.
    pub grant: Grant,
    /// `resource` in use.
    pub resource: Option<String>,
    /// Scope asked for last.
    pub scope: Option<String>,
    /// Client in use.
    pub client: Option<Client>,
    /// Key for `private_key_jwt` made by us (JWK with private members).
    pub client_key: Option<serde_json::Value>,
    /// Authorization request that is out, or was last.
    pub request: Option<AuthorizationRequest>,
    /// `request_uri` of a pushed authorization request.
    pub request_uri: Option<String>,
    /// Code received, and when.
    pub code: Option<(String, Millis)>,
    /// ID-JAG or workload assertion in hand.
    pub assertion: Option<String>,
    /// Tokens in hand.
    pub tokens: Option<Tokens>,
    /// MCP session.
    pub mcp: McpSession,
    /// Where to go on when a token is in hand.
    pub pending_op: Option<McpOp>,
    /// Step-ups done.
    pub step_ups: u32,
    /// Times a token was refused and discovery was done again.
    pub rediscoveries: u32,
    /// Issuer whose token was refused when discovery was done again.
    pub refused_issuer: Option<String>,
    /// Whether the extras of the configuration were queued.
    pub extras_done: bool,
    /// DPoP key (private JWK).
    pub dpop_key: Option<serde_json::Value>,
    /// Nonces by origin.
    pub dpop_nonces: Vec<(String, String)>,
    /// Whether the request at hand was already repeated with a nonce.
    pub dpop_retried: bool,
    /// Device authorization.
    pub device: Option<DeviceState>,
    /// Negative probe under way.
    pub probing: Option<ProbeKind>,
    /// Whether the negative probes were started.
    pub probes_done: bool,
    /// Negative probes to come.
    pub probe_queue: Vec<ProbeKind>,
    /// Requests done within the probe.
    pub probe_step: u32,
    /// Token that a probe obtained for another resource.
    pub probe_token: Option<String>,
    /// Refresh token that a refresh replaced.
    pub old_refresh_token: Option<String>,
    /// Operations the person asked for after the flow.
    pub queue: Vec<LifeOp>,
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

impl Context {
    /// The start of a flow.
    #[must_use]
    pub fn new(config: SessionConfig, settings: Settings) -> Self {
        let revision = config.revision.fixed();
        let grant = config.grant.clone();
        Self {
            config,
            settings,
            revision,
            handshake: None,
            challenge: ChallengeSeen::default(),
            prm_candidates: Vec::new(),
            prm: None,
            issuer: None,
            metadata_candidates: Vec::new(),
            rejected_metadata: None,
            metadata_text: None,
            endpoints: Endpoints::default(),
            grant,
            resource: None,
            scope: None,
            client: None,
            client_key: None,
            request: None,
            request_uri: None,
            code: None,
            assertion: None,
            tokens: None,
            mcp: McpSession::default(),
            pending_op: None,
            step_ups: 0,
            rediscoveries: 0,
            refused_issuer: None,
            extras_done: false,
            dpop_key: None,
            dpop_nonces: Vec::new(),
            dpop_retried: false,
            device: None,
            probing: None,
            probes_done: false,
            probe_queue: Vec::new(),
            probe_step: 0,
            probe_token: None,
            old_refresh_token: None,
            queue: Vec::new(),
        }
    }

    /// The revision in use; the default while undecided.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision.unwrap_or(Revision::DEFAULT)
    }

    /// The row of the behaviour table in use.
    #[must_use]
    pub fn behaviour(&self) -> &'static Behaviour {
        self.revision().behaviour()
    }

    /// Whether MCP is spoken stateless.
    #[must_use]
    pub fn is_stateless(&self) -> bool {
        match self.handshake {
            Some(handshake) => handshake == StatelessOr::Stateless,
            None => self.behaviour().handshake == Handshake::Stateless,
        }
    }

    /// The metadata in use, parsed again from its text.
    #[must_use]
    pub fn metadata(&self) -> Option<AsMetadata> {
        self.metadata_text
            .as_deref()
            .and_then(|text| AsMetadata::parse(text).value)
    }

    /// Whether tokens are to be bound to a key of ours.
    #[must_use]
    pub fn uses_dpop(&self) -> bool {
        match self.config.dpop {
            Dpop::Off => false,
            Dpop::On => true,
            Dpop::WhenAdvertised => {
                let listed = self
                    .metadata()
                    .and_then(|m| m.dpop_signing_alg_values_supported);
                listed.is_some_and(|algs| algs.iter().any(|alg| alg == "ES256"))
            }
        }
    }

    /// Redirect URI of the authorization request.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        self.config
            .redirect_uri
            .as_deref()
            .unwrap_or(&self.settings.redirect_uri)
    }

    /// Whether the redirect URI is our own callback.
    #[must_use]
    pub fn redirect_is_hosted(&self) -> bool {
        self.redirect_uri() == self.settings.redirect_uri
    }
}
