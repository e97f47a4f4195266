//! The store that several instances of `serve` share: a PostgreSQL database.
//!
//! A transaction is durable when it is acknowledged, and it tells the other instances (`NOTIFY`) when it is committed;
//! readers anywhere are woken and read the tables. Sequence numbers are given under the lock of the session's row, so
//! what is visible of a log is always its beginning without gaps. As in the store on disk, a write runs as a task of
//! its own: whoever asked for it may go away in the middle.

mod erase;
mod instances;
mod listen;
mod open;
mod rows;
mod write;

pub use open::PostgresOptions;

use crate::instances::{Heard, Instances};
use crate::key::MasterKey;
use crate::watchers::Watchers;
use crate::{Batch, Holding, NewSession, SessionRow, Store, StoreError, kept_place, run_to_end};
use async_trait::async_trait;
use authscope_model::Event;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

/// Sessions in a PostgreSQL database. Clones share it.
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for PostgresStore {
    // The options to connect hold the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore")
            .field("id", &self.inner.id)
            .finish_non_exhaustive()
    }
}

struct Inner {
    pool: PgPool,
    /// For saying that this instance is alive, however busy the others are.
    own: PgPool,
    key: MasterKey,
    connect: PgConnectOptions,
    watchers: Watchers,
    bell: watch::Sender<u64>,
    heard: broadcast::Sender<Heard>,
    /// Name of this instance, made anew at every start.
    id: String,
    listener: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop_listening();
    }
}

impl Inner {
    fn stop_listening(&self) {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = listener.take() {
            task.abort();
        }
    }

    async fn commit(&self, id: &str, batch: Batch) -> Result<Vec<Event>, StoreError> {
        let frees = batch.frees;
        let events = write::batch(&self.pool, &self.key, id, batch).await?;
        if let Some(last) = events.last() {
            self.watchers.wake(id, last.seq);
        }
        if frees {
            self.ring();
        }
        Ok(events)
    }

    async fn delete(&self, ids: &[String]) -> Result<u64, StoreError> {
        let deleted = erase::delete(&self.pool, ids).await?;
        ids.iter().for_each(|id| self.watchers.close(id));
        erase::finish(&self.pool).await?;
        Ok(u64::try_from(deleted.len()).unwrap_or(u64::MAX))
    }
}

impl PostgresStore {
    /// Connects, brings the schema up to date and listens to the other instances.
    ///
    /// # Errors
    /// When the address is none, the database cannot be reached, is from a newer version, or was made with another
    /// key; each says what to do, and none shows a password.
    pub async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let store = Self {
            inner: Arc::new(open::open(options).await?),
        };
        // Deletions that were cut off.
        erase::finish(&store.inner.pool).await?;
        open::listen(&store).await?;
        Ok(store)
    }

    /// Waits for writes under way and closes the connections.
    pub async fn close(&self) {
        self.inner.stop_listening();
        self.inner.pool.close().await;
        self.inner.own.close().await;
    }

    async fn write<T, F>(&self, work: impl FnOnce(Arc<Inner>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        run_to_end(work(Arc::clone(&self.inner))).await
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn create_session(&self, new: NewSession) -> Result<(), StoreError> {
        self.write(|inner| async move { rows::create(&inner.pool, &new).await })
            .await
    }

    async fn commit(&self, id: &str, batch: Batch) -> Result<Vec<Event>, StoreError> {
        let id = id.to_owned();
        self.write(|inner| async move { inner.commit(&id, batch).await })
            .await
    }

    async fn events(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let events = rows::events(&self.inner.pool, id, after, limit).await?;
        if events.is_empty() {
            // Nothing new, or no such session.
            self.last_seq(id).await?;
        }
        Ok(events)
    }

    async fn last_seq(&self, id: &str) -> Result<u64, StoreError> {
        Ok(self.session(id).await?.last_seq)
    }

    async fn watch(&self, id: &str) -> Result<watch::Receiver<u64>, StoreError> {
        // Subscribed before reading: an event that is written in between wakes the receiver.
        let receiver = self.inner.watchers.subscribe(id);
        match self.last_seq(id).await {
            Ok(last) => {
                self.inner.watchers.wake(id, last);
                Ok(receiver)
            }
            Err(error @ StoreError::UnknownSession(_)) => {
                self.inner.watchers.close(id);
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    async fn session(&self, id: &str) -> Result<SessionRow, StoreError> {
        rows::session(&self.inner.pool, id).await
    }

    async fn sessions(&self, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        rows::sessions(&self.inner.pool, limit).await
    }

    async fn holdings(&self) -> Result<Vec<Holding>, StoreError> {
        rows::holdings(&self.inner.pool).await
    }

    async fn delete_sessions(&self, ids: &[String]) -> Result<u64, StoreError> {
        let ids = ids.to_vec();
        self.write(|inner| async move { inner.delete(&ids).await })
            .await
    }

    async fn get_sealed(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = rows::sealed(&self.inner.pool, id, name).await? else {
            self.session(id).await?;
            return Ok(None);
        };
        self.inner.key.open(id, name, &sealed).map(Some)
    }

    async fn sealed_under(
        &self,
        id: &str,
        prefix: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let rows = rows::sealed_under(&self.inner.pool, id, prefix).await?;
        if rows.is_empty() {
            self.session(id).await?;
        }
        let open = |(name, sealed): (String, Vec<u8>)| {
            let value = self.inner.key.open(id, &name, &sealed)?;
            Ok((name, value))
        };
        rows.into_iter().map(open).collect()
    }

    async fn find_pending(&self, state_hash: &str) -> Result<Option<String>, StoreError> {
        rows::pending(&self.inner.pool, state_hash).await
    }

    async fn keep(&self, kind: &str, id: &str, value: &[u8]) -> Result<(), StoreError> {
        let sealed = self.inner.key.seal(&kept_place(kind), id, value)?;
        let (kind, id) = (kind.to_owned(), id.to_owned());
        self.write(|inner| async move { rows::keep(&inner.pool, &kind, &id, sealed).await })
            .await
    }

    async fn kept(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let rows = rows::kept(&self.inner.pool, kind).await?;
        let place = kept_place(kind);
        let open = |(id, sealed): (String, Vec<u8>)| {
            let value = self.inner.key.open(&place, &id, &sealed)?;
            Ok((id, value))
        };
        rows.into_iter().map(open).collect()
    }

    async fn forget(&self, kind: &str, id: &str) -> Result<bool, StoreError> {
        let (kind, id) = (kind.to_owned(), id.to_owned());
        self.write(|inner| async move {
            let was_there = erase::forget(&inner.pool, &kind, &id).await?;
            erase::finish(&inner.pool).await?;
            Ok(was_there)
        })
        .await
    }

    async fn check(&self) -> Result<(), StoreError> {
        rows::check(&self.inner.pool).await
    }

    fn instances(&self) -> Option<&dyn Instances> {
        Some(self)
    }
}
