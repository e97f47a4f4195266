//! Runs flows: one task per session with a mailbox of commands.
//!
//! The engine joins the pure flow machine (what to send, how to read it), the net crate (sending it) and the
//! store (the event log). Invariants:
//! - An event is masked before it exists, and durable before anybody can see it.
//! - The state of a flow is sealed together with the events that led to it, so that a flow goes on after a
//!   restart and the two never disagree.
//! - Commands never wait for a request that is out: a stop, a client document fetch or a callback is
//!   handled while it runs.

mod again;
mod aside;
mod clock;
mod driver;
mod headless;
mod inbound;
mod kept;
mod keys;
mod letter;
mod request;
mod resend;
mod retention;
mod state;
mod summary;
mod tasks;
mod together;
mod vault;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy};
pub use inbound::{CallbackPage, InboundRequest, ServedDocument};
pub use keys::Keys;
pub use retention::{Retention, Swept};
pub use vault::Revealed;

use authscope_model::SessionConfig;
use authscope_model::api::Command;
use authscope_model::event::Mode;
use authscope_net::Net;
use authscope_store::{SharedStore, StoreError};
use request::{Answer, Request};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tasks::Tasks;

/// How the authorization leg is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Leg {
    /// A person opens the authorization URL in a browser.
    #[default]
    Person,
    /// We follow plain redirects until our redirect URI (servers that consent by themselves).
    Follow,
}

/// What an instance is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Public URL, with a slash at the end.
    pub public_url: String,
    /// Redirect URI hosted here; by default `oauth/callback` under the public URL.
    pub redirect_uri: Option<String>,
    /// Whether client documents are served here.
    pub hosts_documents: bool,
    /// Seconds after its expiry from which an access token must be refused.
    pub expiry_leeway: u64,
    /// Whether a person can be asked.
    pub interactive: bool,
    /// How the authorization leg is done.
    pub leg: Leg,
    /// Whether state is sealed for a restart (off for one-shot runs).
    pub keep_state: bool,
    /// authscope's version.
    pub version: String,
}

impl Settings {
    /// The redirect URI hosted here.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        self.redirect_uri
            .clone()
            .unwrap_or_else(|| format!("{}oauth/callback", self.public_url))
    }
}

/// What can go wrong with a command.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed or does not know the session.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The configuration cannot be used.
    #[error("{0}")]
    Config(String),
    /// The session has as many events as it may have.
    #[error(
        "this session has {events} events, and --limit-events allows {limit}; nothing more is recorded in it, so make a new session to go on"
    )]
    Full {
        /// Events there are.
        events: u64,
        /// Events there may be.
        limit: u64,
    },
    /// The command does not fit the state of the session.
    #[error("{0}")]
    NotNow(String),
    /// The session's stored state cannot be read.
    #[error(
        "read the stored state of session {id}: {reason}; the recording is readable, but the flow cannot go on"
    )]
    State {
        /// Session.
        id: String,
        /// Why.
        reason: String,
    },
}

/// Everything a session's task needs.
pub(crate) struct Shared {
    pub(crate) store: SharedStore,
    pub(crate) net: Net,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) entropy: Box<dyn Entropy>,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
    /// Names whose values are secret beside those known as such.
    pub(crate) mask_names: Vec<String>,
    /// Events a session may have.
    pub(crate) max_events: Option<u64>,
    tasks: Tasks,
    /// Whether this process is giving its sessions back, and takes none any more.
    leaving: AtomicBool,
}

/// Drives sessions. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

impl Engine {
    /// An engine on a store and a net.
    #[must_use]
    pub fn new(store: SharedStore, net: Net, settings: Settings) -> Self {
        Self::with_sources(
            store,
            net,
            settings,
            Box::new(SystemClock),
            Box::new(SystemEntropy),
        )
    }

    /// An engine with a clock and a source of randomness of the caller's.
    #[must_use]
    pub fn with_sources(
        store: SharedStore,
        net: Net,
        settings: Settings,
        clock: Box<dyn Clock>,
        entropy: Box<dyn Entropy>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                net,
                clock,
                entropy,
                keys: Keys,
                settings,
                mask_names: Vec::new(),
                max_events: None,
                tasks: Tasks::default(),
                leaving: AtomicBool::new(false),
            }),
        }
    }

    /// With further names (of headers, parameters, JSON members) whose values are masked in sessions made from now
    /// on. Said before the engine is shared; later it changes nothing.
    #[must_use]
    pub fn with_mask_names(mut self, names: Vec<String>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.mask_names = names;
        }
        self
    }

    /// With a limit to the events of a session (`--limit-events`). What is under way when it is reached is recorded to
    /// its end. Said before the engine is shared; later it changes nothing.
    #[must_use]
    pub fn with_max_events(mut self, limit: Option<u64>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.max_events = limit;
        }
        self
    }

    /// What the engine's clock shows (ms since the epoch).
    #[must_use]
    pub fn now(&self) -> authscope_model::Millis {
        self.shared.clock.now()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &SharedStore {
        &self.shared.store
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Makes a session and, with a mode, sets it going. Returns its public id.
    ///
    /// # Errors
    /// When the server URL is not an http(s) URL, or the store fails.
    pub async fn create(
        &self,
        config: SessionConfig,
        start: Option<Mode>,
    ) -> Result<String, EngineError> {
        let id = state::create(&self.shared, config).await?;
        match start {
            Some(Mode::Run) => self.command(&id, Command::Run).await?,
            Some(Mode::Step) => self.command(&id, Command::Step).await?,
            None => {}
        }
        Ok(id)
    }

    /// Gives a command to a session.
    ///
    /// # Errors
    /// When there is no such session, or the command does not fit its state (a sentence says why).
    pub async fn command(&self, id: &str, command: Command) -> Result<(), EngineError> {
        self.ask(id, Request::Command(command)).await.map(drop)
    }

    /// Handles a hit on the redirect URI.
    pub async fn callback(&self, request: InboundRequest) -> CallbackPage {
        inbound::callback(self, request).await
    }

    /// Serves the client document of a session and records who asked. `None`: no such session.
    pub async fn client_document(
        &self,
        id: &str,
        request: InboundRequest,
    ) -> Option<ServedDocument> {
        self.document(id, inbound::Served::Metadata, request).await
    }

    /// Serves the JWKS of a session's client and records who asked. `None`: no such session.
    pub async fn client_jwks(&self, id: &str, request: InboundRequest) -> Option<ServedDocument> {
        self.document(id, inbound::Served::Jwks, request).await
    }

    async fn document(
        &self,
        id: &str,
        served: inbound::Served,
        request: InboundRequest,
    ) -> Option<ServedDocument> {
        match self.ask(id, Request::Document(served, request)).await {
            Ok(Answer::Document(document)) => Some(document),
            _ => None,
        }
    }

    /// The authorization URL that is out, unmasked. `None` when nothing is awaited.
    pub async fn authorization_url(&self, id: &str) -> Option<String> {
        match self.ask(id, Request::AuthorizationUrl).await {
            Ok(Answer::AuthorizationUrl(url)) => url,
            _ => None,
        }
    }

    /// After a restart: sessions that were at work say so and can be retried; those that wait for a person
    /// simply go on waiting, and polling where the person enters a code elsewhere. Where several instances share the
    /// store, this one joins them; what is left to do is found by [`Engine::work_together`].
    ///
    /// # Errors
    /// When the store fails.
    pub async fn recover(&self) -> Result<(), EngineError> {
        if self.join().await? {
            return Ok(());
        }
        for row in self.shared.store.sessions(1000).await? {
            if matches!(row.summary.status.as_str(), "running" | "your_turn") {
                // A session whose state cannot be read stays readable; its commands say why.
                if let Err(error) = self.ask(&row.summary.id, Request::Recover).await {
                    tracing::warn!(session = row.summary.id, %error, "session not recovered");
                }
            }
        }
        Ok(())
    }
}
