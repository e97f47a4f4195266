//! Wakes the readers of a session in this process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// One channel per session that somebody reads.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    channels: Mutex<HashMap<String, watch::Sender<u64>>>,
}

impl Watchers {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<u64>>> {
        // The map holds no half-made state, so a panic of another holder does not spoil it.
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A receiver for a session; its first value may be older than the log, see [`Watchers::wake`].
    pub(crate) fn subscribe(&self, id: &str) -> watch::Receiver<u64> {
        let mut channels = self.lock();
        channels
            .entry(id.to_owned())
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }

    /// Tells the readers of a session that the log reaches `seq`. Never goes back.
    pub(crate) fn wake(&self, id: &str, seq: u64) {
        let mut channels = self.lock();
        let Some(sender) = channels.get(id) else {
            return;
        };
        if sender.receiver_count() == 0 {
            channels.remove(id);
            return;
        }
        sender.send_if_modified(|last| {
            let newer = seq > *last;
            *last = seq.max(*last);
            newer
        });
    }

    /// The sessions that somebody reads, and a few that nobody reads any more.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Closes the channels of a session that is gone.
    pub(crate) fn close(&self, id: &str) {
        self.lock().remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_goes_back_and_forgets_sessions_nobody_reads() {
        let watchers = Watchers::default();
        let receiver = watchers.subscribe("a");
        watchers.wake("a", 5);
        watchers.wake("a", 3);
        assert_eq!(*receiver.borrow(), 5);
        drop(receiver);
        watchers.wake("a", 6);
        assert!(watchers.lock().is_empty());
    }
}
