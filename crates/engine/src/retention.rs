//! How long sessions are kept, and deleting those whose time is over.

use crate::{Engine, EngineError};
use authscope_store::Holding;
use std::time::Duration;

/// What is kept. A limit that is `None` does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// A session that is not finished, after its last event.
    pub live: Option<Duration>,
    /// A finished session, after its last event.
    pub finished: Option<Duration>,
    /// Sessions in total.
    pub sessions: Option<u64>,
    /// Bytes of all sessions' events and sealed values in total.
    pub bytes: Option<u64>,
}

/// What a sweep deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Sessions whose time was over.
    pub expired: u64,
    /// Sessions beyond the totals.
    pub surplus: u64,
}

impl Retention {
    fn limit(&self, status: &str) -> Option<Duration> {
        if status == "finished" {
            self.finished
        } else {
            self.live
        }
    }

    /// When a session with this status and last event is deleted, in ms since the epoch; `None`: not by its age.
    #[must_use]
    pub fn until(&self, status: &str, updated_at: u64) -> Option<u64> {
        let limit = u64::try_from(self.limit(status)?.as_millis()).ok()?;
        Some(updated_at.saturating_add(limit))
    }

    fn is_over(&self, holding: &Holding, now: u64) -> bool {
        let until = self.until(&holding.status, holding.updated_at);
        until.is_some_and(|until| now >= until)
    }

    /// Which of these sessions, quiet for longest first, are to go so that the totals hold. Finished ones go before
    /// those that wait; one that is at work is never taken away for space.
    fn surplus(&self, holdings: &[&Holding]) -> Vec<String> {
        let mut count = u64::try_from(holdings.len()).unwrap_or(u64::MAX);
        let mut bytes = holdings
            .iter()
            .fold(0u64, |sum, h| sum.saturating_add(h.bytes));
        let finished = holdings.iter().filter(|h| h.status == "finished");
        let waiting = holdings
            .iter()
            .filter(|h| !matches!(h.status.as_str(), "finished" | "running"));
        let mut gone = Vec::new();
        for holding in finished.chain(waiting) {
            let fits = self.sessions.is_none_or(|max| count <= max)
                && self.bytes.is_none_or(|max| bytes <= max);
            if fits {
                break;
            }
            count = count.saturating_sub(1);
            bytes = bytes.saturating_sub(holding.bytes);
            gone.push(holding.id.clone());
        }
        gone
    }
}

impl Engine {
    /// Deletes the sessions whose time is over, then the oldest ones until the totals hold.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, retention: &Retention) -> Result<Swept, EngineError> {
        let now = self.shared.clock.now();
        let holdings = self.shared.store.holdings().await?;
        let (over, rest): (Vec<&Holding>, Vec<&Holding>) =
            holdings.iter().partition(|h| retention.is_over(h, now));
        let expired = over.iter().map(|h| h.id.clone()).collect();
        let surplus = retention.surplus(&rest);
        let swept = Swept {
            expired: self.expire(expired).await?,
            surplus: self.expire(surplus).await?,
        };
        if swept != Swept::default() {
            tracing::info!(
                expired = swept.expired,
                surplus = swept.surplus,
                "sessions deleted by the retention"
            );
        }
        Ok(swept)
    }

    /// Sweeps again and again, as long as it is polled. A failure is logged and the next sweep tried.
    pub async fn keep_sweeping(&self, retention: Retention, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.sweep(&retention).await {
                tracing::error!(%error, "the retention could not be applied");
            }
        }
    }

    /// Removes sessions; says how many there were.
    async fn expire(&self, ids: Vec<String>) -> Result<u64, EngineError> {
        if ids.is_empty() {
            return Ok(0);
        }
        // Without its mailbox a session's task ends, and what it has out is given up.
        let mut tasks = self.shared.tasks.lock().await;
        ids.iter().for_each(|id| drop(tasks.remove(id)));
        drop(tasks);
        Ok(self.shared.store.delete_sessions(&ids).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(id: &str, updated_at: u64, status: &str, bytes: u64) -> Holding {
        Holding {
            id: id.into(),
            updated_at,
            status: status.into(),
            bytes,
        }
    }

    #[test]
    fn live_and_finished_sessions_have_their_own_time() {
        let retention = Retention {
            live: Some(Duration::from_secs(1)),
            finished: Some(Duration::from_secs(10)),
            ..Retention::default()
        };
        let over = |status, now| retention.is_over(&holding("s", 1000, status, 0), now);
        for live in ["ready", "running", "paused", "your_turn"] {
            assert!(!over(live, 1999), "{live}");
            assert!(over(live, 2000), "{live}");
        }
        assert!(!over("finished", 10_999));
        assert!(over("finished", 11_000));
        // A clock that was set back deletes nothing.
        assert!(!over("ready", 0));
        assert!(!Retention::default().is_over(&holding("s", 0, "ready", 0), u64::MAX));
    }

    #[test]
    fn totals_take_the_oldest_finished_ones_first_and_never_one_at_work() {
        let all = [
            holding("working", 1, "running", 50),
            holding("waiting", 2, "your_turn", 10),
            holding("old", 3, "finished", 10),
            holding("new", 4, "finished", 10),
        ];
        let all: Vec<&Holding> = all.iter().collect();
        let surplus = |sessions, bytes| {
            let retention = Retention {
                sessions,
                bytes,
                ..Retention::default()
            };
            retention.surplus(&all).join(" ")
        };
        assert_eq!(surplus(None, None), "");
        assert_eq!(surplus(Some(4), Some(80)), "");
        assert_eq!(surplus(Some(3), None), "old");
        assert_eq!(surplus(Some(2), None), "old new");
        assert_eq!(surplus(Some(1), None), "old new waiting");
        assert_eq!(surplus(Some(0), None), "old new waiting");
        assert_eq!(surplus(None, Some(79)), "old");
        assert_eq!(surplus(Some(3), Some(69)), "old new");
    }
}
