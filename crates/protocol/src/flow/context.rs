//! What the flow has learned so far. Serialisable, so that a flow survives a restart; it holds secrets
//! and is only ever stored sealed.

use super::learned::{
    AuthorizationRequest, ChallengeSeen, Client, DeviceState, Endpoints, McpSession, PrmUsed,
    StatelessOr, Tokens,
};
use super::stage::{LifeOp, McpOp};
use super::steps::probes::ProbeKind;
use crate::as_metadata::AsMetadata;
use authscope_model::config::{Dpop, Grant, SessionConfig};
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
    /// Seconds after its expiry at which an access token is tried once more.
    #[serde(default = "usual_leeway")]
    pub expiry_leeway: u64,
}

/// Enough for clocks that differ a little. Validators grant more, up to minutes, which nobody wants to wait for;
/// what is made of an acceptance says how late it was.
const fn usual_leeway() -> u64 {
    10
}

impl Settings {
    /// What [`Settings::expiry_leeway`] is outside tests.
    pub const EXPIRY_LEEWAY: u64 = usual_leeway();
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
    /// URL of the metadata in use.
    #[serde(default)]
    pub metadata_url: Option<String>,
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
    /// Whether the authorization that comes next was tried already.
    #[serde(default)]
    pub dry_run_done: bool,
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
    /// Whether the MCP session was begun again after a 404.
    #[serde(default)]
    pub session_renewed: bool,
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
    /// Another client that a probe registered.
    #[serde(default)]
    pub probe_client: Option<Client>,
    /// Refresh token that a refresh replaced.
    pub old_refresh_token: Option<String>,
    /// Operations the person asked for after the flow.
    pub queue: Vec<LifeOp>,
    /// Whether the refresh token is to be used a second time after the refresh.
    #[serde(default)]
    pub reuse_wanted: bool,
    /// Members laid over the registered metadata by the update under way.
    #[serde(default)]
    pub registration_changes: serde_json::Map<String, serde_json::Value>,
    /// Whether the client document of the person's own was read.
    #[serde(default)]
    pub document_checked: bool,
    /// How often our client document was fetched.
    #[serde(default)]
    pub document_fetches: u32,
    /// `token_endpoint_auth_method` of that document.
    #[serde(default)]
    pub document_method: Option<String>,
    /// How the run stood before an operation that was asked for after its end.
    #[serde(default)]
    pub before_life: Option<(Ending, String)>,
    /// Whether the registered client was cleaned up (or that was tried).
    #[serde(default)]
    pub cleaned_up: bool,
    /// Whether 2025-03-26 is only a guess, since nothing but its default endpoints is left to try.
    #[serde(default)]
    pub revision_guessed: bool,
    /// Clients saved by the person, each for one issuer.
    #[serde(default)]
    pub saved_clients: Vec<Client>,
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
            metadata_url: None,
            endpoints: Endpoints::default(),
            grant,
            resource: None,
            scope: None,
            client: None,
            client_key: None,
            request: None,
            dry_run_done: false,
            request_uri: None,
            code: None,
            assertion: None,
            tokens: None,
            mcp: McpSession::default(),
            session_renewed: false,
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
            probe_client: None,
            old_refresh_token: None,
            queue: Vec::new(),
            reuse_wanted: false,
            registration_changes: serde_json::Map::new(),
            document_checked: false,
            document_fetches: 0,
            document_method: None,
            before_life: None,
            cleaned_up: false,
            revision_guessed: false,
            saved_clients: Vec::new(),
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
