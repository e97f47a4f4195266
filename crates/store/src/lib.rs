//! The event log, the list of sessions, sealed values, and which callback belongs to which session.
//!
//! The store is the truth: whatever is shown was read from it, and channels only wake readers
//! ([`Store::watch`]). Three stores exist, and one contract test suite (`tests/contract/mod.rs`) runs against
//! all: [`MemoryStore`] for runs without a server, [`SqliteStore`] for `serve`, and [`PostgresStore`] for several
//! instances of `serve` behind one address ([`Instances`]).
//!
//! Invariants:
//! - Sequence numbers of a session go from 1 without gaps, whoever appends.
//! - Events are durable before [`Store::commit`] returns and before a watcher is woken, so nobody has
//!   ever seen an event that a crash takes back.
//! - One [`Batch`] is all or nothing: events, sealed values, pending callbacks and the summary agree
//!   after a crash at any moment.
//! - Sealed values are encrypted by the store; callers hand over and get plain bytes. Events are masked
//!   before they come here.
//! - Deleting a session leaves no readable byte of it in the data folder, or in the tables of the database.

mod backup;
mod batch;
mod error;
mod instances;
mod key;
mod memory;
mod postgres;
mod rows;
mod sqlite;
mod watchers;

pub use backup::backup;
pub use batch::{Batch, Holding, NewSession, SealChange, SessionRow};
pub use error::StoreError;
pub use instances::{BEAT, Heard, Instances, LOST_AFTER, Mail, Posted};
pub use memory::MemoryStore;
pub use postgres::{PostgresOptions, PostgresStore};
pub use sqlite::{OpenOptions, SqliteStore};

use async_trait::async_trait;
use authscope_model::api::SessionSummary;
use authscope_model::{Event, EventKind, Millis};
use std::sync::Arc;
use tokio::sync::watch;

/// A store that is shared by everything in a process.
pub type SharedStore = Arc<dyn Store>;

/// What binds a value that is kept to its kind; no session has such an id.
fn kept_place(kind: &str) -> String {
    format!("kept/{kind}")
}

/// Runs a write to its end even when the caller goes away.
async fn run_to_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(StoreError::ShuttingDown),
    }
}

/// Where sessions are kept.
///
/// Methods that name a session fail with [`StoreError::UnknownSession`] when there is none with that id.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Makes a session without events.
    ///
    /// # Errors
    /// When the id is taken, or the storage fails.
    async fn create_session(&self, new: NewSession) -> Result<(), StoreError>;

    /// Writes everything in the batch, or nothing of it; returns its events with their numbers.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails; nothing was written then.
    async fn commit(&self, id: &str, batch: Batch) -> Result<Vec<Event>, StoreError>;

    /// Up to `limit` events with a number above `after`, in order.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn events(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, StoreError>;

    /// The number of the last event, 0 when there is none.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn last_seq(&self, id: &str) -> Result<u64, StoreError>;

    /// A receiver of the session's last number. It may skip numbers (read the events from the store),
    /// and it closes when the session is deleted.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn watch(&self, id: &str) -> Result<watch::Receiver<u64>, StoreError>;

    /// One session.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn session(&self, id: &str) -> Result<SessionRow, StoreError>;

    /// Up to `limit` sessions, the newest first.
    ///
    /// # Errors
    /// When the storage fails.
    async fn sessions(&self, limit: usize) -> Result<Vec<SessionRow>, StoreError>;

    /// What every session takes, the one that was quiet for longest first.
    ///
    /// # Errors
    /// When the storage fails.
    async fn holdings(&self) -> Result<Vec<Holding>, StoreError>;

    /// Removes sessions with everything that belongs to them, those of them that there are; watchers close. Says how
    /// many there were. When it returns, nothing of them is left where the store keeps its data, and their space is
    /// given back. That takes longer the more is kept, so many sessions go at once.
    ///
    /// # Errors
    /// When the storage fails.
    async fn delete_sessions(&self, ids: &[String]) -> Result<u64, StoreError>;

    /// A sealed value, in plain bytes.
    ///
    /// # Errors
    /// When there is no such session, the value cannot be opened with this key, or the storage fails.
    async fn get_sealed(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The sealed values of a session whose names begin with `prefix`, by name, in plain bytes.
    ///
    /// # Errors
    /// When there is no such session, a value cannot be opened with this key, or the storage fails.
    async fn sealed_under(
        &self,
        id: &str,
        prefix: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// The session that waits (or waited) for the callback with this hash of `state`.
    ///
    /// # Errors
    /// When the storage fails.
    async fn find_pending(&self, state_hash: &str) -> Result<Option<String>, StoreError>;

    /// Keeps a value that belongs to no session, sealed, under a kind and an id; one that is there is replaced.
    ///
    /// # Errors
    /// When the storage fails.
    async fn keep(&self, kind: &str, id: &str, value: &[u8]) -> Result<(), StoreError>;

    /// Everything kept of a kind, by id, in plain bytes.
    ///
    /// # Errors
    /// When a value cannot be opened with this key, or the storage fails.
    async fn kept(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// Removes what is kept under a kind and an id; false when there was nothing.
    ///
    /// # Errors
    /// When the storage fails.
    async fn forget(&self, kind: &str, id: &str) -> Result<bool, StoreError>;

    /// Whether the storage answers.
    ///
    /// # Errors
    /// When it does not.
    async fn check(&self) -> Result<(), StoreError>;

    /// What a store offers that several processes can use at the same time; `None` when one process has it alone.
    fn instances(&self) -> Option<&dyn Instances> {
        None
    }

    /// Removes one session; see [`Store::delete_sessions`].
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        match self.delete_sessions(&[id.to_owned()]).await? {
            0 => Err(StoreError::UnknownSession(id.to_owned())),
            _ => Ok(()),
        }
    }

    /// Appends events; see [`Store::commit`].
    ///
    /// # Errors
    /// As [`Store::commit`].
    async fn append(
        &self,
        id: &str,
        events: Vec<(Millis, EventKind)>,
    ) -> Result<Vec<Event>, StoreError> {
        self.commit(id, Batch::of_events(events)).await
    }

    /// Replaces what the list of sessions says about one; see [`Batch::summary`].
    ///
    /// # Errors
    /// As [`Store::commit`].
    async fn set_summary(&self, id: &str, summary: SessionSummary) -> Result<(), StoreError> {
        self.commit(id, Batch::default().summary(summary)).await?;
        Ok(())
    }

    /// Seals a value under a name; see [`Store::commit`].
    ///
    /// # Errors
    /// As [`Store::commit`].
    async fn put_sealed(&self, id: &str, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.commit(id, Batch::default().seal(name, value)).await?;
        Ok(())
    }

    /// Removes a sealed value; no error when there is none.
    ///
    /// # Errors
    /// As [`Store::commit`].
    async fn delete_sealed(&self, id: &str, name: &str) -> Result<(), StoreError> {
        self.commit(id, Batch::default().unseal(name)).await?;
        Ok(())
    }

    /// Says that the session waits for the callback with this hash of `state`.
    ///
    /// # Errors
    /// As [`Store::commit`].
    async fn put_pending(&self, state_hash: &str, id: &str) -> Result<(), StoreError> {
        self.commit(id, Batch::default().pending(state_hash))
            .await?;
        Ok(())
    }
}
