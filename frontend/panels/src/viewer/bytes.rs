//! The bytes of a body: offset, hex and characters, and what of them is easily overlooked.

use authscope_model::exchange::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes in a row.
pub(super) const ROW: usize = 8;

/// Bytes, and whether they are those that were on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bytes {
    pub(super) data: Vec<u8>,
    /// False where masks stand in place of secrets, or characters in place of what was not UTF-8.
    pub(super) exact: bool,
}

/// The bytes of a body as it was kept; nothing when it was not kept.
pub(super) fn of(body: &Body) -> Option<Bytes> {
    if is_dropped(body) {
        return None;
    }
    let data = match &body.base64 {
        Some(base64) => STANDARD.decode(base64).ok()?,
        None => body.text.clone().into_bytes(),
    };
    // A body that is cut is shorter than what came.
    let whole = body.cut.is_some() || u64::try_from(data.len()) == Ok(body.length);
    let exact = body.base64.is_some() || (whole && !body.text.contains(['⟨', '\u{fffd}']));
    Some(Bytes { data, exact })
}

/// Whether words stand in place of the body.
pub(super) fn is_dropped(body: &Body) -> bool {
    let words = format!("{} bytes, not kept: ", body.length);
    body.text.starts_with(&words)
}

/// What a byte is, for its place in the column of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A character that can be seen.
    Seen,
    /// White space.
    Space,
    /// White space before the end of a line or of everything.
    Blank,
    /// A control character.
    Control,
    /// Part of a character outside ASCII.
    Wide,
    /// Part of a byte order mark.
    Bom,
    /// Not UTF-8.
    Bad,
}

impl Class {
    /// For the style.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Space => "space",
            Self::Blank => "blank",
            Self::Control => "control",
            Self::Wide => "wide",
            Self::Bom => "bom",
            Self::Bad => "bad",
        }
    }

    /// In the column of characters; each kind has a sign of its own, so that colour is not needed.
    const fn sign(self, byte: u8) -> char {
        match self {
            Self::Seen => byte as char,
            Self::Space => ' ',
            Self::Blank => '·',
            Self::Control => '.',
            Self::Wide => '◦',
            Self::Bom => '^',
            Self::Bad => '×',
        }
    }
}

/// What each byte is.
pub(super) fn classes(data: &[u8]) -> Vec<Class> {
    let mut all = Vec::with_capacity(data.len());
    for chunk in data.utf8_chunks() {
        all.extend(chunk.valid().bytes().map(class));
        all.extend(chunk.invalid().iter().map(|_| Class::Bad));
    }
    if data.starts_with(&[0xef, 0xbb, 0xbf]) {
        all.iter_mut().take(3).for_each(|class| *class = Class::Bom);
    }
    let mut at_end = true;
    for (class, byte) in all.iter_mut().zip(data).rev() {
        match byte {
            b'\n' | b'\r' => at_end = true,
            b' ' | b'\t' if at_end => *class = Class::Blank,
            _ => at_end = false,
        }
    }
    all
}

const fn class(byte: u8) -> Class {
    match byte {
        b' ' => Class::Space,
        0x21..=0x7e => Class::Seen,
        0x80.. => Class::Wide,
        _ => Class::Control,
    }
}

/// Bytes of one kind beside each other, in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) class: Class,
    pub(super) hex: String,
    pub(super) signs: String,
}

/// A row as runs.
pub(super) fn runs(data: &[u8], classes: &[Class]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (byte, class) in data.iter().zip(classes) {
        let hex = format!("{byte:02x} ");
        match runs.last_mut().filter(|run| run.class == *class) {
            Some(run) => {
                run.hex.push_str(&hex);
                run.signs.push(class.sign(*byte));
            }
            None => runs.push(Run {
                class: *class,
                hex,
                signs: class.sign(*byte).to_string(),
            }),
        }
    }
    runs
}

/// What is easily overlooked, in sentences.
pub(super) fn remarks(data: &[u8], classes: &[Class]) -> Vec<String> {
    let mut words = Vec::new();
    if classes.first() == Some(&Class::Bom) {
        words.push("Begins with a byte order mark (ef bb bf).".to_owned());
    }
    let bad = |class: &Class| *class == Class::Bad;
    if let Some(first) = classes.iter().position(bad) {
        let count = classes.iter().filter(|class| bad(class)).count();
        let (bytes, are) = if count == 1 {
            ("byte", "is")
        } else {
            ("bytes", "are")
        };
        words.push(format!(
            "{count} {bytes} {are} not UTF-8, the first at offset {first:x}."
        ));
    }
    let ends = ending(data);
    if !ends.is_empty() {
        words.push(format!("Ends with {ends}."));
    }
    words
}

/// The white space at the end, in words.
fn ending(data: &[u8]) -> String {
    let names = [
        (b' ', "space", "spaces"),
        (b'\t', "tab", "tabs"),
        (b'\r', "carriage return", "carriage returns"),
        (b'\n', "line feed", "line feeds"),
    ];
    let kept = data.trim_ascii_end().len();
    let end = data.get(kept..).unwrap_or_default();
    let counted = names.iter().filter_map(|(byte, one, many)| {
        let count = end.iter().filter(|other| *other == byte).count();
        match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        }
    });
    counted.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        Body {
            text: text.into(),
            length: text.len() as u64,
            ..Body::default()
        }
    }

    fn signs(data: &[u8]) -> String {
        runs(data, &classes(data))
            .into_iter()
            .map(|run| run.signs)
            .collect()
    }

    #[test]
    fn each_kind_of_byte_has_a_sign() {
        assert_eq!(
            signs(b"\xef\xbb\xbfa b \n\x00\xc3\xa9\xff\t"),
            "^^^a b·..◦◦×·"
        );
        assert_eq!(signs(b""), "");
        let found = runs(b"ab\x00", &classes(b"ab\x00"));
        assert_eq!(found[0].hex, "61 62 ");
        assert_eq!((found[1].class, found.len()), (Class::Control, 2));
    }

    #[test]
    fn what_is_overlooked_is_said() {
        let said = |data: &[u8]| remarks(data, &classes(data)).join(" ");
        assert_eq!(said(b"abc"), "");
        assert_eq!(
            said(b"\xef\xbb\xbfa\xff\xfe \r\n"),
            "Begins with a byte order mark (ef bb bf). 2 bytes are not UTF-8, the first at offset 4. \
             Ends with 1 space, 1 carriage return, 1 line feed."
        );
        assert_eq!(
            said(b"x\xc3"),
            "1 byte is not UTF-8, the first at offset 1."
        );
    }

    #[test]
    fn bytes_are_exact_unless_something_stands_in_their_place() {
        let exact = |body: &Body| of(body).map(|bytes| bytes.exact);
        assert_eq!(exact(&body("abc")), Some(true));
        assert_eq!(exact(&body("⟨code · 3 chars · #a1⟩")), Some(false));
        assert_eq!(exact(&body("a\u{fffd}")), Some(false));
        assert_eq!(
            exact(&Body {
                length: 9,
                ..body("abc")
            }),
            Some(false)
        );
        let binary = Body {
            base64: Some("AP8=".into()),
            length: 2,
            ..Body::default()
        };
        assert_eq!(
            of(&binary),
            Some(Bytes {
                data: vec![0, 255],
                exact: true
            })
        );
        let dropped = Body {
            length: 7,
            ..body("7 bytes, not kept: it is compressed")
        };
        assert!(is_dropped(&dropped) && of(&dropped).is_none());
    }
}
