//! What people keep beyond sessions: targets (a configuration under a name) and clients, each for one issuer.
//!
//! Both are sealed as a whole by the store; secrets go in and never come out through the API. A client is found by its
//! issuer, compared as text, so it cannot be used with another one (MCP 2026-07-28, RG-16).

use crate::state::{self, default_title};
use crate::{Engine, EngineError, Shared};
use authscope_model::api::{SavedClient, SavedTarget};
use authscope_model::config::{RegistrationChoice, RevisionChoice};
use authscope_model::event::Mode;
use authscope_model::mask::Masker;
use authscope_model::{Millis, SessionConfig};
use authscope_protocol::flow::Client;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

const TARGET: &str = "target";
const CLIENT: &str = "client";

#[derive(Serialize, Deserialize)]
struct Target {
    name: String,
    config: SessionConfig,
    saved_at: Millis,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    client: Client,
    saved_at: Millis,
}

/// The id of an issuer's entry. A hash, so that the file does not tell whom somebody deals with.
fn issuer_id(issuer: &str) -> String {
    let mut id = String::with_capacity(32);
    for byte in Sha256::digest(issuer.as_bytes()).iter().take(16) {
        // Writing to a String does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

fn written<T: Serialize>(value: &T) -> Result<Vec<u8>, EngineError> {
    serde_json::to_vec(value).map_err(|error| EngineError::Config(format!("save: {error}")))
}

/// What is readable; an entry of a newer version is left alone.
fn readable<T: for<'a> Deserialize<'a>>(rows: Vec<(String, Vec<u8>)>) -> Vec<(String, T)> {
    let read = |(id, bytes): (String, Vec<u8>)| match serde_json::from_slice(&bytes) {
        Ok(value) => Some((id, value)),
        Err(error) => {
            tracing::warn!(id, %error, "a saved entry cannot be read");
            None
        }
    };
    rows.into_iter().filter_map(read).collect()
}

impl Target {
    fn shown(self, id: String) -> SavedTarget {
        SavedTarget {
            id,
            server_url: Masker::new(&[0; 32]).url(&self.config.server_url),
            settings: settings(&self.config),
            name: self.name,
            saved_at: self.saved_at,
        }
    }
}

/// What was set beside the URL, in a few words. Names only where values may be secret.
fn settings(config: &SessionConfig) -> String {
    let mut words = Vec::new();
    if config.revision != RevisionChoice::Auto {
        words.extend(config.revision.fixed().map(|r| r.as_str().to_owned()));
    }
    match config.registration {
        RegistrationChoice::Cimd => words.push("client document".into()),
        RegistrationChoice::Dcr => words.push("dynamic registration".into()),
        RegistrationChoice::Auto | RegistrationChoice::Preregistered => {}
    }
    words.extend(
        config
            .client_id
            .as_ref()
            .map(|id| format!("client id {id}")),
    );
    let secrets = [
        ("secret", config.client_secret.is_some()),
        ("private key", config.private_key.is_some()),
        (
            "initial access token",
            config.initial_access_token.is_some(),
        ),
        ("extra headers", !config.headers.is_empty()),
    ];
    words.extend(
        secrets
            .iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| (*name).to_owned()),
    );
    words.join(", ")
}

/// The client saved for an issuer.
pub(crate) async fn client_of(
    shared: &Shared,
    issuer: &str,
) -> Result<Option<Client>, EngineError> {
    let rows: Vec<(String, Kept)> = readable(shared.store.kept(CLIENT).await?);
    let mut clients = rows.into_iter().map(|(_, kept)| kept.client);
    Ok(clients.find(|client| client.issuer.as_deref() == Some(issuer)))
}

/// Saves a client for its issuer.
pub(crate) async fn save_client(shared: &Shared, client: Client) -> Result<String, EngineError> {
    let Some(issuer) = client.issuer.clone() else {
        return Err(EngineError::NotNow(
            "save the client: it is not known which issuer it belongs to".into(),
        ));
    };
    let saved_at = shared.clock.now();
    let value = written(&Kept { client, saved_at })?;
    shared
        .store
        .keep(CLIENT, &issuer_id(&issuer), &value)
        .await?;
    Ok(issuer)
}

/// Forgets the client saved for an issuer, if there is one.
pub(crate) async fn forget_client(shared: &Shared, issuer: &str) -> Result<bool, EngineError> {
    Ok(shared.store.forget(CLIENT, &issuer_id(issuer)).await?)
}

impl Engine {
    /// Keeps a configuration under a name.
    ///
    /// # Errors
    /// When the configuration cannot be used, or the store fails.
    pub async fn save_target(
        &self,
        name: Option<String>,
        config: SessionConfig,
    ) -> Result<SavedTarget, EngineError> {
        let config = state::checked(config)?;
        let name = name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| default_title(&config.server_url));
        let target = Target {
            name,
            config,
            saved_at: self.shared.clock.now(),
        };
        let id = uuid::Uuid::new_v4().simple().to_string();
        self.shared
            .store
            .keep(TARGET, &id, &written(&target)?)
            .await?;
        Ok(target.shown(id))
    }

    /// The saved targets, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn targets(&self) -> Result<Vec<SavedTarget>, EngineError> {
        let rows: Vec<(String, Target)> = readable(self.shared.store.kept(TARGET).await?);
        let mut targets: Vec<SavedTarget> = rows.into_iter().map(|(id, t)| t.shown(id)).collect();
        targets.sort_by(|a, b| (b.saved_at, &b.id).cmp(&(a.saved_at, &a.id)));
        Ok(targets)
    }

    /// Removes a saved target; false when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete_target(&self, id: &str) -> Result<bool, EngineError> {
        Ok(self.shared.store.forget(TARGET, id).await?)
    }

    /// Makes a session with a saved target, its secrets included. `None`: no such target.
    ///
    /// # Errors
    /// As [`Engine::create`].
    pub async fn start_target(
        &self,
        id: &str,
        start: Option<Mode>,
    ) -> Result<Option<String>, EngineError> {
        let rows: Vec<(String, Target)> = readable(self.shared.store.kept(TARGET).await?);
        let Some((_, target)) = rows.into_iter().find(|(known, _)| known == id) else {
            return Ok(None);
        };
        let config = SessionConfig {
            title: target.config.title.or(Some(target.name)),
            ..target.config
        };
        self.create(config, start).await.map(Some)
    }

    /// The saved clients, by issuer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clients(&self) -> Result<Vec<SavedClient>, EngineError> {
        let rows: Vec<(String, Kept)> = readable(self.shared.store.kept(CLIENT).await?);
        let mut clients: Vec<SavedClient> = rows
            .into_iter()
            .map(|(id, kept)| SavedClient {
                id,
                issuer: kept.client.issuer.unwrap_or_default(),
                client_id: kept.client.id,
                has_secret: kept.client.secret.is_some(),
                saved_at: kept.saved_at,
            })
            .collect();
        clients.sort_by(|a, b| a.issuer.cmp(&b.issuer));
        Ok(clients)
    }

    /// Forgets a saved client; false when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_client(&self, id: &str) -> Result<bool, EngineError> {
        Ok(self.shared.store.forget(CLIENT, id).await?)
    }
}
