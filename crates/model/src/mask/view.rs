//! A text with layers of escaping removed, and the way back to the original bytes.
//!
//! One layer removes percent-encoding, JSON (and JavaScript) escapes and HTML character references at
//! once, so that mixtures need no more layers than the deepest of them.

use super::find::{at, slice};
use std::borrow::Cow;

/// Bytes of a layer and where each came from.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    bytes: Cow<'a, [u8]>,
    /// Start in the original of every byte, and the original's length at the end; empty for the original.
    map: Vec<u32>,
}

impl<'a> View<'a> {
    /// The original.
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes: Cow::Borrowed(bytes),
            map: Vec::new(),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The view with one more layer removed; `None` when there is none.
    pub(super) fn next(&self) -> Option<View<'static>> {
        let bytes = self.bytes.as_ref();
        let first = first_escape(bytes)?;
        let mut out = Vec::with_capacity(bytes.len());
        let mut map = Vec::with_capacity(bytes.len() + 1);
        let mut index = 0;
        while index < bytes.len() {
            let escape = (index >= first).then(|| unescape(bytes, index)).flatten();
            let origin = self.origin(index);
            let (decoded, used) = escape.unwrap_or((Decoded::byte(at(bytes, index)), 1));
            for byte in decoded.as_bytes() {
                out.push(*byte);
                map.push(origin);
            }
            index += used;
        }
        map.push(self.origin(bytes.len()));
        Some(View {
            bytes: Cow::Owned(out),
            map,
        })
    }

    /// A range of this view as a range of the original.
    pub(super) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let place = |index| usize::try_from(self.origin(index)).unwrap_or(usize::MAX);
        (place(start), place(end))
    }

    fn origin(&self, index: usize) -> u32 {
        if self.map.is_empty() {
            return u32::try_from(index).unwrap_or(u32::MAX);
        }
        let last = self.map.last().copied().unwrap_or(0);
        self.map.get(index).copied().unwrap_or(last)
    }
}

/// The value with up to three layers of escaping removed: the form that is compared and hashed.
pub(super) fn canonical(value: &str) -> Cow<'_, str> {
    let mut view = View::of(value.as_bytes());
    for _ in 0..3 {
        let Some(next) = view.next() else { break };
        view = next;
    }
    match view.bytes {
        Cow::Borrowed(_) => Cow::Borrowed(value),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Bytes an escape stands for.
struct Decoded {
    bytes: [u8; 4],
    length: usize,
}

impl Decoded {
    const fn byte(byte: u8) -> Self {
        Self {
            bytes: [byte, 0, 0, 0],
            length: 1,
        }
    }

    fn scalar(code: u32) -> Option<Self> {
        let mut bytes = [0; 4];
        let length = char::from_u32(code)?.encode_utf8(&mut bytes).len();
        Some(Self { bytes, length })
    }

    fn as_bytes(&self) -> &[u8] {
        slice(&self.bytes, 0, self.length)
    }
}

fn first_escape(bytes: &[u8]) -> Option<usize> {
    let candidates = bytes.iter().enumerate();
    candidates
        .filter(|(_, b)| matches!(b, b'%' | b'\\' | b'&'))
        .map(|(index, _)| index)
        .find(|index| unescape(bytes, *index).is_some())
}

/// What an escape at a place stands for, and how many bytes it takes.
fn unescape(bytes: &[u8], index: usize) -> Option<(Decoded, usize)> {
    match at(bytes, index) {
        b'%' => Some((
            Decoded::byte(u8::try_from(hex(bytes, index + 1, 2)?).ok()?),
            3,
        )),
        b'\\' => backslash(bytes, index),
        b'&' => reference(bytes, index),
        _ => None,
    }
}

fn hex(bytes: &[u8], start: usize, digits: usize) -> Option<u32> {
    let mut value = 0;
    for index in start..start + digits {
        value = value * 16 + char::from(at(bytes, index)).to_digit(16)?;
    }
    Some(value)
}

fn backslash(bytes: &[u8], index: usize) -> Option<(Decoded, usize)> {
    let plain = |byte| Some((Decoded::byte(byte), 2));
    match at(bytes, index + 1) {
        byte @ (b'"' | b'\'' | b'\\' | b'/') => plain(byte),
        b'n' => plain(b'\n'),
        b'r' => plain(b'\r'),
        b't' => plain(b'\t'),
        b'b' => plain(8),
        b'f' => plain(12),
        b'x' => Some((Decoded::scalar(hex(bytes, index + 2, 2)?)?, 4)),
        b'u' => unicode(bytes, index),
        _ => None,
    }
}

fn unicode(bytes: &[u8], index: usize) -> Option<(Decoded, usize)> {
    let first = hex(bytes, index + 2, 4)?;
    if let Some(decoded) = Decoded::scalar(first) {
        return Some((decoded, 6));
    }
    // A surrogate: with its other half it is one character.
    let second = (slice(bytes, index + 6, index + 8) == b"\\u")
        .then(|| hex(bytes, index + 8, 4))
        .flatten()
        .filter(|s| (0xDC00..0xE000).contains(s) && first < 0xDC00)?;
    let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    Some((Decoded::scalar(code)?, 12))
}

fn reference(bytes: &[u8], index: usize) -> Option<(Decoded, usize)> {
    let window = slice(bytes, index + 1, (index + 10).min(bytes.len()));
    let length = window.iter().position(|b| *b == b';')?;
    let name = std::str::from_utf8(slice(window, 0, length)).ok()?;
    let used = length + 2;
    let byte = match name {
        "amp" => b'&',
        "lt" => b'<',
        "gt" => b'>',
        "quot" => b'"',
        "apos" => b'\'',
        _ => return Some((Decoded::scalar(numeric(name)?)?, used)),
    };
    Some((Decoded::byte(byte), used))
}

fn numeric(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('#')?;
    match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_removes_every_escaping_at_once() {
        let text = br#"a%3Db \"c\u00e9\" &amp;&#39;&#x27; \ud83d\ude00 100% \q &nosuch; &"#;
        let view = View::of(text).next().unwrap();
        let decoded = String::from_utf8(view.bytes().to_vec()).unwrap();
        assert_eq!(decoded, "a=b \"cé\" &'' 😀 100% \\q &nosuch; &");
        assert!(View::of(b"nothing here").next().is_none());
    }

    #[test]
    fn ranges_come_back_to_the_original() {
        let text = b"x=%2561%2562c";
        let twice = View::of(text).next().unwrap().next().unwrap();
        assert_eq!(twice.bytes(), b"x=abc");
        assert_eq!(twice.original(2, 4), (2, 12));
        assert_eq!(twice.original(4, 5), (12, 13));
    }

    #[test]
    fn escapes_cut_off_at_the_end_are_plain() {
        for text in [
            "%",
            "%4",
            "\\",
            "\\u00",
            "&",
            "&#",
            "&amp",
            "\\ud83d",
            "\\ud83d\\u0041",
        ] {
            let _ = canonical(text);
        }
        assert_eq!(canonical("%252541"), "A");
    }
}
