//! Names with values in any text: JSON (also truncated, invalid, nested in strings, in event streams),
//! forms, URLs, HTML, headers in a log, prose.
//!
//! A scanner of tokens, not a parser: it looks for a secret's name, then for a separator, then takes the
//! value as far as its quotes or delimiters reach. It never fails and never needs the whole document.

use super::extent::{self, Joint, Value, is_name_byte, joint, name_end, quoted, skip};
use super::find::{Span, at, is_masked, position, slice};
use super::names::{self, Treatment};
use super::{Masker, headers, jwt, shape};

/// Names longer than this are none we know.
const LONGEST_NAME: usize = 64;
/// Tags are not followed further than this.
const LONGEST_TAG: usize = 4 * 1024;
/// Objects under a secret's name are not followed further than this.
const LONGEST_OBJECT: usize = 1024;

/// Finds every named secret.
pub(super) fn scan(masker: &Masker, bytes: &[u8], spans: &mut Vec<Span>) {
    let mut scanner = Scanner {
        masker,
        bytes,
        has_jwk: position(bytes, b"\"kty\"", 0).is_some(),
        spans,
    };
    let mut index = 0;
    while index < bytes.len() {
        if !is_name_byte(at(bytes, index)) {
            index += 1;
            continue;
        }
        let end = name_end(bytes, index);
        let next = match end - index <= LONGEST_NAME {
            true => scanner.named(index, end),
            false => None,
        };
        index = next.unwrap_or(end).max(end);
    }
}

struct Scanner<'a> {
    masker: &'a Masker,
    bytes: &'a [u8],
    /// Whether a JSON Web Key is about.
    has_jwk: bool,
    spans: &'a mut Vec<Span>,
}

/// A name that counts.
struct Named {
    kind: String,
    treatment: Treatment,
}

impl Scanner<'_> {
    /// Looks at one name. Gives the place to go on from when the value is dealt with.
    fn named(&mut self, start: usize, end: usize) -> Option<usize> {
        let joint = joint(self.bytes, start, end)?;
        let name = String::from_utf8_lossy(slice(self.bytes, start, end));
        let name = name.trim_matches('-');
        if name == "name" || name == "id" {
            self.field(start, joint);
            return None;
        }
        let named = self.judge_name(name)?;
        match at(self.bytes, joint.value) {
            b'[' => self.elements(joint, &named),
            b'{' => self.members(joint, &named),
            _ => {
                let value = extent::value(self.bytes, joint, named.treatment)?;
                return self.judge(joint, value, &named).then_some(value.end);
            }
        }
        None
    }

    fn judge_name(&self, name: &str) -> Option<Named> {
        let treatment = names::treatment(&names::normalise(name), &self.masker.extra_names)?;
        Some(Named {
            kind: name.to_ascii_lowercase(),
            treatment,
        })
    }

    /// Masks a value if it is to be; says whether it is dealt with.
    fn judge(&mut self, joint: Joint, value: Value, named: &Named) -> bool {
        let raw = slice(self.bytes, value.start, value.end);
        if raw.is_empty() || is_masked(raw) || jwt::is_jwt(raw) {
            return false;
        }
        let is_secret = match named.treatment {
            Treatment::Credentials | Treatment::Cookie | Treatment::SetCookie => {
                !shape::is_prose(raw, joint, value)
            }
            Treatment::Code => shape::is_code(raw, joint, value),
            Treatment::JwkMember => shape::is_key_material(raw, joint, value, self.has_jwk),
            Treatment::Short => shape::is_state(raw, joint, value),
            Treatment::Secret => {
                let word = raw.len() <= 12 && shape::is_word(raw) && names::is_vague(&named.kind);
                !word && shape::is_value(raw, joint, value)
            }
        };
        if is_secret {
            let text = String::from_utf8_lossy(raw);
            let with = headers::value(self.masker, &named.kind, named.treatment, &text);
            if with != text {
                self.spans.push(Span::new(value.start, value.end, with));
            }
        }
        is_secret
    }

    /// A list under a secret's name: every string in it.
    fn elements(&mut self, joint: Joint, named: &Named) {
        let mut index = joint.value + 1;
        while index < self.bytes.len() {
            index = skip(self.bytes, index, |b| b.is_ascii_whitespace() || b == b',');
            let Some(value) = quoted(self.bytes, index) else {
                return;
            };
            self.judge(joint, value, named);
            index = skip(self.bytes, value.end, |b| b == b'\\') + 1;
        }
    }

    /// An object under a secret's name: its `value`. The rest of it is found by names of its own.
    fn members(&mut self, joint: Joint, named: &Named) {
        let from = joint.value + 1;
        let wanted = |word: &[u8]| matches!(word, b"value" | b"raw" | b"data" | b"content");
        self.attributes((from, from + LONGEST_OBJECT), b':', b"{}", wanted, named);
    }

    /// `name="code" … value="…"` within one tag, or one object of a list of headers or parameters.
    fn field(&mut self, start: usize, joint: Joint) -> Option<()> {
        let name = quoted(self.bytes, joint.value)?;
        let name = String::from_utf8_lossy(slice(self.bytes, name.start, name.end)).into_owned();
        let named = self.judge_name(&name)?;
        let begin = start.saturating_sub(LONGEST_TAG);
        let before = slice(self.bytes, begin, start);
        let open = before
            .iter()
            .rposition(|b| matches!(b, b'<' | b'>' | b'{' | b'}'))?;
        let from = begin + open + 1;
        let wanted = |word: &[u8]| {
            word.eq_ignore_ascii_case(b"value") || word.eq_ignore_ascii_case(b"content")
        };
        match at(before, open) {
            b'<' => self.attributes((from, from + LONGEST_TAG), b'=', b">", wanted, &named),
            b'{' => self.attributes((from, from + LONGEST_OBJECT), b':', b"}", wanted, &named),
            _ => {}
        }
        Some(())
    }

    /// Judges the values of the wanted names up to a closing character.
    fn attributes(
        &mut self,
        (from, to): (usize, usize),
        separator: u8,
        close: &[u8],
        wanted: impl Fn(&[u8]) -> bool,
        named: &Named,
    ) {
        let mut index = from;
        let limit = to.min(self.bytes.len());
        while index < limit && !close.contains(&at(self.bytes, index)) {
            let end = name_end(self.bytes, index);
            let word = slice(self.bytes, index, end);
            let joint = joint(self.bytes, index, end).filter(|j| j.separator == separator);
            let found = joint.and_then(|j| Some((j, quoted(self.bytes, j.value)?)));
            index = end.max(index + 1);
            if let Some((joint, value)) = found {
                if wanted(word) {
                    self.judge(joint, value, named);
                }
                index = value.end + 1;
            }
        }
    }
}
