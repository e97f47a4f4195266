//! Where names end, what joins them to their values, and how far values reach.

use super::find::{at, until};
use super::names::Treatment;

/// Backslashes in front of a quote that are followed.
const DEEPEST: usize = 15;

/// Header lines in a text are not followed further than this.
const LONGEST_LINE: usize = 16 * 1024;

/// A value and how it stood there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
}

/// What is between a name and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joint {
    pub(super) separator: u8,
    pub(super) name_quoted: bool,
    /// White space around the separator.
    pub(super) spaced: bool,
    /// First byte of the value.
    pub(super) value: usize,
}

impl Joint {
    /// `name=value`, as in a form.
    pub(super) const fn direct(self, value: Value) -> bool {
        self.separator == b'=' && !self.spaced && !value.quoted
    }
}

/// Characters of names.
pub(super) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The end of the name that begins at a place.
pub(super) fn name_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|b| is_name_byte(**b)).count()
}

/// The first place from `index` on that is not accepted.
pub(super) fn skip(bytes: &[u8], mut index: usize, accept: impl Fn(u8) -> bool) -> usize {
    while index < bytes.len() && accept(at(bytes, index)) {
        index += 1;
    }
    index
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// The separator behind a name, if there is one.
pub(super) fn joint(bytes: &[u8], start: usize, end: usize) -> Option<Joint> {
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
        (b'>', _) if after_name == end && opens_tag(bytes, start) => index + 1,
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

fn opens_tag(bytes: &[u8], start: usize) -> bool {
    start
        .checked_sub(1)
        .is_some_and(|before| at(bytes, before) == b'<')
}

/// The value behind a joint.
pub(super) fn value(bytes: &[u8], joint: Joint, treatment: Treatment) -> Option<Value> {
    if let Some(value) = quoted(bytes, joint.value) {
        return Some(value);
    }
    let line = matches!(
        treatment,
        Treatment::Credentials | Treatment::Cookie | Treatment::SetCookie
    );
    let start = joint.value;
    let end = match joint.separator {
        b'>' => until(bytes, start, |b| b == b'<'),
        b':' if line && !joint.name_quoted => line_end(bytes, start),
        _ => unquoted_end(bytes, start, joint),
    };
    (end > start).then_some(Value {
        start,
        end,
        quoted: false,
    })
}

/// The end of a header line in a text.
fn line_end(bytes: &[u8], start: usize) -> usize {
    let limit = start.saturating_add(LONGEST_LINE).min(bytes.len());
    let line = bytes.get(..limit).unwrap_or_default();
    skip(line, start, |b| {
        !matches!(b, b'\r' | b'\n' | b'"' | b'\'' | b'<')
    })
}

fn unquoted_end(bytes: &[u8], start: usize, joint: Joint) -> usize {
    let stop = |b: u8| {
        b.is_ascii_whitespace()
            || matches!(b, b'&' | b'"' | b'\'' | b'<' | b'>' | b'#' | b'`' | b'\\')
    };
    let listed = joint.name_quoted || joint.separator == b':';
    let mut end = until(bytes, start, |b| {
        stop(b) || (listed && matches!(b, b',' | b'}' | b']' | b')' | b';'))
    });
    while end > start && matches!(at(bytes, end - 1), b',' | b';' | b')' | b'.' | b'}' | b']') {
        end -= 1;
    }
    end
}

/// A quoted value, at whatever depth of backslashes; to the end when its quote is missing.
pub(super) fn quoted(bytes: &[u8], start: usize) -> Option<Value> {
    let open = skip(bytes, start, |b| b == b'\\');
    let depth = open - start;
    let quote = at(bytes, open);
    if !is_quote(quote) || depth > DEEPEST {
        return None;
    }
    let from = open + 1;
    let mut index = from;
    let mut slashes = 0;
    while index < bytes.len() {
        let byte = at(bytes, index);
        // A quote with fewer backslashes ends a string around this one, and this one with it.
        if byte == quote && (slashes < depth || slashes % (2 * (depth + 1)) == depth) {
            return Some(Value {
                start: from,
                end: (index - slashes.min(depth)).max(from),
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
