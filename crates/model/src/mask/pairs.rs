//! Names with values in any text: JSON (also truncated, invalid, nested in strings, in event streams),
//! forms, URLs, HTML, headers in a log, prose.
//!
//! A scanner of tokens, not a parser: it looks for a secret's name, then for a separator, then takes the
//! value as far as its quotes or delimiters reach. It never fails and never needs the whole document.

use super::find::{Span, at, is_masked, slice};
use super::names::{self, Treatment};
use super::{Masker, headers, jwt};

/// Names longer than this are none we know.
const LONGEST_NAME: usize = 64;

/// A value and how it stood there.
#[derive(Debug, Clone, Copy)]
struct Value {
    start: usize,
    end: usize,
    quoted: bool,
}

/// What is between a name and its value.
#[derive(Debug, Clone, Copy)]
struct Joint {
    separator: u8,
    name_quoted: bool,
    spaced: bool,
    /// First byte of the value.
    value: usize,
}

/// Finds every named secret.
pub(super) fn scan(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let has_jwk = super::find::position(bytes, b"\"kty\"", 0).is_some();
    let mut index = 0;
    while index < bytes.len() {
        if !is_name_byte(at(bytes, index)) {
            index += 1;
            continue;
        }
        let end = name_end(bytes, index);
        if end - index <= LONGEST_NAME {
            named(masker, bytes, (index, end), has_jwk, spans);
        }
        index = end;
    }
}

fn named(
    masker: &Masker,
    bytes: &[u8],
    (start, end): (usize, usize),
    has_jwk: bool,
    spans: &mut Vec<Span>,
) {
    let Some(joint) = joint(bytes, end) else {
        return;
    };
    let name = String::from_utf8_lossy(slice(bytes, start, end));
    let name = name.trim_matches('-');
    if name == "name" || name == "id" {
        field(masker, bytes, start, joint, spans);
        return;
    }
    let Some(treatment) = names::treatment(&names::normalise(name), &masker.extra_names) else {
        return;
    };
    let context = Context {
        kind: name.to_ascii_lowercase(),
        treatment,
        has_jwk,
    };
    if at(bytes, joint.value) == b'[' {
        elements(masker, bytes, joint, &context, spans);
        return;
    }
    if let Some(value) = value(bytes, joint, treatment) {
        judge(masker, bytes, joint, value, &context, spans);
    }
}

struct Context {
    kind: String,
    treatment: Treatment,
    has_jwk: bool,
}

/// Decides whether a value is masked, and how.
fn judge(
    masker: &Masker,
    bytes: &[u8],
    joint: Joint,
    value: Value,
    context: &Context,
    spans: &mut Vec<Span>,
) {
    let raw = slice(bytes, value.start, value.end);
    if raw.is_empty() || is_masked(raw) || jwt::is_jwt(raw) {
        return;
    }
    let text = String::from_utf8_lossy(raw);
    let masks = match context.treatment {
        Treatment::Credentials | Treatment::Cookie | Treatment::SetCookie => {
            let with = headers::value(masker, &context.kind, context.treatment, &text);
            if with != text {
                spans.push(Span {
                    start: value.start,
                    end: value.end,
                    with,
                });
            }
            return;
        }
        Treatment::Code => is_code(raw, joint, value),
        Treatment::JwkMember => is_key_material(raw, joint, value, context.has_jwk),
        Treatment::Short => is_state(raw, joint, value),
        Treatment::Secret => is_value(raw, joint, value),
    };
    if masks {
        let with = masker.mask(&context.kind, &text);
        spans.push(Span {
            start: value.start,
            end: value.end,
            with,
        });
    }
}

/// A value behind `:` in prose is masked only when it looks like one.
fn is_value(raw: &[u8], joint: Joint, value: Value) -> bool {
    if value.quoted {
        return true;
    }
    if matches!(raw, b"null" | b"true" | b"false" | b"undefined" | b"None") {
        return false;
    }
    if joint.name_quoted || joint.separator == b':' || joint.spaced {
        return looks_random(raw);
    }
    true
}

/// Error codes are words; authorization codes are not.
fn is_code(raw: &[u8], joint: Joint, value: Value) -> bool {
    if raw.len() <= 6 {
        return false;
    }
    let direct = joint.separator == b'=' && !joint.spaced && !value.quoted;
    direct && !raw.iter().all(u8::is_ascii_digit)
        || !is_word(raw) && (value.quoted || looks_random(raw))
}

fn is_state(raw: &[u8], joint: Joint, value: Value) -> bool {
    let direct = joint.separator == b'=' && !joint.spaced && !value.quoted;
    direct || (raw.len() > 8 && !is_word(raw) && (value.quoted || looks_random(raw)))
}

/// Private members of a JWK: base64url text, in a JWK or too long to be anything else.
fn is_key_material(raw: &[u8], joint: Joint, value: Value, has_jwk: bool) -> bool {
    let shape = raw
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='));
    let in_json = joint.name_quoted && value.quoted && joint.separator == b':';
    in_json && shape && (has_jwk || raw.len() >= 32)
}

/// Words such as `invalid_request`, `UNAUTHORIZED`, `AADSTS50011`, `ERR_BAD_TOKEN`, `InvalidToken`.
fn is_word(raw: &[u8]) -> bool {
    let digits = raw.iter().filter(|b| b.is_ascii_digit()).count();
    let plain = raw
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | b'/' | b' '));
    if !plain || raw.len() > 64 {
        return false;
    }
    if digits > 0 {
        return raw.len() <= 12 && !raw.iter().any(u8::is_ascii_lowercase)
            || digits <= 3 && raw.iter().any(|b| matches!(b, b'_' | b'-' | b' '));
    }
    let mut parts = raw.split(|b| !b.is_ascii_alphabetic());
    parts.all(|part| is_one_case(part) || is_camel(part))
}

fn is_one_case(part: &[u8]) -> bool {
    let rest = part.get(1..).unwrap_or_default();
    part.len() <= 20
        && (rest.iter().all(u8::is_ascii_lowercase) || part.iter().all(u8::is_ascii_uppercase))
}

/// Camel case: capitals stand apart, at least two small letters after each.
fn is_camel(part: &[u8]) -> bool {
    let mut since_capital = 2;
    for byte in part {
        if byte.is_ascii_uppercase() {
            if since_capital < 2 {
                return false;
            }
            since_capital = 0;
        } else {
            since_capital += 1;
        }
    }
    since_capital >= 2 && part.len() <= 40
}

/// Long, or with digits among letters: nothing a sentence would hold.
fn looks_random(raw: &[u8]) -> bool {
    let digits = raw.iter().any(u8::is_ascii_digit);
    let letters = raw.iter().any(u8::is_ascii_alphabetic);
    letters && ((digits && raw.len() >= 8) || (raw.len() >= 16 && !is_word(raw)))
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn name_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|b| is_name_byte(**b)).count()
}

fn skip(bytes: &[u8], mut index: usize, accept: impl Fn(u8) -> bool) -> usize {
    while index < bytes.len() && accept(at(bytes, index)) {
        index += 1;
    }
    index
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// The separator behind a name, if there is one.
fn joint(bytes: &[u8], end: usize) -> Option<Joint> {
    let mut index = skip(bytes, end, |b| b == b'\\');
    let name_quoted = is_quote(at(bytes, index));
    index = if name_quoted { index + 1 } else { end };
    index = skip(bytes, index, |b| b == b']');
    let after_name = index;
    index = skip(bytes, index, |b| {
        b == b' ' || b == b'\t' || (name_quoted && b.is_ascii_whitespace())
    });
    let separator = at(bytes, index);
    let next = at(bytes, index + 1);
    index = match (separator, next) {
        (b'=', b'=') => return None,
        (b'=', b'>') => index + 2,
        (b'=' | b':', _) => index + 1,
        // An element's text: `<password>…</password>`.
        (b'>', _) if after_name == index && !name_quoted => index + 1,
        _ => return None,
    };
    let value = match separator {
        b'>' => index,
        _ => skip(bytes, index, |b| {
            b == b' ' || b == b'\t' || (name_quoted && b.is_ascii_whitespace())
        }),
    };
    let spaced = value > index || after_name + 1 < index;
    Some(Joint {
        separator,
        name_quoted,
        spaced,
        value,
    })
}

fn value(bytes: &[u8], joint: Joint, treatment: Treatment) -> Option<Value> {
    if let Some(value) = quoted(bytes, joint.value) {
        return Some(value);
    }
    let line = matches!(
        treatment,
        Treatment::Credentials | Treatment::Cookie | Treatment::SetCookie
    );
    let start = joint.value;
    let end = match joint.separator {
        b'>' => skip(bytes, start, |b| b != b'<'),
        b':' if line && !joint.name_quoted => skip(bytes, start, |b| {
            !matches!(b, b'\r' | b'\n' | b'"' | b'\'' | b'<')
        }),
        _ => unquoted_end(bytes, start, joint),
    };
    (end > start).then_some(Value {
        start,
        end,
        quoted: false,
    })
}

fn unquoted_end(bytes: &[u8], start: usize, joint: Joint) -> usize {
    let stop = |b: u8| {
        b.is_ascii_whitespace()
            || matches!(b, b'&' | b'"' | b'\'' | b'<' | b'>' | b'#' | b'`' | b'\\')
    };
    let mut end = skip(bytes, start, |b| !stop(b));
    if joint.name_quoted || joint.separator == b':' {
        end = skip(bytes, start, |b| {
            !stop(b) && !matches!(b, b',' | b'}' | b']' | b')' | b';')
        });
    }
    while end > start && matches!(at(bytes, end - 1), b',' | b';' | b')' | b'.' | b'}' | b']') {
        end -= 1;
    }
    end
}

/// A quoted value, at whatever depth of backslashes; to the end when its quote is missing.
fn quoted(bytes: &[u8], start: usize) -> Option<Value> {
    let open = skip(bytes, start, |b| b == b'\\');
    let depth = open - start;
    let quote = at(bytes, open);
    if !is_quote(quote) {
        return None;
    }
    let from = open + 1;
    let mut index = from;
    let mut slashes = 0;
    while index < bytes.len() {
        let byte = at(bytes, index);
        if byte == quote && slashes % (2 * (depth + 1)) == depth {
            return Some(Value {
                start: from,
                end: index - depth.min(index - from),
                quoted: true,
            });
        }
        slashes = if byte == b'\\' { slashes + 1 } else { 0 };
        index += 1;
    }
    let line = skip(bytes, from, |b| b != b'\n' && b != b'\r');
    Some(Value {
        start: from,
        end: line,
        quoted: true,
    })
}

/// A list under a secret's name: every string in it.
fn elements(masker: &Masker, bytes: &[u8], joint: Joint, context: &Context, spans: &mut Vec<Span>) {
    let mut index = joint.value + 1;
    while index < bytes.len() {
        index = skip(bytes, index, |b| b.is_ascii_whitespace() || b == b',');
        let Some(value) = quoted(bytes, index) else {
            return;
        };
        judge(masker, bytes, joint, value, context, spans);
        index = skip(bytes, value.end, |b| b == b'\\') + 1;
    }
}

/// `name="code" … value="…"` within one tag.
fn field(masker: &Masker, bytes: &[u8], start: usize, joint: Joint, spans: &mut Vec<Span>) {
    const LONGEST_TAG: usize = 16 * 1024;
    let Some(name) = quoted(bytes, joint.value) else {
        return;
    };
    let name = String::from_utf8_lossy(slice(bytes, name.start, name.end)).into_owned();
    let Some(treatment) = names::treatment(&names::normalise(&name), &masker.extra_names) else {
        return;
    };
    let context = Context {
        kind: name.to_ascii_lowercase(),
        treatment,
        has_jwk: false,
    };
    let begin = start.saturating_sub(LONGEST_TAG);
    let before = slice(bytes, begin, start);
    let Some(open) = before.iter().rposition(|b| matches!(b, b'<' | b'>')) else {
        return;
    };
    if at(before, open) != b'<' {
        return;
    }
    let mut index = begin + open + 1;
    let limit = (index + LONGEST_TAG).min(bytes.len());
    while index < limit && at(bytes, index) != b'>' {
        let end = name_end(bytes, index);
        let word = slice(bytes, index, end);
        let attribute = joint_of(bytes, end).and_then(|j| Some((j, quoted(bytes, j.value)?)));
        if let Some((joint, value)) = attribute {
            if word.eq_ignore_ascii_case(b"value") || word.eq_ignore_ascii_case(b"content") {
                judge(masker, bytes, joint, value, &context, spans);
            }
            index = value.end + 1;
        } else {
            index = end.max(index + 1);
        }
    }
}

fn joint_of(bytes: &[u8], end: usize) -> Option<Joint> {
    joint(bytes, end).filter(|j| j.separator == b'=' && !j.name_quoted)
}
