//! Time and randomness that are the same in every run, and a recording without what differs all the same.

use authscope_engine::{Clock, Entropy};
use authscope_model::{Event, Millis};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};

/// 2026-06-01T00:00:00Z, in seconds since 1970.
pub const BEGIN: u64 = 1_780_272_000;

/// A clock that goes on by a few milliseconds whenever it is read.
pub struct StillClock(AtomicU64);

impl Default for StillClock {
    fn default() -> Self {
        Self(AtomicU64::new(BEGIN * 1000))
    }
}

impl Clock for StillClock {
    fn now(&self) -> Millis {
        self.0.fetch_add(7, Ordering::Relaxed)
    }
}

/// Bytes from a seed.
pub struct Seeded(AtomicU64);

impl Seeded {
    /// A stream of its own for each name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        // FNV-1a; it only has to differ.
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            // SplitMix64.
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
            for (to, from) in chunk.iter_mut().zip(bytes) {
                *to = from;
            }
        }
    }
}

/// A recording as a file, one event a line: times measured and `Date` headers are made the same.
///
/// # Errors
/// When an event cannot be written as JSON.
pub fn file(events: Vec<Event>) -> serde_json::Result<String> {
    let recording = authscope_model::Recording::new(events);
    let lines = recording.events.iter().map(|event| {
        let mut value = serde_json::to_value(event)?;
        settle(&mut value);
        serde_json::to_string(&value)
    });
    let lines: Vec<String> = lines.collect::<serde_json::Result<_>>()?;
    Ok(format!(
        "{{\"format\":\"{}\",\"version\":\"{}\",\"events\":[\n{}\n]}}\n",
        recording.format,
        recording.version,
        lines.join(",\n")
    ))
}

fn settle(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(settle),
        Value::Object(members) => {
            let date = members
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| name.eq_ignore_ascii_case("date"));
            for (name, member) in members.iter_mut() {
                if name.ends_with("_us") && member.is_u64() {
                    *member = 1000.into();
                } else if date && name == "value" {
                    *member = "Mon, 01 Jun 2026 00:00:00 GMT".into();
                } else {
                    settle(member);
                }
            }
        }
        _ => {}
    }
}
