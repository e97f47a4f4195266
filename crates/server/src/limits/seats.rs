//! Places at event streams, taken when a stream begins and given back when it is dropped.

use super::Limits;
use crate::problem::Problem;
use http::StatusCode;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Seconds after which somebody may try again.
const AGAIN: u64 = 10;

/// The places that are taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Seats(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    sessions: HashMap<String, usize>,
    clients: HashMap<Option<IpAddr>, usize>,
    all: usize,
}

impl Seats {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        // Every change below is made in full before the lock is given back.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(
        &self,
        limits: &Limits,
        session: &str,
        client: Option<IpAddr>,
    ) -> Result<Seat, Problem> {
        let mut taken = self.lock();
        let of_session = taken.sessions.get(session).copied().unwrap_or(0);
        let of_client = taken.clients.get(&client).copied().unwrap_or(0);
        for (there, limit, whose, setting) in [
            (
                of_session,
                limits.viewers,
                "this session",
                "--limit-viewers",
            ),
            (of_client, limits.viewers, "your address", "--limit-viewers"),
            (
                taken.all,
                limits.streams,
                "this authscope",
                "--limit-streams",
            ),
        ] {
            if limit.is_some_and(|limit| there >= limit) {
                return Err(full(there, whose, setting));
            }
        }
        *taken.sessions.entry(session.to_owned()).or_default() += 1;
        *taken.clients.entry(client).or_default() += 1;
        taken.all += 1;
        Ok(Seat {
            seats: self.clone(),
            session: session.to_owned(),
            client,
        })
    }
}

fn full(there: usize, whose: &str, setting: &str) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-viewers",
        "Too many are watching",
        format!(
            "{there} connections to events are open for {whose}, the most that {setting} allows. What is recorded can be \
             read all the same; reload when somebody has left."
        ),
    )
    .retry_after(AGAIN)
}

/// A place at an event stream.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Seats,
    session: String,
    client: Option<IpAddr>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.all = taken.all.saturating_sub(1);
        leave(&mut taken.sessions, &self.session);
        leave(&mut taken.clients, &self.client);
    }
}

fn leave<K: Eq + std::hash::Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_given_back() {
        let limits = Limits {
            viewers: Some(2),
            streams: Some(3),
            ..Limits::default()
        };
        let seats = Seats::default();
        let take = |session: &str, last: u8| {
            let seat = seats.take(&limits, session, Some([192, 0, 2, last].into()));
            seat.map_err(|problem| problem.detail().to_owned())
        };
        let first = take("a", 1).unwrap();
        let second = take("a", 2).unwrap();
        assert!(
            take("a", 3)
                .unwrap_err()
                .contains("this session, the most that --limit-viewers")
        );
        let third = take("b", 1).unwrap();
        drop(second);
        assert!(take("c", 1).unwrap_err().contains("your address"));
        let fourth = take("c", 3).unwrap();
        assert!(take("d", 4).unwrap_err().contains("--limit-streams"));
        drop((first, third, fourth));
        let taken = seats.lock();
        assert_eq!(taken.all, 0);
        assert!(taken.sessions.is_empty() && taken.clients.is_empty());
    }
}
