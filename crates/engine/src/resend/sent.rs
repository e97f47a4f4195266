//! Which masked values a session sent, and to which origins. Part of the vault.

use authscope_model::mask::marked::Marked;
use serde::{Deserialize, Serialize};

/// Bytes of values that are kept; what was not sent for the longest time goes first.
const MOST_BYTES: usize = 64 * 1024;
/// Origins that are kept for one value.
const MOST_ORIGINS: usize = 16;

/// A value and where it went.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) marked: Marked,
    pub(crate) origins: Vec<String>,
}

/// The value behind a hash.
pub(crate) fn find<'a>(sent: &'a [Sent], hash: &str) -> Option<&'a Sent> {
    sent.iter().find(|sent| sent.marked.hash == hash)
}

/// Notes what a request to an origin carried.
pub(crate) fn note(sent: &mut Vec<Sent>, origin: &str, carried: Vec<Marked>) {
    for marked in carried {
        let before = sent.iter().position(|s| s.marked.hash == marked.hash);
        let mut entry = match before.map(|at| sent.remove(at)) {
            // Of a token that turns up by its signature alone, the whole is kept.
            Some(known) if known.marked.token || !marked.token => known,
            Some(known) => Sent { marked, ..known },
            None => Sent {
                marked,
                origins: Vec::new(),
            },
        };
        if !entry.origins.iter().any(|known| known == origin) && entry.origins.len() < MOST_ORIGINS
        {
            entry.origins.push(origin.to_owned());
        }
        sent.push(entry);
    }
    let bytes = |sent: &[Sent]| sent.iter().map(|s| s.marked.value.len()).sum::<usize>();
    while bytes(sent) > MOST_BYTES && !sent.is_empty() {
        sent.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(hash: &str, value: &str, token: bool) -> Marked {
        Marked {
            hash: hash.into(),
            value: value.into(),
            token,
        }
    }

    #[test]
    fn a_value_is_kept_once_with_all_its_origins() {
        let mut sent = Vec::new();
        note(
            &mut sent,
            "https://a:443",
            vec![marked("aaaaaa", "sig", false)],
        );
        note(
            &mut sent,
            "https://b:443",
            vec![marked("aaaaaa", "h.p.sig", true)],
        );
        note(
            &mut sent,
            "https://b:443",
            vec![marked("aaaaaa", "sig", false)],
        );
        let found = find(&sent, "aaaaaa").unwrap();
        assert_eq!(found.marked.value, "h.p.sig");
        assert_eq!(found.origins, ["https://a:443", "https://b:443"]);
        assert_eq!(sent.len(), 1);
        assert!(find(&sent, "bbbbbb").is_none());
    }

    #[test]
    fn the_oldest_value_goes_when_there_are_too_many() {
        let long = "x".repeat(MOST_BYTES / 2);
        let mut sent = Vec::new();
        note(&mut sent, "o", vec![marked("000001", &long, false)]);
        note(&mut sent, "o", vec![marked("000002", &long, false)]);
        // Sent again, so it is not the oldest any more.
        note(&mut sent, "o", vec![marked("000001", &long, false)]);
        note(&mut sent, "o", vec![marked("000003", "short", false)]);
        assert!(find(&sent, "000002").is_none());
        assert!(find(&sent, "000001").is_some() && find(&sent, "000003").is_some());
    }
}
