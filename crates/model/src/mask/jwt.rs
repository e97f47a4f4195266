//! JWTs keep header and payload and lose the signature.

use super::Masker;
use super::find::{Span, at, position, slice};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// As readers of tokens decode: padded or not, whatever the last bits are. What one of them takes for a token is one.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What the parts of a compact serialisation are.
struct Parts {
    /// End of what stays readable.
    keep: usize,
    /// End of the token.
    end: usize,
    /// What is masked.
    kind: &'static str,
}

/// The masked form of a value that is a JWT as a whole.
pub(super) fn masked(masker: &Masker, value: &str) -> Option<String> {
    let bytes = value.as_bytes();
    let parts = parse(bytes, 0).filter(|p| p.end == bytes.len())?;
    let mut out = String::new();
    let mut from = 0;
    for span in spans_of(masker, bytes, 0, &parts) {
        out.push_str(value.get(from..span.start)?);
        out.push_str(&span.with);
        from = span.end;
    }
    out.push_str(value.get(from..)?);
    Some(out)
}

/// Whether a value is a JWT as a whole.
pub(super) fn is_jwt(value: &[u8]) -> bool {
    parse(value, 0).is_some_and(|p| p.end == value.len())
}

/// Whether this is what masking leaves of a JWT.
pub(super) fn is_stump(rest: &[u8]) -> bool {
    let segment_end = segment(rest, 0);
    is_header(slice(rest, 0, segment_end))
        && rest.ends_with(b".")
        && rest
            .iter()
            .all(|b| is_segment_byte(*b) || matches!(b, b'.' | b'='))
}

/// The signature of a JWT, if the value is one with a signature.
pub(super) fn signature(value: &str) -> Option<&str> {
    let parts = parse(value.as_bytes(), 0).filter(|p| p.end == value.len())?;
    value
        .get(parts.keep..parts.end)
        .filter(|_| parts.kind == SIGNATURE)
}

const SIGNATURE: &str = "signature";

/// Candidates looked at in one run of segment characters: a token may have a prefix, not many.
const CANDIDATES: usize = 4;

/// Finds JWTs anywhere.
pub(super) fn scan(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(first) = next_candidate(bytes, from, bytes.len()) {
        let run_end = segment(bytes, first);
        from = run_end + 1;
        if at(bytes, run_end) != b'.' {
            continue;
        }
        let mut candidate = Some(first);
        for _ in 0..CANDIDATES {
            let Some(start) = candidate else { break };
            if let Some(parts) = parse(bytes, start) {
                spans.extend(spans_of(masker, bytes, start, &parts));
                from = parts.end.max(from);
                break;
            }
            candidate = next_candidate(bytes, start + 2, run_end);
        }
    }
}

/// JSON objects begin with `{"`, `{ ` or a line break: `ey` or `ew` in base64.
fn next_candidate(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let rest = bytes.get(from..to)?;
    let mut hits = memchr::memchr_iter(b'e', rest);
    let found = hits.find(|i| matches!(rest.get(i + 1), Some(b'y' | b'w')))?;
    Some(from + found)
}

/// What is replaced in a JWT, in order: claims that are secrets themselves, then the signature.
fn spans_of(masker: &Masker, bytes: &[u8], start: usize, parts: &Parts) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut from = start;
    while from < parts.keep {
        let end = segment(bytes, from);
        spans.extend(claims(masker, bytes, from, end));
        from = end + 1;
    }
    let secret = String::from_utf8_lossy(slice(bytes, parts.keep, parts.end)).into_owned();
    let with = masker.whole(parts.kind, &secret);
    masker.mark_token(
        &secret,
        &String::from_utf8_lossy(slice(bytes, start, parts.end)),
    );
    spans.push(Span::new(parts.keep, parts.end, with));
    spans
}

/// A segment whose JSON holds secrets is encoded again without them, so that it can still be decoded.
fn claims(masker: &Masker, bytes: &[u8], start: usize, end: usize) -> Option<Span> {
    let decoded = TOLERANT.decode(slice(bytes, start, end)).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let masked = masker.text(&text);
    (masked != text).then(|| Span::new(start, end, URL_SAFE_NO_PAD.encode(masked)))
}

fn parse(bytes: &[u8], start: usize) -> Option<Parts> {
    let header_end = segment(bytes, start);
    if at(bytes, header_end) != b'.' || !is_header(slice(bytes, start, header_end)) {
        return None;
    }
    let payload_end = segment(bytes, header_end + 1);
    if at(bytes, payload_end) != b'.' {
        return None;
    }
    let third = segment(bytes, payload_end + 1);
    if at(bytes, third) == b'.' && at(bytes, segment(bytes, third + 1)) == b'.' {
        // Five segments: JWE, nothing but its header is readable.
        let end = segment(bytes, segment(bytes, third + 1) + 1);
        return Some(Parts {
            keep: header_end + 1,
            end,
            kind: "encrypted",
        });
    }
    if third > payload_end + 1 {
        return Some(Parts {
            keep: payload_end + 1,
            end: padding(bytes, third),
            kind: SIGNATURE,
        });
    }
    unsigned(bytes, header_end, payload_end)
}

/// Without a signature the payload is all there is to keep from being replayed.
fn unsigned(bytes: &[u8], header_end: usize, payload_end: usize) -> Option<Parts> {
    let masked_signature = slice(bytes, payload_end + 1, payload_end + 4) == "⟨".as_bytes();
    let empty = payload_end == header_end + 1;
    (!masked_signature && !empty).then_some(Parts {
        keep: header_end + 1,
        end: payload_end,
        kind: "payload",
    })
}

/// The end of a segment; padding belongs to it where another segment follows.
fn segment(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let end = start + rest.iter().take_while(|b| is_segment_byte(**b)).count();
    let padded = padding(bytes, end);
    if at(bytes, padded) == b'.' {
        padded
    } else {
        end
    }
}

/// The end of the padding that begins at a place.
fn padding(bytes: &[u8], start: usize) -> usize {
    let rest = slice(bytes, start, (start + 2).min(bytes.len()));
    start + rest.iter().take_while(|b| **b == b'=').count()
}

const fn is_segment_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a segment decodes to a JSON object that says how it is signed or encrypted.
pub(super) fn is_header(segment: &[u8]) -> bool {
    if !(8..=4096).contains(&segment.len()) {
        return false;
    }
    let decoded = TOLERANT.decode(segment).unwrap_or_default();
    decoded.starts_with(b"{") && position(&decoded, b"\"alg\"", 0).is_some()
}
