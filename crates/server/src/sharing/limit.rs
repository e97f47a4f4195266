//! Slows down who guesses: links that lead nowhere are counted by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Wrong links one address may open in a window.
const MOST: u32 = 30;
/// Length of the window (ms).
const WINDOW: u64 = 60_000;
/// Addresses that are remembered.
const ADDRESSES: usize = 10_000;

/// Links that were tried in vain.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<HashMap<Option<IpAddr>, (u64, u32)>>);

impl Tries {
    /// Seconds to wait when this address has tried too often.
    pub(crate) fn wait(&self, address: Option<IpAddr>, now: u64) -> Option<u64> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, count) = tries.get(&address).copied()?;
        let left = (began + WINDOW).saturating_sub(now);
        (left > 0 && count >= MOST).then(|| left.div_ceil(1000))
    }

    /// Counts a link that led nowhere.
    pub(crate) fn failed(&self, address: Option<IpAddr>, now: u64) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= ADDRESSES {
            tries.retain(|_, (began, _)| *began + WINDOW > now);
        }
        if tries.len() >= ADDRESSES {
            return;
        }
        let entry = tries.entry(address).or_insert((now, 0));
        if entry.0 + WINDOW <= now {
            *entry = (now, 0);
        }
        entry.1 = entry.1.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_wrong_links_wait_and_are_forgiven() {
        let tries = Tries::default();
        for _ in 0..MOST {
            assert_eq!(tries.wait(None, 10), None);
            tries.failed(None, 10);
        }
        assert_eq!(tries.wait(None, 10), Some(60));
        assert_eq!(tries.wait(Some([127, 0, 0, 1].into()), 10), None);
        assert_eq!(tries.wait(None, 10 + WINDOW), None);
        tries.failed(None, 10 + WINDOW);
        assert_eq!(tries.wait(None, 11 + WINDOW), None);
    }
}
