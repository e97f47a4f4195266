//! Secrets known by value, wherever they turn up: as they are, and in base64 at any alignment.
//!
//! Percent-, JSON- and HTML-escaping are taken off by the caller, layer by layer.

use super::find::{Span, slice};
use super::view::{View, canonical};
use super::{KnownSecret, Masker, jwt, shape};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::HashMap;

/// Secrets learned from one exchange: more than any has, and few enough that one made of nothing else costs little.
pub(super) const MOST: usize = 256;
/// Bytes of them in all: what is built to search for them takes many times as much.
pub(super) const MOST_BYTES: usize = 64 * 1024;
/// Longer values are masked only where a name says so: no header carries them.
const LONGEST: usize = 64 * 1024;
/// From so many bytes of values on, the search is built small instead of quick.
const MANY: usize = 2 * 1024;
/// Shorter values are masked only where a name says so.
const SHORTEST: usize = 6;
/// Values shorter than this must stand alone, so that no word is torn apart.
const ANYWHERE: usize = 16;
/// The beginning of a secret at the very end of a text (a cut body) counts from this length on.
const SHORTEST_STUMP: usize = 8;
/// Base64 of the shortest value, less what falls into its neighbours.
const SHORTEST_RUN: usize = 8;
/// Base64 in base64 is looked into, more is not.
const BASE64_DEPTH: usize = 2;

/// The search structure over the known values.
#[derive(Debug, Clone, Default)]
pub(super) struct Needles {
    search: Option<AhoCorasick>,
    /// Which secret each pattern belongs to.
    owners: Vec<usize>,
    /// Which secret each value is.
    values: HashMap<String, usize>,
}

impl Needles {
    /// Which secret a value is.
    pub(super) fn index_of(&self, value: &str) -> Option<usize> {
        self.values.get(value).copied()
    }

    pub(super) fn new(known: &[KnownSecret]) -> Self {
        let mut patterns = Vec::new();
        let mut owners = Vec::new();
        let mut values = HashMap::new();
        for (index, secret) in known.iter().enumerate() {
            patterns.push(secret.value.clone());
            owners.push(index);
            values.entry(secret.value.clone()).or_insert(index);
            // A layer that is not an escape but looks like one comes off as well.
            let plain = canonical(&secret.value);
            if plain != secret.value && plain.len() >= SHORTEST {
                patterns.push(plain.into_owned());
                owners.push(index);
            }
        }
        let bytes: usize = patterns.iter().map(String::len).sum();
        let small = (bytes > MANY).then_some(AhoCorasickKind::ContiguousNFA);
        let search = AhoCorasick::builder()
            .kind(small)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .ok();
        Self {
            search,
            owners,
            values,
        }
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
    (SHORTEST..=LONGEST).contains(&value.len())
        && !(plain && value.len() < 12)
        && !shape::is_placeholder(value)
}

/// Whether a value found by its name is safe to search for everywhere: long and not a word or a phrase.
pub(super) fn worth_learning(value: &str) -> bool {
    let bytes = value.as_bytes();
    let digits = bytes.iter().any(u8::is_ascii_digit);
    let letters = bytes.iter().any(u8::is_ascii_alphabetic);
    let spaced = bytes.iter().any(u8::is_ascii_whitespace);
    (12..=LONGEST / 4).contains(&value.len())
        && letters
        && (digits || value.len() >= 32)
        && !spaced
        && !value.contains("://")
}

/// Finds every known value.
pub(super) fn scan(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    if masker.known.is_empty() {
        return;
    }
    plain(masker, bytes, spans);
    if masker.cut {
        stump(masker, bytes, spans);
    }
    in_base64(masker, bytes, BASE64_DEPTH, spans);
}

fn plain(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let Some(search) = &masker.needles.search else {
        return;
    };
    for found in search.find_iter(bytes) {
        let owner = masker.needles.owners.get(found.pattern().as_usize());
        let Some(secret) = owner.and_then(|index| masker.known.get(*index)) else {
            continue;
        };
        let anywhere = secret.value.len() >= ANYWHERE;
        if anywhere || stands_alone(bytes, found.start(), found.end()) {
            spans.push(Span {
                start: found.start(),
                end: found.end(),
                with: masker.mask(&secret.kind, &secret.value),
                known: true,
            });
        }
    }
}

fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let before = start.checked_sub(1).and_then(|i| bytes.get(i));
    let after = bytes.get(end);
    !before.is_some_and(is_word) && !after.is_some_and(is_word)
}

/// The beginning of a secret at the end of the text.
fn stump(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    for secret in masker.known.iter() {
        let length = overlap(secret.value.as_bytes(), bytes);
        if length >= SHORTEST_STUMP {
            let start = bytes.len() - length;
            let cut = String::from_utf8_lossy(slice(bytes, start, bytes.len())).into_owned();
            spans.push(Span {
                start,
                end: bytes.len(),
                with: masker.whole(&secret.kind, &cut),
                known: true,
            });
        }
    }
}

/// How many of the first bytes of a value are the last ones of a text, the whole value excepted. In one pass over both
/// (Knuth, Morris, Pratt): a server chooses values and text, and could make a search at every length take for ever.
fn overlap(value: &[u8], text: &[u8]) -> usize {
    let text = slice(
        text,
        text.len().saturating_sub(value.len().saturating_sub(1)),
        text.len(),
    );
    if text.is_empty() {
        return 0;
    }
    // For each place, how many bytes up to it are a beginning of the value; the text follows the value.
    let mut borders: Vec<usize> = Vec::with_capacity(value.len() + text.len());
    for (index, byte) in value.iter().chain(text).enumerate() {
        let mut length = match index.checked_sub(1) {
            Some(before) => borders.get(before).copied().unwrap_or(0),
            None => {
                borders.push(0);
                continue;
            }
        };
        // Where the text begins, nothing of the value reaches over into it.
        if index == value.len() {
            length = 0;
        }
        while length > 0 && (length >= value.len() || value.get(length) != Some(byte)) {
            length = length
                .checked_sub(1)
                .and_then(|l| borders.get(l).copied())
                .unwrap_or(0);
        }
        borders.push(length + usize::from(value.get(length) == Some(byte)));
    }
    borders.last().copied().unwrap_or(0)
}

/// Decodes every run of base64 characters at its four alignments and searches the result.
fn in_base64(masker: &Masker, bytes: &[u8], depth: usize, spans: &mut Vec<Span>) {
    let mut from = 0;
    while from < bytes.len() {
        let rest = bytes.get(from..).unwrap_or_default();
        let run = rest.iter().take_while(|b| sextet(**b).is_some()).count();
        if run >= SHORTEST_RUN {
            for offset in 0..4.min(run) {
                let start = from + offset;
                in_run(masker, slice(bytes, start, from + run), start, depth, spans);
            }
        }
        from += run + 1;
    }
}

fn in_run(masker: &Masker, run: &[u8], start: usize, depth: usize, spans: &mut Vec<Span>) {
    let decoded = decode(run);
    let mut found = Vec::new();
    plain(masker, &decoded, &mut found);
    if depth > 1 && decoded.iter().filter(|b| b.is_ascii_graphic()).count() == decoded.len() {
        in_base64(masker, &decoded, depth - 1, &mut found);
    }
    if let Some(view) = View::of(&decoded).next() {
        let mut deeper = Vec::new();
        plain(masker, view.bytes(), &mut deeper);
        found.extend(deeper.into_iter().map(|span| {
            let (start, end) = view.original(span.start, span.end);
            Span { start, end, ..span }
        }));
    }
    for span in found {
        let end = (span.end * 4).div_ceil(3).min(run.len());
        spans.push(Span {
            start: start + span.start * 4 / 3,
            end: start + end,
            ..span
        });
    }
}

/// Value of a base64 or base64url character.
const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn decode(run: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(run.len() * 3 / 4 + 1);
    for quad in run.chunks(4) {
        let mut bits: u32 = 0;
        for index in 0..4 {
            let value = quad.get(index).copied().and_then(sextet).unwrap_or(0);
            bits = (bits << 6) | u32::from(value);
        }
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend(bytes.iter().take(quad.len().saturating_sub(1)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_the_longest_one() {
        let slowly = |value: &[u8], text: &[u8]| {
            let lengths = (0..value.len()).rev();
            lengths
                .into_iter()
                .find(|n| text.ends_with(&value[..*n]))
                .unwrap_or(0)
        };
        for value in ["secret-value", "aaaaaaab", "abababab", "a", "aabaaab"] {
            for text in [
                "",
                "x",
                "a secret-val",
                "secret-value",
                "aaaaaaa",
                "ab",
                "xabababab",
                "aabaa",
                "baabaaaabaaa",
            ] {
                let (value, text) = (value.as_bytes(), text.as_bytes());
                assert_eq!(
                    overlap(value, text),
                    slowly(value, text),
                    "{value:?} {text:?}"
                );
            }
        }
    }
}
