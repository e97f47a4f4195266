//! Masks as a person edits around them: which values were masked in a request that was sent, what stands for each in
//! a draft of it, and where these placeholders are in a text.
//!
//! What was masked is told by the masker, never read back from masked text: a server that makes us repeat a text of its
//! own could write something that looks like the mask of a secret.

use super::names;
use super::{Masker, view};
use crate::{Header, RawRequest, RawResponse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

/// A value that was masked in a request. Run time and vault only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The six hexadecimal digits in its mask.
    pub hash: String,
    /// The value, without escaping.
    pub value: String,
    /// Whether it is a JWT of which the signature alone is masked.
    pub token: bool,
}

impl fmt::Debug for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Marked");
        shown.field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// Where masked values go while they are collected, by hash.
pub(super) type Marks = Arc<Mutex<BTreeMap<String, Marked>>>;

impl Masker {
    /// The values that are masked in a request.
    #[must_use]
    pub fn marked(&self, raw: &RawRequest) -> Vec<Marked> {
        self.marking(|masker| {
            let _ = masker.request(raw);
        })
    }

    /// The values that are masked in an answer.
    #[must_use]
    pub fn marked_in_answer(&self, raw: &RawResponse) -> Vec<Marked> {
        self.marking(|masker| {
            let _ = masker.response(raw);
        })
    }

    /// Runs something with a masker that collects what it masks.
    fn marking(&self, run: impl FnOnce(&Self)) -> Vec<Marked> {
        let marks = Marks::default();
        let masker = Self {
            marks: Some(Arc::clone(&marks)),
            ..self.clone()
        };
        run(&masker);
        let found = marks.lock().map(|mut found| std::mem::take(&mut *found));
        found.unwrap_or_default().into_values().collect()
    }

    /// Notes a value that is masked. A token counts for more than its signature.
    pub(super) fn mark(&self, hash: &str, value: &str, token: bool) {
        let Some(mut marks) = self.marks.as_ref().and_then(|marks| marks.lock().ok()) else {
            return;
        };
        if token || !marks.contains_key(hash) {
            let marked = Marked {
                hash: hash.to_owned(),
                value: value.to_owned(),
                token,
            };
            marks.insert(hash.to_owned(), marked);
        }
    }

    /// Notes a JWT under the hash of what is masked of it.
    pub(super) fn mark_token(&self, secret: &str, token: &str) {
        if self.marks.is_some() {
            self.mark(&self.hash(&view::canonical(secret)), token, true);
        }
    }
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A placeholder, its brackets included.
    Placeholder(&'a str),
}

/// Splits a text at its placeholders: whatever stands between `⟨` and `⟩`.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((start, end)) = next(rest) {
        let (before, tail) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let (inside, after) = tail.split_at_checked(end - start).unwrap_or((tail, ""));
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        found.push(Piece::Placeholder(inside));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// Where the first placeholder begins and ends.
fn next(text: &str) -> Option<(usize, usize)> {
    let start = text.find('⟨')?;
    let length = text.get(start..)?.find('⟩')?;
    Some((start, start + length + '⟩'.len_utf8()))
}

/// The six digits by which a placeholder names its value.
#[must_use]
pub fn hash_of(placeholder: &str) -> Option<&str> {
    let inside = placeholder.strip_suffix('⟩')?;
    let (_, digits) = inside
        .rsplit_once("%23")
        .or_else(|| inside.rsplit_once('#'))?;
    let is_hash = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then_some(digits)
}

/// A masked text as it is edited: one placeholder for each value of which anything is masked.
///
/// `known` finds the value behind a hash; what it does not know stays as it was recorded.
pub fn draft<'a>(text: &str, known: impl Fn(&str) -> Option<&'a Marked>) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        let whole = match piece {
            Piece::Text(plain) => {
                out.push_str(plain);
                continue;
            }
            Piece::Placeholder(whole) => whole.replace("%23", "#"),
        };
        match hash_of(&whole).and_then(&known) {
            Some(marked) if marked.token => {
                take_stump(&mut out);
                out.push_str(&format!("⟨JWT · #{}⟩", marked.hash));
            }
            Some(marked) => {
                take_start(&mut out, &whole, &marked.value);
                out.push_str(&whole);
            }
            None => out.push_str(&whole),
        }
    }
    out
}

/// Header and payload of a token stand before the mask of its signature.
fn take_stump(out: &mut String) {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let run = out.trim_end_matches(part).len();
    let stump = out.get(run..).unwrap_or_default();
    // A JSON object in base64 begins so.
    let begin = ["ey", "ew"]
        .iter()
        .filter_map(|start| stump.find(start))
        .min();
    if let Some(begin) = begin {
        out.truncate(run + begin);
    }
}

/// The first characters of a shortened value stand before its mask.
fn take_start(out: &mut String, whole: &str, value: &str) {
    let kind = whole.trim_start_matches('⟨').split(" · ").next();
    if !kind.is_some_and(names::is_shortened) {
        return;
    }
    let keep = (value.chars().count() / 2).min(4);
    let start: String = value.chars().take(keep).collect();
    if out.ends_with(&start) {
        out.truncate(out.len() - start.len());
    }
}

/// Whether a header line is edited; some follow from the rest of the message.
#[must_use]
pub fn is_edited(line: &Header) -> bool {
    let follows = ["host", "content-length", "transfer-encoding"];
    !follows
        .iter()
        .any(|name| line.name.eq_ignore_ascii_case(name))
}

/// Header lines as they are edited: without those that follow from the rest of the message.
pub fn draft_headers<'a>(
    headers: &[Header],
    known: impl Fn(&str) -> Option<&'a Marked>,
) -> Vec<Header> {
    headers
        .iter()
        .filter(|line| is_edited(line))
        .map(|line| Header::new(line.name.clone(), draft(&line.value, &known)))
        .collect()
}
