//! Links to a session, who watches it, and what they see.
//!
//! What must outlive the process is sealed with the session (`link/…`, `owner/…`, `note/…`, `audit/…`), so that it goes
//! when the session goes and means the same to every process on the same store. Who is connected at this moment is told to
//! the other processes and kept nowhere; how often somebody tried a link in vain is known to this process alone.

pub(crate) mod elsewhere;
pub(crate) mod identity;
pub(crate) mod limit;
pub(crate) mod links;
pub(crate) mod presence;
pub(crate) mod records;
pub(crate) mod view;

use http::HeaderName;
use ipnet::IpNet;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the operator chose about sharing.
#[derive(Debug, Clone)]
pub struct Sharing {
    /// Whether a session belongs to whoever made it. Without it everybody who reaches this instance owns everything
    /// in it, which is right on a machine of one's own.
    pub owned: bool,
    /// The longest time a link may be valid.
    pub longest: Duration,
    /// Header in which a proxy names the person who signed in there.
    pub user_header: Option<HeaderName>,
    /// Networks of the proxies that are believed.
    pub proxies: Vec<IpNet>,
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            owned: false,
            longest: Self::LONGEST,
            user_header: None,
            proxies: Vec::new(),
        }
    }
}

impl Sharing {
    /// The longest time a link may be valid when the operator says nothing: 30 days.
    pub const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

    pub(crate) fn believes(&self, peer: Option<IpAddr>) -> bool {
        peer.is_some_and(|peer| {
            self.proxies
                .iter()
                .any(|net| net.contains(&peer.to_canonical()))
        })
    }
}

/// Sessions whose deletion is remembered.
const GONE: usize = 10_000;

/// What this process knows about sharing beyond the store.
#[derive(Debug, Default)]
pub(crate) struct Runtime {
    pub(crate) sharing: Sharing,
    pub(crate) rooms: presence::Rooms,
    pub(crate) tries: limit::Tries,
    gone: Mutex<VecDeque<String>>,
}

impl Runtime {
    pub(crate) fn new(sharing: Sharing) -> Self {
        Self {
            sharing,
            ..Self::default()
        }
    }

    /// Remembers for a while that a session was deleted, so that its links say so.
    pub(crate) fn deleted(&self, id: &str) {
        let session = id.to_owned();
        self.rooms
            .outbox()
            .say(elsewhere::Said::Deleted { session });
        self.heard_deleted(id);
    }

    /// The same, said by another instance.
    pub(crate) fn heard_deleted(&self, id: &str) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if gone.len() >= GONE {
            gone.pop_front();
        }
        gone.push_back(id.to_owned());
    }

    pub(crate) fn was_deleted(&self, id: &str) -> bool {
        let gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.iter().any(|it| it == id)
    }
}
