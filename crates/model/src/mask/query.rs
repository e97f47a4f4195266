//! Parameters of URLs and forms, and passwords in URLs.

use super::find::{Span, at, is_masked, position, slice, until};
use super::names::{self, Treatment};
use super::view::canonical;
use super::{Masker, jwt};

/// Parameters of the query and of the fragment.
pub(super) fn url(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let find = |wanted: u8| bytes.iter().position(|b| *b == wanted);
    let hash = find(b'#').unwrap_or(bytes.len());
    let question = find(b'?').filter(|q| *q < hash);
    if let Some(question) = question {
        parameters(masker, bytes, question + 1, hash, spans);
    }
    if hash < bytes.len() {
        // A fragment may itself look like a path with a query.
        let inner = slice(bytes, hash, bytes.len());
        let inner = inner
            .iter()
            .position(|b| *b == b'?')
            .map_or(0, |q| q + hash);
        parameters(masker, bytes, inner.max(hash) + 1, bytes.len(), spans);
    }
}

/// Parameters of a form body.
pub(super) fn form(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    parameters(masker, bytes, 0, bytes.len(), spans);
}

fn parameters(masker: &Masker, bytes: &[u8], from: usize, to: usize, spans: &mut Vec<Span>) {
    let mut start = from;
    while start < to {
        let rest = slice(bytes, start, to);
        let end = start + rest.iter().position(|b| *b == b'&').unwrap_or(rest.len());
        parameter(masker, bytes, start, end, spans);
        start = end + 1;
    }
}

fn parameter(masker: &Masker, bytes: &[u8], start: usize, end: usize, spans: &mut Vec<Span>) {
    let pair = slice(bytes, start, end);
    let Some(equals) = pair.iter().position(|b| *b == b'=') else {
        return;
    };
    let name = String::from_utf8_lossy(slice(pair, 0, equals)).into_owned();
    let name = canonical(&name).into_owned();
    let value_start = start + equals + 1;
    // A space ends the target of a request line; nothing else in a URL or form holds one.
    let value_end = until(slice(bytes, 0, end), value_start, |b| b == b' ');
    let raw = slice(bytes, value_start, value_end);
    if raw.is_empty() || is_masked(raw) || !is_secret(masker, &name) {
        return;
    }
    let text = String::from_utf8_lossy(raw);
    if jwt::is_jwt(canonical(&text).as_bytes()) {
        return;
    }
    let with = masker.mask(&name.to_ascii_lowercase(), &text);
    if with != text {
        spans.push(Span::new(value_start, value_end, with));
    }
}

fn is_secret(masker: &Masker, name: &str) -> bool {
    let normalised = names::normalise(name);
    if matches!(normalised.as_str(), "key" | "sig" | "signature") {
        return true;
    }
    match names::treatment(&normalised, &masker.extra_names) {
        Some(Treatment::JwkMember) | None => false,
        Some(_) => true,
    }
}

/// The password of `scheme://user:password@host`.
pub(super) fn userinfo(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(found) = position(bytes, b"://", from) {
        let start = found + 3;
        from = start;
        let rest = bytes.get(start..).unwrap_or_default();
        let authority = rest
            .iter()
            .take_while(|b| {
                !b.is_ascii_whitespace()
                    && !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\')
            })
            .count();
        let authority = slice(rest, 0, authority);
        let Some(sign) = authority.iter().rposition(|b| *b == b'@') else {
            continue;
        };
        let colon = authority
            .iter()
            .position(|b| *b == b':')
            .filter(|c| *c < sign);
        let Some(colon) = colon else { continue };
        let (begin, end) = (start + colon + 1, start + sign);
        let raw = slice(bytes, begin, end);
        if !raw.is_empty() && at(bytes, end) == b'@' && !is_masked(raw) {
            let with = masker.mask("password", &String::from_utf8_lossy(raw));
            spans.push(Span::new(begin, end, with));
        }
    }
}
