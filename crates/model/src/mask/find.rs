//! Finds the byte ranges to mask, through layers of escaping, and puts the masks in.
//!
//! Every finder works on bytes of one view of the text: the text itself, then the text with one, two and
//! three layers of percent-, JSON- and HTML-escaping removed. Ranges found in a view are carried back to
//! the original, so that what is not masked stays exactly as it came.

use super::view::View;
use super::{Masker, jwt, known, pairs, query};

/// What kind of text is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A URL or request target.
    Url,
    /// A form body.
    Form,
    /// Anything else.
    Text,
}

/// A range to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// First byte.
    pub(super) start: usize,
    /// First byte after it.
    pub(super) end: usize,
    /// What to put there.
    pub(super) with: String,
    /// Known by value: masked also where the text pretends to be a mask.
    pub(super) known: bool,
}

impl Span {
    /// A range given away by its name or shape.
    pub(super) const fn new(start: usize, end: usize, with: String) -> Self {
        Self {
            start,
            end,
            with,
            known: false,
        }
    }
}

/// How many layers of escaping are looked through.
const LAYERS: usize = 3;
/// Rounds after which a text is taken as it is; two is what ordinary text needs.
const ROUNDS: usize = 8;
const OPEN: &[u8] = "⟨".as_bytes();
const CLOSE: &[u8] = "⟩".as_bytes();
/// Longest mask: kinds are names, names that matter are short.
const LONGEST_MASK: usize = 160;

/// The byte at a place, 0 past the end (no text we look for holds a NUL).
pub(super) fn at(bytes: &[u8], index: usize) -> u8 {
    bytes.get(index).copied().unwrap_or(0)
}

/// The bytes of a range, empty when it is not one.
pub(super) fn slice(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.get(start..end).unwrap_or_default()
}

/// Masks a text. What a mask replaced may have hidden the structure around it, so the result is looked at
/// again until nothing changes; that also makes masking idempotent.
pub(super) fn apply(masker: &Masker, text: &str, place: Place) -> String {
    let mut masked = text.to_owned();
    for _ in 0..ROUNDS {
        match once(masker, &masked, place) {
            Some(next) => masked = next,
            None => break,
        }
    }
    masked
}

/// One round; `None` when there is nothing to mask.
fn once(masker: &Masker, text: &str, place: Place) -> Option<String> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    match place {
        Place::Url => query::url(masker, bytes, &mut spans),
        Place::Form => query::form(masker, bytes, &mut spans),
        Place::Text => {}
    }
    through_layers(masker, bytes, &mut spans);
    if spans.is_empty() {
        return None;
    }
    let masks = masked_ranges(bytes);
    spans.retain(|span| span.known || !is_done(bytes, span, &masks));
    let spans = merge(spans);
    (!spans.is_empty()).then(|| rebuild(text, spans, place))
}

fn through_layers(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    scan(masker, bytes, spans);
    let mut view = View::of(bytes);
    for _ in 0..LAYERS {
        let Some(next) = view.next() else { return };
        let mut found = Vec::new();
        scan(masker, next.bytes(), &mut found);
        for span in found {
            let (start, end) = next.original(span.start, span.end);
            spans.push(Span { start, end, ..span });
        }
        view = next;
    }
}

fn scan(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    pairs::scan(masker, bytes, spans);
    jwt::scan(masker, bytes, spans);
    query::userinfo(masker, bytes, spans);
    private_keys(masker, bytes, spans);
    known::scan(masker, bytes, spans);
}

/// PEM blocks of private keys.
fn private_keys(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(label) = position(bytes, b"PRIVATE KEY-----", from) {
        let begin = slice(bytes, label.saturating_sub(32), label);
        let start = label + b"PRIVATE KEY-----".len();
        from = start;
        if position(begin, b"-----BEGIN ", 0).is_none() {
            continue;
        }
        let end = position(bytes, b"-----END", start).unwrap_or(bytes.len());
        let key = String::from_utf8_lossy(slice(bytes, start, end)).into_owned();
        if !is_masked(key.as_bytes()) {
            let with = masker.mask("private_key", &key);
            spans.push(Span::new(start, end, with));
        }
        from = end;
    }
}

/// Whether a value is nothing but a mask, with what a mask leaves readable in front of it.
pub(super) fn is_masked(value: &[u8]) -> bool {
    let masks = masked_ranges(value);
    !masks.is_empty() && may_stay(&outside(value, 0, value.len(), &masks))
}

fn is_done(bytes: &[u8], span: &Span, masks: &[(usize, usize)]) -> bool {
    let first = masks.partition_point(|(_, end)| *end <= span.start);
    let masks = masks.get(first..).unwrap_or_default();
    let touches = masks.first().is_some_and(|(start, _)| *start < span.end);
    touches && may_stay(&outside(bytes, span.start, span.end, masks))
}

fn outside(bytes: &[u8], start: usize, end: usize, masks: &[(usize, usize)]) -> Vec<u8> {
    let mut rest = Vec::new();
    let mut from = start;
    for (mask_start, mask_end) in masks.iter().take_while(|(s, _)| *s < end) {
        rest.extend_from_slice(slice(bytes, from, (*mask_start).max(from)));
        from = (*mask_end).max(from);
    }
    rest.extend_from_slice(slice(bytes, from, end));
    rest
}

/// The start of a `state`, or header and payload of a JWT.
fn may_stay(rest: &[u8]) -> bool {
    let short = rest.len() <= 4 && rest.iter().all(u8::is_ascii_alphanumeric);
    short || jwt::is_stump(rest)
}

/// The end of the mask that begins at a place, if one does.
pub(super) fn mask_end(bytes: &[u8], start: usize) -> Option<usize> {
    if at(bytes, start) != 0xE2 || slice(bytes, start, start + OPEN.len()) != OPEN {
        return None;
    }
    let limit = (start + LONGEST_MASK).min(bytes.len());
    let from = start + OPEN.len();
    let close = position(slice(bytes, 0, limit), CLOSE, from)?;
    is_mask_text(slice(bytes, from, close)).then_some(close + CLOSE.len())
}

/// The first place from `start` on where `stop` says so, masks counted as one character.
pub(super) fn until(bytes: &[u8], start: usize, stop: impl Fn(u8) -> bool) -> usize {
    let mut index = start;
    while index < bytes.len() {
        if let Some(end) = mask_end(bytes, index) {
            index = end;
        } else if stop(at(bytes, index)) {
            break;
        } else {
            index += 1;
        }
    }
    index
}

/// Ranges of masks already there.
fn masked_ranges(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(start) = position(bytes, OPEN, from) {
        from = mask_end(bytes, start).unwrap_or(start + OPEN.len());
        if mask_end(bytes, start).is_some() {
            ranges.push((start, from));
        }
    }
    ranges
}

/// `kind · length chars · #hash`, the `#` perhaps percent-encoded.
fn is_mask_text(inner: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(inner) else {
        return false;
    };
    let mut parts = text.rsplitn(3, " · ");
    let (Some(hash), Some(length), Some(kind)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let digits = hash.strip_prefix('#').or_else(|| hash.strip_prefix("%23"));
    let is_hash = digits.is_some_and(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
    let count = length.strip_suffix(" chars").unwrap_or("-");
    is_hash && count.bytes().all(|b| b.is_ascii_digit()) && !kind.contains('⟨')
}

/// First place of a needle from an index on.
pub(super) fn position(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let found = memchr::memmem::find(bytes.get(from..)?, needle)?;
    Some(from + found)
}

/// Overlapping ranges become one; the widest one's text stands for all.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|s| s.start < s.end);
    spans.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    let mut widest = 0;
    for span in spans {
        let width = span.end - span.start;
        match merged.last_mut() {
            Some(last) if span.start < last.end => {
                if width > widest {
                    widest = width;
                    last.with = span.with;
                }
                last.end = last.end.max(span.end);
            }
            _ => {
                widest = width;
                merged.push(span);
            }
        }
    }
    merged
}

fn rebuild(text: &str, spans: Vec<Span>, place: Place) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        let (start, end) = (floor(text, span.start), ceil(text, span.end));
        out.push_str(text.get(from..start).unwrap_or_default());
        match place {
            Place::Url => out.push_str(&span.with.replace('#', "%23")),
            Place::Form | Place::Text => out.push_str(&span.with),
        }
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

fn floor(text: &str, mut index: usize) -> usize {
    while index > 0 && !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

fn ceil(text: &str, mut index: usize) -> usize {
    while index < text.len() && !text.is_char_boundary(index) {
        index += 1;
    }
    index.min(text.len())
}
