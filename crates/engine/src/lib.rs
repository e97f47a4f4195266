//! Runs flows: one task per session with a mailbox of commands.
//!
//! The engine joins the pure flow machine (what to send, how to read it), the net crate (sending it) and the
//! store (the event log). Invariants:
//! - An event is masked before it exists, and durable before anybody can see it.
//! - The state of a flow is sealed together with the events that led to it, so that a flow goes on after a
//!   restart and the two never disagree.
//! - Commands never wait for a request that is out: a stop, a client document fetch or a callback is
//!   handled while it runs.

mod clock;
mod driver;
mod headless;
mod inbound;
mod keys;
mod state;
mod summary;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy};
pub use inbound::{CallbackPage, InboundRequest, ServedDocument};
pub use keys::Keys;

use authscope_model::SessionConfig;
use authscope_model::api::Command;
use authscope_model::event::Mode;
use authscope_net::Net;
use authscope_store::{SharedStore, StoreError};
use driver::Message;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

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
    sessions: Mutex<HashMap<String, mpsc::Sender<Message>>>,
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
        let sessions = Mutex::new(HashMap::new());
        Self {
            shared: Arc::new(Shared {
                store,
                net,
                clock,
                entropy,
                keys: Keys,
                settings,
                sessions,
            }),
        }
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
        self.ask(id, |reply| Message::Command(command, reply))
            .await?
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
        self.ask(id, |reply| {
            Message::Document(inbound::Served::Metadata, request, reply)
        })
        .await
        .ok()
    }

    /// Serves the JWKS of a session's client and records who asked. `None`: no such session.
    pub async fn client_jwks(&self, id: &str, request: InboundRequest) -> Option<ServedDocument> {
        self.ask(id, |reply| {
            Message::Document(inbound::Served::Jwks, request, reply)
        })
        .await
        .ok()
    }

    /// The authorization URL that is out, unmasked. `None` when nothing is awaited.
    pub async fn authorization_url(&self, id: &str) -> Option<String> {
        self.ask(id, Message::AuthorizationUrl).await.ok().flatten()
    }

    /// After a restart: sessions that were at work say so and can be retried; those that wait for a person
    /// simply go on waiting.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn recover(&self) -> Result<(), EngineError> {
        for row in self.shared.store.sessions(1000).await? {
            if row.summary.status == "running" {
                // A session whose state cannot be read stays readable; its commands say why.
                if let Err(error) = self.ask(&row.summary.id, Message::Recover).await {
                    tracing::warn!(session = row.summary.id, %error, "session not recovered");
                }
            }
        }
        Ok(())
    }

    /// Sends a message to the session's task, starting it when needed.
    async fn ask<T>(
        &self,
        id: &str,
        make: impl FnOnce(oneshot::Sender<T>) -> Message,
    ) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        let mut message = make(reply);
        // A task that was about to end may refuse the first try.
        for _ in 0..2 {
            let mailbox = self.mailbox(id).await?;
            match mailbox.send(message).await {
                Ok(()) => {
                    return answer.await.map_err(|_| {
                        EngineError::NotNow(format!(
                            "session {id} ended while it was asked; try again"
                        ))
                    });
                }
                Err(refused) => message = refused.0,
            }
            self.shared.sessions.lock().await.remove(id);
        }
        Err(EngineError::NotNow(format!(
            "session {id} does not answer; try again"
        )))
    }

    async fn mailbox(&self, id: &str) -> Result<mpsc::Sender<Message>, EngineError> {
        let mut sessions = self.shared.sessions.lock().await;
        if let Some(mailbox) = sessions.get(id)
            && !mailbox.is_closed()
        {
            return Ok(mailbox.clone());
        }
        let state = state::load(&self.shared, id).await?;
        let (sender, receiver) = mpsc::channel(32);
        tokio::spawn(driver::Driver::new(Arc::clone(&self.shared), state, receiver).run());
        sessions.insert(id.to_owned(), sender.clone());
        Ok(sender)
    }
}
