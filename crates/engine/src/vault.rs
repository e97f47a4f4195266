//! The vault of a session: raw values that are sealed with its state, shown one at a time on purpose, and wiped.
//!
//! What is recorded is masked; raw values are in the sealed state alone, because a flow needs them to go on. Wiping
//! removes that state: the recording stays readable, and the flow can neither go on nor be retried.

use crate::state::{self, SNAPSHOTS, STATE};
use crate::{Engine, EngineError};
use authscope_model::api::Command;
use authscope_store::{Batch, StoreError};
use std::time::Duration;

/// Sessions looked at in one sweep.
const SWEEP: usize = 10_000;

/// A raw value.
#[derive(Clone, PartialEq, Eq)]
pub struct Revealed {
    /// What it is, such as `access_token`.
    pub kind: String,
    /// The value. It goes to the person who asked and nowhere else.
    pub value: String,
}

impl std::fmt::Debug for Revealed {
    // The value must not reach a log by way of `{:?}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Revealed");
        shown.field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Engine {
    /// The raw value behind a mask, found by the six hexadecimal digits in it. `None`: it is not in the vault.
    ///
    /// # Errors
    /// When there is no such session, or its vault was wiped.
    pub async fn reveal(&self, id: &str, hash: &str) -> Result<Option<Revealed>, EngineError> {
        self.store().session(id).await?;
        let state = state::load(&self.shared, id).await?;
        let masker = state.masker();
        let end = format!("#{hash}⟩");
        let found = state
            .secrets
            .into_iter()
            .find(|(kind, value)| masker.mask(kind, value).ends_with(&end));
        Ok(found.map(|(kind, value)| Revealed { kind, value }))
    }

    /// A text with everything masked that is secret in this session.
    ///
    /// # Errors
    /// When there is no such session, or the store fails.
    pub async fn masked_text(&self, id: &str, text: &str) -> Result<String, EngineError> {
        let masker = match state::load(&self.shared, id).await {
            Ok(state) => state.masker(),
            // The vault was wiped: what has the shape of a secret is still masked.
            Err(EngineError::State { .. }) => authscope_model::mask::Masker::new(&[0; 32]),
            Err(error) => return Err(error),
        };
        Ok(masker.text(text))
    }

    /// Ends a session and removes everything of it.
    ///
    /// # Errors
    /// When there is no such session, or the store fails.
    pub async fn delete(&self, id: &str) -> Result<(), EngineError> {
        self.store().session(id).await?;
        // Whatever is out is given up. A session that cannot be stopped is over already.
        if let Err(error) = self.command(id, Command::Stop).await {
            tracing::debug!(%error, "nothing to stop");
        }
        self.shared.tasks.lock().await.remove(id);
        Ok(self.store().delete_session(id).await?)
    }

    /// Removes the raw values of a session; false when there were none.
    ///
    /// # Errors
    /// When there is no such session, it is running, or the store fails.
    pub async fn wipe(&self, id: &str) -> Result<bool, EngineError> {
        if self.store().session(id).await?.summary.status == "running" {
            return Err(EngineError::NotNow(
                "wipe the secrets: the session is running and needs them; stop it first".into(),
            ));
        }
        if self.store().get_sealed(id, STATE).await?.is_none() {
            return Ok(false);
        }
        // The task has them in memory; without its mailbox it ends, and what it still wants to write is refused.
        self.shared.tasks.lock().await.remove(id);
        let snapshots = self.store().sealed_under(id, SNAPSHOTS).await?;
        let batch = Batch {
            frees: true,
            ..Batch::default()
        };
        let batch = batch.unseal(STATE);
        let batch = snapshots
            .iter()
            .fold(batch, |batch, (name, _)| batch.unseal(name));
        self.store().commit(id, batch).await?;
        Ok(true)
    }

    /// Wipes the vaults of all sessions in which nothing happened for this long; says how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn wipe_idle(&self, older_than: Duration) -> Result<usize, EngineError> {
        let age = u64::try_from(older_than.as_millis()).unwrap_or(u64::MAX);
        let before = self.now().saturating_sub(age);
        let mut wiped = 0;
        for row in self.store().sessions(SWEEP).await? {
            let summary = row.summary;
            if summary.updated_at > before || summary.status == "running" {
                continue;
            }
            match self.wipe(&summary.id).await {
                Ok(true) => wiped += 1,
                // Deleted or set going in between.
                Ok(false)
                | Err(EngineError::NotNow(_) | EngineError::Store(StoreError::UnknownSession(_))) =>
                    {}
                Err(error) => return Err(error),
            }
        }
        Ok(wiped)
    }
}
