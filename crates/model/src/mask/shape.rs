//! What a value looks like: a secret, or a word that must stay readable.

use super::extent::{Joint, Value};

/// What programs print for a value that was never set: no secret, and worth seeing.
pub(super) fn is_placeholder(value: &str) -> bool {
    matches!(
        value,
        "undefined" | "null" | "None" | "nil" | "NaN" | "(null)" | "<nil>" | "[object Object]"
    )
}

/// A value behind `:` in prose is masked only when it looks like one.
pub(super) fn is_value(raw: &[u8], joint: Joint, value: Value) -> bool {
    if value.quoted {
        return true;
    }
    if std::str::from_utf8(raw).is_ok_and(is_placeholder) {
        return false;
    }
    if matches!(raw, b"true" | b"false") {
        return false;
    }
    if joint.name_quoted || joint.separator == b':' || joint.spaced {
        return looks_random(raw);
    }
    true
}

/// `authorization: required`, `cookie: missing`: a sentence, not a header.
pub(super) fn is_prose(raw: &[u8], joint: Joint, value: Value) -> bool {
    let sure = value.quoted || joint.name_quoted || raw.contains(&b'=');
    !sure
        && raw
            .split(|b| *b == b' ')
            .take(8)
            .all(|word| !looks_random(word))
}

/// Error codes are words; authorization codes are not.
pub(super) fn is_code(raw: &[u8], joint: Joint, value: Value) -> bool {
    if raw.len() <= 6 {
        return false;
    }
    // `<code>` is how pages mark up a name or an address, too.
    if joint.separator == b'>' && !is_mixed(raw) {
        return false;
    }
    joint.direct(value) && !raw.iter().all(u8::is_ascii_digit)
        || !is_word(raw) && (value.quoted || looks_random(raw))
}

/// Digits, capitals and small letters: no name of anything.
fn is_mixed(raw: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| raw.iter().any(kind);
    has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)
}

pub(super) fn is_state(raw: &[u8], joint: Joint, value: Value) -> bool {
    joint.direct(value) || (raw.len() > 8 && !is_word(raw) && (value.quoted || looks_random(raw)))
}

/// Private members of a JWK: base64url text, in a JWK or too long to be anything else.
pub(super) fn is_key_material(raw: &[u8], joint: Joint, value: Value, has_jwk: bool) -> bool {
    let shape = raw
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='));
    let in_json = joint.name_quoted && value.quoted && joint.separator == b':';
    in_json && shape && (has_jwk || raw.len() >= 32)
}

/// Words such as `invalid_request`, `UNAUTHORIZED`, `AADSTS50011`, `ERR_BAD_TOKEN`, `InvalidToken`.
pub(super) fn is_word(raw: &[u8]) -> bool {
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
