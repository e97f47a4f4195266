//! Where a JSON value is in a text: byte ranges for JSON pointers (RFC 6901).
//!
//! A scanner, not a parser: it also finds values in a text that is cut off, has trailing commas, a byte
//! order mark or other blemishes. Of duplicate members the last counts, as with most JSON readers.

use crate::cursor::Cursor;
use std::collections::BTreeSet;
use std::ops::Range;

/// The byte range of the value at `pointer`, quotes and brackets included.
#[must_use]
pub fn json(text: &str, pointer: &str) -> Option<Range<usize>> {
    find(text, pointer).map(|found| found.value)
}

/// The byte range of the member name (with its quotes) that leads to the value at `pointer`.
#[must_use]
pub fn json_key(text: &str, pointer: &str) -> Option<Range<usize>> {
    find(text, pointer).and_then(|found| found.key)
}

/// The byte range from the member name to the end of its value; for array items and the root, the value.
#[must_use]
pub fn json_member(text: &str, pointer: &str) -> Option<Range<usize>> {
    let found = find(text, pointer)?;
    let start = found.key.map_or(found.value.start, |key| key.start);
    Some(start..found.value.end)
}

/// The characters of a string value without its quotes, or the value itself when it is no string.
#[must_use]
pub fn json_content(text: &str, pointer: &str) -> Option<Range<usize>> {
    let range = json(text, pointer)?;
    let value = text.get(range.clone())?;
    let Some(inner) = value.strip_prefix('"') else {
        return Some(range);
    };
    let length = inner.strip_suffix('"').unwrap_or(inner).len();
    let start = range.start + 1;
    Some(start..start + length)
}

/// The ranges of the names of top-level members that come more than once, with the name.
#[must_use]
pub fn duplicate_members(text: &str) -> Vec<(String, Range<usize>)> {
    let mut cursor = Cursor::new(text);
    skip_space(&mut cursor);
    let mut seen = BTreeSet::new();
    let mut duplicates = Vec::new();
    if cursor.peek() != Some('{') {
        return duplicates;
    }
    for_each_child(&mut cursor, |child| {
        if let Some((name, range)) = child.name {
            if seen.contains(&name) {
                duplicates.push((name, range));
            } else {
                seen.insert(name);
            }
        }
    });
    duplicates
}

struct Found {
    key: Option<Range<usize>>,
    value: Range<usize>,
}

/// One member or item met while scanning.
struct Child {
    name: Option<(String, Range<usize>)>,
    index: usize,
    value: Range<usize>,
}

fn find(text: &str, pointer: &str) -> Option<Found> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    let mut cursor = Cursor::new(text);
    skip_space(&mut cursor);
    let mut key = None;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let child = last_child(&mut cursor, &token)?;
        cursor.rewind(child.value.start);
        key = child.name.map(|(_, range)| range);
    }
    let value = skip_value(&mut cursor);
    (!value.is_empty()).then_some(Found { key, value })
}

fn last_child(cursor: &mut Cursor<'_>, token: &str) -> Option<Child> {
    let mut found = None;
    let as_index = array_index(token);
    for_each_child(cursor, |child| {
        let wanted = match &child.name {
            Some((name, _)) => name == token,
            None => Some(child.index) == as_index,
        };
        if wanted {
            found = Some(child);
        }
    });
    found
}

/// A number without leading zeros (RFC 6901 §4).
fn array_index(token: &str) -> Option<usize> {
    let index: usize = token.parse().ok()?;
    (index.to_string() == token).then_some(index)
}

/// Visits the members of the object, or the items of the array, that begins here.
fn for_each_child(cursor: &mut Cursor<'_>, mut visit: impl FnMut(Child)) {
    let (is_object, close) = match cursor.bump() {
        Some('{') => (true, '}'),
        Some('[') => (false, ']'),
        _ => return,
    };
    let mut index = 0;
    loop {
        cursor.take_while(|c| is_space(c) || c == ',');
        if cursor.is_at_end() || cursor.eat(close) {
            return;
        }
        let before = cursor.at();
        let name = if is_object { member_name(cursor) } else { None };
        let value = skip_value(cursor);
        if !value.is_empty() && (!is_object || name.is_some()) {
            visit(Child { name, index, value });
            index += 1;
        }
        if cursor.at() == before {
            // A bracket of the wrong kind, or a stray colon: step over it.
            cursor.bump();
        }
    }
}

/// A member name and its colon; `None` when no colon follows (then the text is not a member).
fn member_name(cursor: &mut Cursor<'_>) -> Option<(String, Range<usize>)> {
    let range = skip_value(cursor);
    skip_space(cursor);
    if !cursor.eat(':') {
        return None;
    }
    skip_space(cursor);
    let raw = cursor.slice(range.clone());
    let name = serde_json::from_str(raw).unwrap_or_else(|_| raw.trim_matches('"').to_owned());
    Some((name, range))
}

fn skip_space(cursor: &mut Cursor<'_>) {
    cursor.take_while(is_space);
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{feff}')
}

/// The value that begins here: a string, a bracketed whole, or a run of other characters.
fn skip_value(cursor: &mut Cursor<'_>) -> Range<usize> {
    match cursor.peek() {
        Some('"') => skip_string(cursor),
        Some('{' | '[') => skip_bracketed(cursor),
        _ => cursor.take_while(|c| !is_space(c) && !matches!(c, ',' | ':' | '}' | ']' | '{' | '[')),
    }
}

fn skip_string(cursor: &mut Cursor<'_>) -> Range<usize> {
    let start = cursor.at();
    cursor.bump();
    while let Some(c) = cursor.bump() {
        match c {
            '\\' => {
                cursor.bump();
            }
            '"' => break,
            _ => {}
        }
    }
    start..cursor.at()
}

fn skip_bracketed(cursor: &mut Cursor<'_>) -> Range<usize> {
    let start = cursor.at();
    let mut depth = 0_usize;
    while let Some(c) = cursor.peek() {
        match c {
            '"' => {
                skip_string(cursor);
                continue;
            }
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        cursor.bump();
        if depth == 0 {
            break;
        }
    }
    start..cursor.at()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at<'a>(text: &'a str, pointer: &str) -> Option<&'a str> {
        json(text, pointer).map(|range| &text[range])
    }

    const TEXT: &str =
        r#" {"a": "x", "b" :[1, {"c/d": true}, "é"], "~": null, "e": {"f": "g\"h"}} "#;

    #[test]
    fn values_are_found() {
        assert_eq!(at(TEXT, ""), Some(TEXT.trim()));
        assert_eq!(at(TEXT, "/a"), Some("\"x\""));
        assert_eq!(at(TEXT, "/b/0"), Some("1"));
        assert_eq!(at(TEXT, "/b/1/c~1d"), Some("true"));
        assert_eq!(at(TEXT, "/b/2"), Some("\"é\""));
        assert_eq!(at(TEXT, "/~0"), Some("null"));
        assert_eq!(at(TEXT, "/e/f"), Some(r#""g\"h""#));
        assert_eq!(at(TEXT, "/b"), Some(r#"[1, {"c/d": true}, "é"]"#));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for pointer in ["/z", "/b/3", "/b/x", "/a/0", "/b/01", "a", "/"] {
            assert_eq!(at(TEXT, pointer), None, "{pointer}");
        }
        assert_eq!(at("", ""), None);
        assert_eq!(at("", "/a"), None);
    }

    #[test]
    fn keys_members_and_contents() {
        let slice = |range: Option<Range<usize>>| range.map(|r| &TEXT[r]);
        assert_eq!(slice(json_key(TEXT, "/b")), Some("\"b\""));
        assert_eq!(slice(json_key(TEXT, "/b/0")), None);
        assert_eq!(slice(json_member(TEXT, "/a")), Some(r#""a": "x""#));
        assert_eq!(slice(json_member(TEXT, "/b/0")), Some("1"));
        assert_eq!(slice(json_content(TEXT, "/a")), Some("x"));
        assert_eq!(slice(json_content(TEXT, "/b/0")), Some("1"));
        assert_eq!(slice(json_content(TEXT, "/e/f")), Some(r#"g\"h"#));
    }

    #[test]
    fn broken_texts_are_searched_as_far_as_they_go() {
        assert_eq!(at("\u{feff}{\"a\":1,}", "/a"), Some("1"));
        assert_eq!(at(r#"{"a":[1,2,"#, "/a/1"), Some("2"));
        assert_eq!(at(r#"{"a":"cut of"#, "/a"), Some("\"cut of"));
        assert_eq!(at(r#"{"a":{"b":"x"#, "/a/b"), Some("\"x"));
        assert_eq!(at(r#"{a:1, 'b':2}"#, "/a"), Some("1"));
        assert_eq!(at(r#"{"a" "b", "c":3}"#, "/c"), Some("3"));
        assert_eq!(at(r#"{"a":]1}"#, "/a"), None);
        assert_eq!(json_content("{\"a\":\"", "/a"), Some(6..6));
    }

    #[test]
    fn the_last_duplicate_counts() {
        let text = r#"{"a":1,"b":2,"\u0061":3}"#;
        assert_eq!(at(text, "/a"), Some("3"));
        let duplicates = duplicate_members(text);
        assert_eq!(duplicates.len(), 1);
        assert_eq!(duplicates[0].0, "a");
        assert_eq!(&text[duplicates[0].1.clone()], r#""\u0061""#);
        assert!(duplicate_members("[1,1]").is_empty());
    }

    #[test]
    fn deep_nesting_is_no_recursion() {
        let text = "[".repeat(200_000);
        assert_eq!(json(&text, "/0").map(|range| range.start), Some(1));
    }

    proptest! {
        #[test]
        fn ranges_are_valid(
            text in "[\\[\\]{}\",:a\\\\0-2 é⟨]{0,40}",
            pointer in "(/[a0-2~]{0,2}){0,3}",
        ) {
            for range in [json(&text, &pointer), json_key(&text, &pointer),
                          json_member(&text, &pointer), json_content(&text, &pointer)].into_iter().flatten() {
                prop_assert!(text.get(range).is_some());
            }
            for (_, range) in duplicate_members(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }

        #[test]
        fn agrees_with_serde(a in ".{0,8}", b in ".{0,8}") {
            let value = serde_json::json!({ a.clone(): [b.clone()], "tail": { "x": b } });
            let text = serde_json::to_string_pretty(&value).unwrap();
            let pointer = format!("{}/0", crate::fields::pointer(&a));
            if a != "tail" {
                let range = json(&text, &pointer).unwrap();
                let read: serde_json::Value = serde_json::from_str(&text[range]).unwrap();
                prop_assert_eq!(Some(&read), value.pointer(&pointer));
            }
        }
    }
}
