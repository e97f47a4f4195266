//! So many in a minute, all at once or spread out (the generic cell rate algorithm: one number per key).
//!
//! Written here instead of taken from a crate because the number of keys is bounded: whoever comes from ever new
//! addresses costs no memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// The window (µs).
const MINUTE: u64 = 60_000_000;
/// Keys that are told apart; beyond that, new ones share one allowance.
const KEYS: usize = 10_000;

/// A rate for each key.
#[derive(Debug)]
pub(super) struct Rate<K> {
    /// What one costs (µs); 0: nothing is counted.
    cost: u64,
    state: Mutex<Keys<K>>,
}

/// For each key, when what it took is paid back (µs).
#[derive(Debug)]
struct Keys<K> {
    told_apart: HashMap<K, u64>,
    others: u64,
}

impl<K: Eq + Hash> Rate<K> {
    pub(super) fn new(in_a_minute: Option<u32>) -> Self {
        let state = Keys {
            told_apart: HashMap::new(),
            others: 0,
        };
        Self {
            cost: in_a_minute.map_or(0, |count| MINUTE / u64::from(count.max(1))),
            state: Mutex::new(state),
        }
    }

    /// Takes so many, or says how many seconds to wait until they can be taken.
    pub(super) fn take(&self, key: K, count: u32, now: u64) -> Result<(), u64> {
        if self.cost == 0 {
            return Ok(());
        }
        // Each change is one number; a panic elsewhere cannot leave half of it.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let paid_at = state.paid_at(key, now);
        let after = (*paid_at).max(now) + self.cost * u64::from(count);
        let over = after.saturating_sub(now + MINUTE);
        if over > 0 {
            return Err(over.div_ceil(1_000_000));
        }
        *paid_at = after;
        Ok(())
    }
}

impl<K: Eq + Hash> Keys<K> {
    fn paid_at(&mut self, key: K, now: u64) -> &mut u64 {
        let full = self.told_apart.len() >= KEYS && !self.told_apart.contains_key(&key);
        if full {
            self.told_apart.retain(|_, paid_at| *paid_at > now);
        }
        if full && self.told_apart.len() >= KEYS {
            return &mut self.others;
        }
        self.told_apart.entry(key).or_insert(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_minute_and_then_at_that_pace() {
        let rate = Rate::new(Some(60));
        for _ in 0..60 {
            assert_eq!(rate.take("a", 1, 0), Ok(()));
        }
        assert_eq!(rate.take("a", 1, 0), Err(1));
        assert_eq!(rate.take("a", 30, 0), Err(30));
        assert_eq!(rate.take("b", 1, 0), Ok(()));
        assert_eq!(rate.take("a", 1, 1_000_000), Ok(()));
        assert_eq!(rate.take("a", 1, 1_000_000), Err(1));
        assert_eq!(rate.take("a", 60, 61_000_000), Ok(()));
        assert_eq!(rate.take("a", 1, 61_000_000), Err(1));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let rate = Rate::new(None);
        for _ in 0..100_000 {
            assert_eq!(rate.take((), 1, 0), Ok(()));
        }
        assert!(rate.state.lock().unwrap().told_apart.is_empty());
    }

    #[test]
    fn ever_new_keys_share_what_is_left() {
        let rate = Rate::new(Some(2));
        for key in 0..KEYS {
            assert_eq!(rate.take(key, 1, 0), Ok(()));
        }
        let new: Vec<_> = (KEYS..KEYS + 5)
            .map(|key| rate.take(key, 1, 0).is_ok())
            .collect();
        assert_eq!(new, [true, true, false, false, false]);
        assert_eq!(rate.take(0, 1, 0), Ok(()), "those known go on");
        // A minute later the old ones have been forgotten.
        assert_eq!(rate.take(KEYS + 9, 1, MINUTE), Ok(()));
        assert_eq!(rate.state.lock().unwrap().told_apart.len(), 1);
    }
}
