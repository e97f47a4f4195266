//! The state of a session's task: made, sealed, read back.

use crate::resend::{Out, Sent, SignIn};
use crate::{EngineError, Shared};
use authscope_model::config::Breakpoint;
use authscope_model::event::Mode;
use authscope_model::mask::{KnownSecret, Masker};
use authscope_model::{EventKind, SessionConfig};
use authscope_protocol::flow::{self, Flow};
use authscope_protocol::url_text;
use authscope_store::{Batch, NewSession};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the sealed state.
pub(crate) const STATE: &str = "state";

/// What a session's task knows beyond the recording. Holds secrets.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) id: String,
    pub(crate) flow: Flow,
    pub(crate) mode: Mode,
    /// Number of the last exchange.
    pub(crate) exchanges: u32,
    pub(crate) branch: u32,
    /// Number of the last branch made.
    pub(crate) branches: u32,
    pub(crate) mask_key: Vec<u8>,
    /// Names whose values are masked beside those known as secret.
    #[serde(default)]
    pub(crate) mask_names: Vec<String>,
    /// Secrets known by value: (kind, value).
    pub(crate) secrets: Vec<(String, String)>,
    /// Exchanges before which a snapshot was taken, in order.
    pub(crate) snapshots: Vec<u32>,
    /// Number of the authorization request's exchange that is out.
    pub(crate) front_exchange: u32,
    /// Where the flow waits for a person.
    #[serde(default)]
    pub(crate) breakpoints: Vec<Breakpoint>,
    /// Masked values that were sent, and where to.
    #[serde(default)]
    pub(crate) sent: Vec<Sent>,
    /// The edited request that is out beside the flow.
    #[serde(default)]
    pub(crate) resending: Option<Out>,
    /// Edited authorization requests that were offered to the browser and are not answered.
    #[serde(default)]
    pub(crate) sign_ins: Vec<SignIn>,
    /// How often another instance took the run over since it last got further.
    #[serde(default)]
    pub(crate) takeovers: u32,
}

impl State {
    pub(crate) fn masker(&self) -> Masker {
        let mut masker = Masker::new(&self.mask_key).with_names(&self.mask_names);
        masker.learn_all(self.secrets.iter().map(|(kind, value)| KnownSecret {
            kind: kind.clone(),
            value: value.clone(),
        }));
        masker
    }
}

/// What the names of sealed snapshots begin with.
pub(crate) const SNAPSHOTS: &str = "before/";

/// Name of the sealed snapshot taken before an exchange.
pub(crate) fn snapshot_name(exchange: u32) -> String {
    format!("{SNAPSHOTS}{exchange}")
}

/// Seals the state into a batch.
pub(crate) fn seal(batch: Batch, state: &State) -> Batch {
    match serde_json::to_vec(state) {
        Ok(bytes) => batch.seal(STATE, &bytes),
        Err(error) => {
            tracing::error!(session = state.id, %error, "state not sealed");
            batch
        }
    }
}

/// Seals the flow as it is before an exchange.
pub(crate) fn seal_snapshot(batch: Batch, exchange: u32, flow: &Flow) -> Batch {
    match serde_json::to_vec(flow) {
        Ok(bytes) => batch.seal(&snapshot_name(exchange), &bytes),
        Err(error) => {
            tracing::error!(exchange, %error, "snapshot not sealed");
            batch
        }
    }
}

pub(crate) async fn snapshot(
    shared: &Shared,
    id: &str,
    exchange: u32,
) -> Result<Option<Flow>, EngineError> {
    let bytes = shared
        .store
        .get_sealed(id, &snapshot_name(exchange))
        .await?;
    bytes.map(|bytes| read(id, &bytes)).transpose()
}

fn read<T: for<'a> Deserialize<'a>>(id: &str, bytes: &[u8]) -> Result<T, EngineError> {
    serde_json::from_slice(bytes).map_err(|error| EngineError::State {
        id: id.into(),
        reason: error.to_string(),
    })
}

pub(crate) async fn load(shared: &Shared, id: &str) -> Result<State, EngineError> {
    let bytes = shared.store.get_sealed(id, STATE).await?;
    let bytes = bytes.ok_or_else(|| EngineError::State {
        id: id.into(),
        reason: "there is none".into(),
    })?;
    read(id, &bytes)
}

/// Checks the configuration, makes the session with its first event and sealed state.
pub(crate) async fn create(shared: &Shared, config: SessionConfig) -> Result<String, EngineError> {
    let config = checked(config)?;
    let id = uuid::Uuid::new_v4().simple().to_string();
    let now = shared.clock.now();
    let mut mask_key = vec![0u8; 32];
    shared.entropy.fill(&mut mask_key);
    let settings = &shared.settings;
    let flow_settings = flow::Settings {
        redirect_uri: settings.redirect_uri(),
        client_document_url: format!("{}oauth/client/{id}/metadata.json", settings.public_url),
        client_jwks_url: format!("{}oauth/client/{id}/jwks.json", settings.public_url),
        hosts_document: settings.hosts_documents,
        expiry_leeway: settings.expiry_leeway,
        interactive: settings.interactive,
        version: settings.version.clone(),
    };
    let breakpoints = config.breakpoints.clone();
    let secrets = secrets_of(&config);
    let flow = Flow::new(config, flow_settings);
    let state = State {
        id: id.clone(),
        flow,
        mode: Mode::Run,
        exchanges: 0,
        branch: 0,
        branches: 0,
        mask_key,
        mask_names: shared.mask_names.clone(),
        secrets,
        snapshots: Vec::new(),
        front_exchange: 0,
        breakpoints,
        sent: Vec::new(),
        resending: None,
        sign_ins: Vec::new(),
        takeovers: 0,
    };
    let masker = state.masker();
    let config = &state.flow.context.config;
    let title = config
        .title
        .clone()
        .unwrap_or_else(|| default_title(&config.server_url));
    let server_url = masker.url(&config.server_url);
    shared
        .store
        .create_session(NewSession {
            id: id.clone(),
            created_at: now,
            title,
            server_url,
        })
        .await?;
    let created = EventKind::SessionCreated {
        config: masker.config(config),
        redirect_uri: settings.redirect_uri(),
        client_document_url: state.flow.context.settings.client_document_url.clone(),
        client_document: state.flow.client_document(),
        version: settings.version.clone(),
    };
    shared
        .store
        .commit(&id, seal(Batch::of_events(vec![(now, created)]), &state))
        .await?;
    Ok(id)
}

/// Host and port. A name and a password before them are no part of a title.
pub(crate) fn default_title(server_url: &str) -> String {
    let Some(parts) = url_text::split(server_url) else {
        return server_url.to_owned();
    };
    let host = parts.authority.rsplit_once('@');
    host.map_or(parts.authority, |(_, host)| host).to_owned()
}

/// Refuses what cannot be a target, in words.
pub(crate) fn checked(mut config: SessionConfig) -> Result<SessionConfig, EngineError> {
    config.server_url = config.server_url.trim().to_owned();
    let parts = url_text::split(&config.server_url);
    let scheme = parts
        .as_ref()
        .map(|p| p.scheme.to_ascii_lowercase())
        .unwrap_or_default();
    let usable =
        matches!(scheme.as_str(), "http" | "https") && parts.is_some_and(|p| !p.host.is_empty());
    if !usable {
        return Err(EngineError::Config(format!(
            "server_url: expected an http:// or https:// URL such as https://example.com/mcp, got {:?}",
            config.server_url
        )));
    }
    if let Some(redirect) = &config.redirect_uri
        && url_text::split(redirect).is_none()
    {
        return Err(EngineError::Config(format!(
            "redirect_uri: expected an absolute URI, got {redirect:?}"
        )));
    }
    Ok(config)
}

/// Secrets the person gave, known by value from the start.
fn secrets_of(config: &SessionConfig) -> Vec<(String, String)> {
    use authscope_model::config::Grant;
    let mut secrets: Vec<(String, String)> = Vec::new();
    let named = [
        ("client_secret", &config.client_secret),
        ("private_key", &config.private_key),
        ("initial_access_token", &config.initial_access_token),
    ];
    for (kind, value) in named {
        secrets.extend(value.iter().map(|v| (kind.to_owned(), v.clone())));
    }
    match &config.grant {
        Grant::JwtBearer { assertion } => secrets.push(("assertion".into(), assertion.clone())),
        Grant::IdentityAssertion { subject_token, .. } => {
            secrets.push(("subject_token".into(), subject_token.clone()))
        }
        Grant::AuthorizationCode | Grant::ClientCredentials | Grant::DeviceCode => {}
    }
    secrets.retain(|(_, value)| value.len() >= 4);
    secrets
}

/// The document served for a session's client.
pub(crate) fn document_bytes(document: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(document).unwrap_or_default()
}
