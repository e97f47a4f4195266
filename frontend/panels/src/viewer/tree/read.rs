//! JSON read into a flat list of nodes that point into the text: numbers stay as they were written, members that come
//! twice are both there, and no depth overflows anything.

use std::borrow::Cow;
use std::ops::Range;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    Text,
    Number,
    /// `true`, `false` or `null`.
    Word,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) depth: usize,
    pub(crate) parent: Option<usize>,
    /// One past its last descendant in the list.
    pub(crate) end: usize,
    /// Its name in the text, with the quotes.
    pub(crate) name: Option<Range<usize>>,
    /// Its value in the text.
    pub(crate) value: Range<usize>,
    /// How many members or items it has.
    pub(crate) children: usize,
    /// Its place among its siblings, from 1.
    pub(crate) place: usize,
}

impl Node {
    /// Whether it has something to fold.
    pub(crate) const fn is_parent(&self) -> bool {
        self.children > 0
    }

    /// From its name to the end of its value.
    pub(crate) fn range(&self) -> Range<usize> {
        let start = self
            .name
            .as_ref()
            .map_or(self.value.start, |name| name.start);
        start..self.value.end
    }
}

/// The characters that a quoted text stands for.
pub(crate) fn unquoted<'a>(text: &'a str, range: &Range<usize>) -> Cow<'a, str> {
    let quoted = text.get(range.clone()).unwrap_or_default();
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
        _ => serde_json::from_str(quoted).map_or(Cow::Borrowed(quoted), Cow::Owned),
    }
}

/// Reads a text; a byte order mark before it is stepped over.
///
/// # Errors
/// The byte at which it stops being JSON.
pub(crate) fn read(text: &str) -> Result<Vec<Node>, usize> {
    let mut reader = Reader {
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        nodes: Vec::new(),
        open: Vec::new(),
    };
    reader.space();
    reader.value(None)?;
    while let Some(parent) = reader.open.last().copied() {
        reader.child(parent)?;
    }
    reader.space();
    if reader.at == text.len() {
        Ok(reader.nodes)
    } else {
        Err(reader.at)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: Vec<Node>,
    /// The objects and arrays that are not closed yet.
    open: Vec<usize>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), usize> {
        if self.peek() != Some(byte) {
            return Err(self.at);
        }
        self.at += 1;
        Ok(())
    }

    /// The next member or item of an open value, or its end.
    fn child(&mut self, parent: usize) -> Result<(), usize> {
        let Some((kind, before)) = self
            .nodes
            .get(parent)
            .map(|node| (node.kind, node.children))
        else {
            return Err(self.at);
        };
        let is_object = kind == Kind::Object;
        self.space();
        if self.peek() == Some(if is_object { b'}' } else { b']' }) {
            self.at += 1;
            self.close(parent);
            return Ok(());
        }
        if before > 0 {
            self.expect(b',')?;
            self.space();
        }
        let name = if is_object { Some(self.name()?) } else { None };
        self.value(name)
    }

    fn close(&mut self, parent: usize) {
        let (end, at) = (self.nodes.len(), self.at);
        if let Some(node) = self.nodes.get_mut(parent) {
            node.end = end;
            node.value.end = at;
        }
        self.open.pop();
    }

    fn name(&mut self) -> Result<Range<usize>, usize> {
        let name = self.quoted()?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(name)
    }

    fn value(&mut self, name: Option<Range<usize>>) -> Result<(), usize> {
        let start = self.at;
        let kind = match self.peek().ok_or(start)? {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::Text,
            b'-' | b'0'..=b'9' => Kind::Number,
            _ => Kind::Word,
        };
        match kind {
            Kind::Object | Kind::Array => self.at += 1,
            Kind::Text => _ = self.quoted()?,
            Kind::Number | Kind::Word => self.plain()?,
        }
        let parent = self.open.last().copied();
        let place = self.count(parent);
        let index = self.nodes.len();
        self.nodes.push(Node {
            kind,
            depth: self.open.len(),
            parent,
            end: index + 1,
            name,
            value: start..self.at,
            children: 0,
            place,
        });
        if matches!(kind, Kind::Object | Kind::Array) {
            self.open.push(index);
        }
        Ok(())
    }

    /// One more child; gives its place.
    fn count(&mut self, parent: Option<usize>) -> usize {
        let node = parent.and_then(|parent| self.nodes.get_mut(parent));
        node.map_or(1, |node| {
            node.children += 1;
            node.children
        })
    }

    fn quoted(&mut self) -> Result<Range<usize>, usize> {
        let start = self.at;
        self.expect(b'"')?;
        let mut escaped = false;
        loop {
            match self.peek().ok_or(self.at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                0..=0x1f => return Err(self.at),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let range = start..self.at;
        let quoted = self.text.get(range.clone()).ok_or(start)?;
        if escaped && serde_json::from_str::<String>(quoted).is_err() {
            return Err(start);
        }
        Ok(range)
    }

    /// A number or one of the three words.
    fn plain(&mut self) -> Result<(), usize> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        {
            self.at += 1;
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let known = matches!(word, "true" | "false" | "null");
        if known || serde_json::from_str::<serde_json::Number>(word).is_ok() {
            Ok(())
        } else {
            Err(start)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_point_into_the_text() {
        let text = "\u{feff} {\"a\\n\": [1.0, true], \"b\": {}, \"a\\n\": \"x\"} ";
        let nodes = read(text).unwrap();
        let shape: Vec<_> = nodes
            .iter()
            .map(|n| (n.depth, n.kind, n.end, n.children, n.place))
            .collect();
        assert_eq!(
            shape,
            [
                (0, Kind::Object, 6, 3, 1),
                (1, Kind::Array, 4, 2, 1),
                (2, Kind::Number, 3, 0, 1),
                (2, Kind::Word, 4, 0, 2),
                (1, Kind::Object, 5, 0, 2),
                (1, Kind::Text, 6, 0, 3),
            ]
        );
        assert_eq!(&text[nodes[2].value.clone()], "1.0");
        assert_eq!(unquoted(text, nodes[1].name.as_ref().unwrap()), "a\n");
        assert_eq!(&text[nodes[1].range()], "\"a\\n\": [1.0, true]");
        assert_eq!(nodes[3].parent, Some(1));
    }

    #[test]
    fn it_agrees_with_the_strict_reader() {
        let texts = [
            "",
            "1",
            "-",
            "01",
            "1.5e3",
            "1e",
            "nul",
            "null",
            "\"a\"",
            "\"a",
            "\"\\x\"",
            "\"\\u00e9\"",
            "\"\n\"",
            "[]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":}",
            "[1}",
            "{} x",
            "[[[]]]",
            "\"é\"",
            "tru",
            "truex",
            "[true,false,null]",
            "{\"a\":{\"b\":[{}]}}",
            "\"\\ud800\"",
            "+1",
            ".5",
            "\"\\",
        ];
        for text in texts {
            let strict = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(read(text).is_ok(), strict, "{text}");
        }
    }

    #[test]
    fn it_says_where_it_stops_and_how_deep_does_not_matter() {
        assert_eq!(read("{\"a\": 1 \"b\": 2}"), Err(8));
        assert_eq!(read("<html>"), Err(0));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).unwrap().len(), 100_000);
    }
}
