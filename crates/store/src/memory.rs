//! The store of runs without a server: everything in memory, gone with the process.

use crate::watchers::Watchers;
use crate::{Batch, Holding, NewSession, SealChange, SessionRow, Store, StoreError};
use async_trait::async_trait;
use authscope_model::api::SessionSummary;
use authscope_model::{Event, EventKind, Millis};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Sessions in memory.
///
/// Sealed values are not encrypted here: nothing is written anywhere, and the key would sit beside them.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
    watchers: Watchers,
}

#[derive(Debug, Default)]
struct State {
    sessions: HashMap<String, Session>,
    pending: HashMap<String, String>,
    kept: BTreeMap<(String, String), Vec<u8>>,
}

#[derive(Debug)]
struct Session {
    summary: SessionSummary,
    events: Vec<Event>,
    sealed: HashMap<String, SealChange>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change below is made in full before the lock is given back, panics included.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn session(&self, id: &str) -> Result<&Session, StoreError> {
        self.sessions
            .get(id)
            .ok_or_else(|| StoreError::UnknownSession(id.to_owned()))
    }

    fn session_mut(&mut self, id: &str) -> Result<&mut Session, StoreError> {
        self.sessions
            .get_mut(id)
            .ok_or_else(|| StoreError::UnknownSession(id.to_owned()))
    }
}

impl Session {
    fn last_seq(&self) -> u64 {
        self.events.last().map_or(0, |event| event.seq)
    }

    fn row(&self) -> SessionRow {
        SessionRow {
            summary: self.summary.clone(),
            last_seq: self.last_seq(),
        }
    }

    fn holding(&self) -> Holding {
        // Memory has no stored form to measure, so the JSON that a file would hold is.
        let event = |event: &Event| serde_json::to_string(&event.kind).map_or(0, |text| text.len());
        let events: usize = self.events.iter().map(event).sum();
        let value = |change: &SealChange| change.value.as_ref().map_or(0, Vec::len);
        let sealed: usize = self.sealed.values().map(value).sum();
        Holding {
            id: self.summary.id.clone(),
            updated_at: self.summary.updated_at,
            status: self.summary.status.clone(),
            bytes: u64::try_from(events + sealed).unwrap_or(u64::MAX),
        }
    }

    fn append(&mut self, events: Vec<(Millis, EventKind)>) -> Vec<Event> {
        let first = self.last_seq() + 1;
        let numbered: Vec<Event> = (first..)
            .zip(events)
            .map(|(seq, (at, kind))| Event { seq, at, kind })
            .collect();
        for event in &numbered {
            self.summary.updated_at = self.summary.updated_at.max(event.at);
        }
        self.events.extend_from_slice(&numbered);
        numbered
    }

    fn set_summary(&mut self, summary: SessionSummary) {
        self.summary = SessionSummary {
            id: std::mem::take(&mut self.summary.id),
            created_at: self.summary.created_at,
            updated_at: self.summary.updated_at,
            ..summary
        };
    }

    fn seal(&mut self, change: SealChange) {
        if change.value.is_some() {
            self.sealed.insert(change.name.clone(), change);
        } else {
            self.sealed.remove(&change.name);
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn create_session(&self, new: NewSession) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.sessions.contains_key(&new.id) {
            return Err(StoreError::SessionExists(new.id));
        }
        let session = Session {
            summary: new.summary(),
            events: Vec::new(),
            sealed: HashMap::new(),
        };
        state.sessions.insert(new.id, session);
        Ok(())
    }

    async fn commit(&self, id: &str, batch: Batch) -> Result<Vec<Event>, StoreError> {
        let (events, last) = {
            let mut state = self.lock();
            let session = state.session_mut(id)?;
            let events = session.append(batch.events);
            if let Some(summary) = batch.summary {
                session.set_summary(summary);
            }
            batch.sealed.into_iter().for_each(|c| session.seal(c));
            let last = session.last_seq();
            for hash in batch.pending {
                state.pending.insert(hash, id.to_owned());
            }
            (events, last)
        };
        self.watchers.wake(id, last);
        Ok(events)
    }

    async fn events(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let state = self.lock();
        let events = &state.session(id)?.events;
        let skip = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(events.iter().skip(skip).take(limit).cloned().collect())
    }

    async fn last_seq(&self, id: &str) -> Result<u64, StoreError> {
        Ok(self.lock().session(id)?.last_seq())
    }

    async fn watch(&self, id: &str) -> Result<watch::Receiver<u64>, StoreError> {
        // Subscribed under the lock, so a deletion cannot slip in between and leave the channel open.
        let state = self.lock();
        let last = state.session(id)?.last_seq();
        let receiver = self.watchers.subscribe(id);
        self.watchers.wake(id, last);
        Ok(receiver)
    }

    async fn session(&self, id: &str) -> Result<SessionRow, StoreError> {
        Ok(self.lock().session(id)?.row())
    }

    async fn sessions(&self, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        let state = self.lock();
        let mut rows: Vec<_> = state.sessions.values().map(Session::row).collect();
        // Newest first; ids break ties, so that the order is the same in every store.
        rows.sort_by(|a, b| {
            let key = |row: &SessionRow| (row.summary.created_at, row.summary.id.clone());
            key(b).cmp(&key(a))
        });
        rows.truncate(limit);
        Ok(rows)
    }

    async fn holdings(&self) -> Result<Vec<Holding>, StoreError> {
        let state = self.lock();
        let mut holdings: Vec<_> = state.sessions.values().map(Session::holding).collect();
        holdings.sort_by(|a, b| (a.updated_at, &a.id).cmp(&(b.updated_at, &b.id)));
        Ok(holdings)
    }

    async fn delete_sessions(&self, ids: &[String]) -> Result<u64, StoreError> {
        let mut state = self.lock();
        let mut deleted = 0;
        for id in ids {
            deleted += u64::from(state.sessions.remove(id).is_some());
            state.pending.retain(|_, session| session != id);
            self.watchers.close(id);
        }
        Ok(deleted)
    }

    async fn get_sealed(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let state = self.lock();
        let sealed = state.session(id)?.sealed.get(name);
        Ok(sealed.and_then(|change| change.value.clone()))
    }

    async fn sealed_under(
        &self,
        id: &str,
        prefix: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let state = self.lock();
        let sealed = state.session(id)?.sealed.values();
        let under = sealed.filter(|change| change.name.starts_with(prefix));
        let mut found: Vec<_> = under
            .filter_map(|change| Some((change.name.clone(), change.value.clone()?)))
            .collect();
        found.sort();
        Ok(found)
    }

    async fn find_pending(&self, state_hash: &str) -> Result<Option<String>, StoreError> {
        Ok(self.lock().pending.get(state_hash).cloned())
    }

    async fn keep(&self, kind: &str, id: &str, value: &[u8]) -> Result<(), StoreError> {
        let place = (kind.to_owned(), id.to_owned());
        self.lock().kept.insert(place, value.to_vec());
        Ok(())
    }

    async fn kept(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let state = self.lock();
        let of_kind = state.kept.iter().filter(|((k, _), _)| k == kind);
        Ok(of_kind
            .map(|((_, id), value)| (id.clone(), value.clone()))
            .collect())
    }

    async fn forget(&self, kind: &str, id: &str) -> Result<bool, StoreError> {
        let place = (kind.to_owned(), id.to_owned());
        Ok(self.lock().kept.remove(&place).is_some())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
