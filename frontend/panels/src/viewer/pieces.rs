//! A text cut into pieces, each with what is to be seen of it: a masked secret, a hit, evidence, blanks at an end.

use authscope_protocol::url_text::is_invisible;
use std::ops::Range;

/// A masked secret.
pub(super) const MASK: u8 = 1;
/// What a search found.
pub(super) const HIT: u8 = 2;
/// What a finding points at.
pub(super) const EVIDENCE: u8 = 4;
/// White space before the end of a line.
pub(super) const BLANK: u8 = 8;
/// A byte order mark.
pub(super) const BOM: u8 = 16;
/// In place of bytes that were not UTF-8.
pub(super) const LOST: u8 = 32;
/// A character that leaves no mark, or turns the order of others round.
pub(super) const HIDDEN: u8 = 64;

/// A range of a text and what it is.
pub(super) type Span = (Range<usize>, u8);

/// The text between all ends of the spans, in order. Spans that do not fit the text are left out.
pub(super) fn pieces<'a>(text: &'a str, spans: &[Span]) -> Vec<(&'a str, u8)> {
    let mut ends: Vec<(usize, bool, u8)> = Vec::new();
    for (range, kind) in spans {
        if range.start < range.end && text.get(range.clone()).is_some() {
            ends.push((range.start, true, *kind));
            ends.push((range.end, false, *kind));
        }
    }
    ends.sort_unstable();
    let mut depth = [0_u32; 8];
    let mut found = Vec::new();
    let mut at = 0;
    for (end, begins, kind) in ends {
        push(&mut found, text, at..end, flags(&depth));
        at = end;
        for (bit, open) in depth.iter_mut().enumerate() {
            if kind & (1 << bit) != 0 {
                *open = if begins {
                    *open + 1
                } else {
                    open.saturating_sub(1)
                };
            }
        }
    }
    push(&mut found, text, at..text.len(), 0);
    found
}

fn flags(depth: &[u32; 8]) -> u8 {
    let open = depth.iter().enumerate().filter(|(_, open)| **open > 0);
    open.fold(0, |all, (bit, _)| all | (1 << bit))
}

fn push<'a>(found: &mut Vec<(&'a str, u8)>, text: &'a str, range: Range<usize>, kind: u8) {
    if let Some(piece) = text.get(range).filter(|piece| !piece.is_empty()) {
        found.push((piece, kind));
    }
}

/// The masks of a text.
pub(super) fn masks(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(text, at, "⟨") {
        let Some(end) = find(text, start, "⟩") else {
            break;
        };
        at = end + '⟩'.len_utf8();
        found.push((start..at, MASK));
    }
    found
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    Some(from + text.get(from..)?.find(what)?)
}

/// Where a text has another one in it, whatever the case of letters.
pub(super) fn hits(text: &str, needle: &str) -> Vec<Span> {
    let wanted: Vec<char> = needle.chars().flat_map(char::to_lowercase).collect();
    let mut found: Vec<Span> = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    let mut after = 0;
    for (start, _) in text.char_indices() {
        if start >= after
            && let Some(length) = begins(text.get(start..).unwrap_or_default(), &wanted)
        {
            after = start + length;
            found.push((start..after, HIT));
        }
    }
    found
}

/// Bytes of the beginning of a text that is these characters in any case.
fn begins(text: &str, wanted: &[char]) -> Option<usize> {
    let mut left = wanted;
    for (at, c) in text.char_indices() {
        if left.is_empty() {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            let (first, rest) = left.split_first()?;
            if *first != lower {
                return None;
            }
            left = rest;
        }
    }
    left.is_empty().then_some(text.len())
}

/// Characters that leave no mark: they make two values differ that look the same, or text read in another order.
pub(super) fn hidden(text: &str) -> Vec<Span> {
    let is_hidden =
        |c: char| c != '\u{feff}' && is_invisible(c) || ('\u{2066}'..='\u{2069}').contains(&c);
    let found = text.char_indices().filter(|(_, c)| is_hidden(*c));
    found
        .map(|(at, c)| (at..at + c.len_utf8(), HIDDEN))
        .collect()
}

/// What does not meet the eye: a byte order mark, blanks at the ends of lines, and what was not UTF-8.
pub(super) fn unseen(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut blanks: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match c {
            '\u{feff}' => found.push((at..at + c.len_utf8(), BOM)),
            '\u{fffd}' => found.push((at..at + c.len_utf8(), LOST)),
            _ => {}
        }
        match c {
            ' ' | '\t' => _ = blanks.get_or_insert(at),
            '\n' | '\r' => found.extend(blanks.take().map(|from| (from..at, BLANK))),
            _ => blanks = None,
        }
    }
    found.extend(blanks.map(|from| (from..text.len(), BLANK)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_may_overlap_and_need_not_fit() {
        let spans = [(0..4, MASK), (2..6, HIT), (90..99, HIT), (3..3, HIT)];
        assert_eq!(
            pieces("abcdefgh", &spans),
            [("ab", MASK), ("cd", MASK | HIT), ("ef", HIT), ("gh", 0)]
        );
        assert_eq!(pieces("é", &[(1..2, HIT)]), [("é", 0)]);
        assert_eq!(pieces("", &[]), []);
        assert_eq!(
            pieces("ab", &[(0..1, HIT), (1..2, HIT)]),
            [("a", HIT), ("b", HIT)]
        );
    }

    #[test]
    fn masks_are_whole() {
        let text = "a ⟨code · 8 chars · #a1⟩ b ⟨x";
        let found: Vec<_> = masks(text)
            .into_iter()
            .map(|(range, _)| &text[range])
            .collect();
        assert_eq!(found, ["⟨code · 8 chars · #a1⟩"]);
    }

    #[test]
    fn hits_do_not_care_for_case_and_do_not_overlap() {
        let found = |text: &str, needle| -> Vec<String> {
            hits(text, needle)
                .into_iter()
                .map(|(range, _)| text[range].to_owned())
                .collect()
        };
        assert_eq!(found("Scope scope SCOPE", "scope").len(), 3);
        assert_eq!(found("aaaa", "aa").len(), 2);
        assert_eq!(found("İstanbul İ", "i\u{307}"), ["İ", "İ"]);
        assert_eq!(found("ÀÉ", "é"), ["É"]);
        assert!(found("abc", "").is_empty() && found("ab", "abc").is_empty());
    }

    #[test]
    fn characters_that_leave_no_mark_are_found_one_by_one() {
        let text = "a\u{200b}\u{202e}b\u{2066}\u{feff}";
        let found: Vec<_> = hidden(text)
            .into_iter()
            .map(|(range, _)| &text[range])
            .collect();
        assert_eq!(found, ["\u{200b}", "\u{202e}", "\u{2066}"]);
        assert_eq!(pieces(text, &hidden(text)).len(), 6);
    }

    #[test]
    fn what_does_not_meet_the_eye_is_found() {
        let text = "\u{feff}a  \nb\t\r\n c\u{fffd} ";
        let found: Vec<_> = unseen(text)
            .into_iter()
            .map(|(range, kind)| (&text[range], kind))
            .collect();
        assert_eq!(
            found,
            [
                ("\u{feff}", BOM),
                ("  ", BLANK),
                ("\t", BLANK),
                ("\u{fffd}", LOST),
                (" ", BLANK)
            ]
        );
    }
}
