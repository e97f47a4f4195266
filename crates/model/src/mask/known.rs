//! Secrets known by value, wherever they turn up.

use super::find::{Span, slice};
use super::{KnownSecret, Masker, jwt};

/// The search structure over the known values.
#[derive(Debug, Clone, Default)]
pub(super) struct Needles {
    search: Option<aho_corasick::AhoCorasick>,
}

/// Shorter values are masked only where a name says so.
const SHORTEST: usize = 6;
/// Values shorter than this must stand alone, so that no word is torn apart.
const ANYWHERE: usize = 16;

impl Needles {
    pub(super) fn new(known: &[KnownSecret]) -> Self {
        let values = known.iter().map(|k| k.value.as_bytes());
        let search = aho_corasick::AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(values)
            .ok();
        Self { search }
    }
}

/// Of a JWT only the signature is secret: header and payload stay readable everywhere.
pub(super) fn essential(secret: KnownSecret) -> KnownSecret {
    match jwt::signature(&secret.value) {
        Some(signature) => KnownSecret {
            kind: "signature".to_owned(),
            value: signature.to_owned(),
        },
        None => secret,
    }
}

/// Whether a value can be searched for without tearing ordinary words apart.
pub(super) fn searchable(value: &str) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_lowercase());
    value.len() >= SHORTEST && !(plain && value.len() < 12)
}

/// Finds every known value.
pub(super) fn scan(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let Some(search) = &masker.needles.search else {
        return;
    };
    for found in search.find_iter(bytes) {
        let Some(secret) = masker.known.get(found.pattern().as_usize()) else {
            continue;
        };
        if secret.value.len() >= ANYWHERE || stands_alone(bytes, found.start(), found.end()) {
            spans.push(Span {
                start: found.start(),
                end: found.end(),
                with: masker.mask(&secret.kind, &secret.value),
            });
        }
    }
}

fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let before = start.checked_sub(1).and_then(|i| bytes.get(i));
    let after = slice(bytes, end, end + 1).first();
    !before.is_some_and(is_word) && !after.is_some_and(is_word)
}
