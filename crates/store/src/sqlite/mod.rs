//! The store of `serve`: one SQLite file in the data folder.
//!
//! Write-ahead log with `synchronous=FULL`: a commit returns after the log is on the disk, so what was
//! acknowledged, and with it everything a viewer has seen, outlives a killed process and a power cut
//! alike. (`NORMAL` would save the sync and outlive the killed process only.) A flow makes some forty
//! commits, each a millisecond or so, which nobody notices.
//!
//! One connection writes, so writers queue here and not in the file; a few others read. A write runs as
//! a task of its own: whoever asked for it may go away in the middle, and the readers are woken all the
//! same. The data folder is locked against a second process, which would run the same flows again.

mod erase;
mod holdings;
mod kept;
pub(crate) mod open;
mod rows;
mod transaction;

pub use open::OpenOptions;

use crate::key::MasterKey;
use crate::watchers::Watchers;
use crate::{Batch, Holding, NewSession, SessionRow, Store, StoreError, kept_place, run_to_end};
use async_trait::async_trait;
use authscope_model::Event;
use sqlx::SqlitePool;
use std::fs::File;
use std::sync::Arc;
use tokio::sync::watch;

/// Sessions in a SQLite file. Clones share it.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// The one connection that writes.
    writer: SqlitePool,
    /// Connections that read.
    readers: SqlitePool,
    key: MasterKey,
    watchers: Watchers,
    /// Held as long as the store is open: keeps other processes out of the data folder.
    _lock: File,
}

impl SqliteStore {
    /// Opens the store in a data folder, makes it when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be used or is in use, the file is from a newer version, or the key does
    /// not fit; each says what to do.
    pub async fn open(options: OpenOptions) -> Result<Self, StoreError> {
        let inner = Arc::new(open::open(options).await?);
        Ok(Self { inner })
    }

    /// Waits for writes under way and closes the file.
    pub async fn close(&self) {
        self.inner.writer.close().await;
        self.inner.readers.close().await;
    }

    /// Reads the whole file and checks that it is sound.
    ///
    /// # Errors
    /// When it is not; the error says what is wrong.
    pub async fn check_integrity(&self) -> Result<(), StoreError> {
        rows::check_integrity(&self.inner.readers).await
    }

    /// Runs a write to its end even when the caller goes away.
    async fn write<T, F>(&self, work: impl FnOnce(Arc<Inner>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        run_to_end(work(Arc::clone(&self.inner))).await
    }
}

impl Inner {
    async fn commit(&self, id: &str, batch: Batch) -> Result<Vec<Event>, StoreError> {
        let mut connection = transaction::begin(&self.writer).await?;
        let written = rows::write(&mut connection, &self.key, id, batch).await;
        let events = transaction::end(connection, written).await?;
        if let Some(last) = events.last() {
            self.watchers.wake(id, last.seq);
        }
        Ok(events)
    }

    async fn delete(&self, ids: &[String]) -> Result<u64, StoreError> {
        let deleted = erase::delete(&self.writer, ids).await?;
        ids.iter().for_each(|id| self.watchers.close(id));
        erase::finish(&self.writer).await?;
        Ok(deleted)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create_session(&self, new: NewSession) -> Result<(), StoreError> {
        self.write(|inner| async move { rows::create(&inner.writer, &new).await })
            .await
    }

    async fn commit(&self, id: &str, batch: Batch) -> Result<Vec<Event>, StoreError> {
        let id = id.to_owned();
        self.write(|inner| async move { inner.commit(&id, batch).await })
            .await
    }

    async fn events(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let events = rows::events(&self.inner.readers, id, after, limit).await?;
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
        rows::session(&self.inner.readers, id).await
    }

    async fn sessions(&self, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        rows::sessions(&self.inner.readers, limit).await
    }

    async fn holdings(&self) -> Result<Vec<Holding>, StoreError> {
        holdings::read(&self.inner.readers).await
    }

    async fn delete_sessions(&self, ids: &[String]) -> Result<u64, StoreError> {
        let ids = ids.to_vec();
        self.write(|inner| async move { inner.delete(&ids).await })
            .await
    }

    async fn get_sealed(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sealed = rows::sealed(&self.inner.readers, id, name).await?;
        let Some(sealed) = sealed else {
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
        let rows = rows::sealed_under(&self.inner.readers, id, prefix).await?;
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
        rows::pending(&self.inner.readers, state_hash).await
    }

    async fn keep(&self, kind: &str, id: &str, value: &[u8]) -> Result<(), StoreError> {
        let sealed = self.inner.key.seal(&kept_place(kind), id, value)?;
        let (kind, id) = (kind.to_owned(), id.to_owned());
        self.write(|inner| async move { kept::write(&inner.writer, &kind, &id, sealed).await })
            .await
    }

    async fn kept(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let rows = kept::read(&self.inner.readers, kind).await?;
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
            let was_there = kept::delete(&inner.writer, &kind, &id).await?;
            erase::finish(&inner.writer).await?;
            Ok(was_there)
        })
        .await
    }

    async fn check(&self) -> Result<(), StoreError> {
        rows::check(&self.inner.writer).await
    }
}
