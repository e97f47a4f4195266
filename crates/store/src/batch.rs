//! What goes into the store at once, and the rows that come out of it.

use authscope_model::api::SessionSummary;
use authscope_model::{EventKind, Millis};

/// A session to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Public id, made by the caller.
    pub id: String,
    /// When it was made.
    pub created_at: Millis,
    /// Title.
    pub title: String,
    /// URL of the MCP server, masked.
    pub server_url: String,
}

impl NewSession {
    /// What the list says about a session that has no events yet.
    #[must_use]
    pub fn summary(&self) -> SessionSummary {
        SessionSummary {
            id: self.id.clone(),
            title: self.title.clone(),
            server_url: self.server_url.clone(),
            created_at: self.created_at,
            updated_at: self.created_at,
            status: "ready".into(),
            verdict: String::new(),
            failures: 0,
            warnings: 0,
            exchanges: 0,
        }
    }
}

/// One session as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// What the list shows.
    pub summary: SessionSummary,
    /// Number of the last event, 0 when there is none.
    pub last_seq: u64,
}

/// What one session takes: enough to decide whether it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The session.
    pub id: String,
    /// When its last event was made.
    pub updated_at: Millis,
    /// Its status, as [`SessionSummary::status`].
    pub status: String,
    /// Bytes of its events and sealed values.
    pub bytes: u64,
}

/// A change of one sealed value.
#[derive(Clone, PartialEq, Eq)]
pub struct SealChange {
    /// Name of the value within the session.
    pub name: String,
    /// The plain bytes; `None` removes the value.
    pub value: Option<Vec<u8>>,
}

impl std::fmt::Debug for SealChange {
    // The bytes are secrets: they must not reach a log by way of `{:?}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = self.value.as_ref().map(Vec::len);
        f.debug_struct("SealChange")
            .field("name", &self.name)
            .field("length", &length)
            .finish()
    }
}

/// Changes of one session that belong together: all of them are written, or none.
///
/// A flow's state and the events that tell how it got there go into one batch, so that after a crash
/// the two agree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// Events, in order.
    pub events: Vec<(Millis, EventKind)>,
    /// Sealed values to write or remove.
    pub sealed: Vec<SealChange>,
    /// Hashes of `state` this session waits for.
    pub pending: Vec<String>,
    /// What the list of sessions shall say from now on.
    pub summary: Option<SessionSummary>,
    /// Written by the session's runner, which took it in this epoch: when another one has taken it since, nothing is
    /// written. Of stores that several processes can use ([`crate::Instances`]).
    pub epoch: Option<u64>,
    /// The message that this follows from: it is marked as done.
    pub mail: Option<i64>,
    /// Takes the session away from whoever runs it.
    pub frees: bool,
}

impl Batch {
    /// Events alone.
    #[must_use]
    pub fn of_events(events: Vec<(Millis, EventKind)>) -> Self {
        Self {
            events,
            ..Self::default()
        }
    }

    /// With a value sealed under a name.
    #[must_use]
    pub fn seal(mut self, name: &str, value: &[u8]) -> Self {
        self.sealed.push(SealChange {
            name: name.into(),
            value: Some(value.to_vec()),
        });
        self
    }

    /// With a sealed value removed.
    #[must_use]
    pub fn unseal(mut self, name: &str) -> Self {
        self.sealed.push(SealChange {
            name: name.into(),
            value: None,
        });
        self
    }

    /// With a callback to wait for.
    #[must_use]
    pub fn pending(mut self, state_hash: &str) -> Self {
        self.pending.push(state_hash.into());
        self
    }

    /// With a summary. Its id and times are ignored: the store knows them better.
    #[must_use]
    pub fn summary(mut self, summary: SessionSummary) -> Self {
        self.summary = Some(summary);
        self
    }
}
