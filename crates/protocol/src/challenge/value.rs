//! The value of a parameter: a quoted-string, a token, or what people write instead.

use super::chars::{is_smart_quote, is_space, is_token_char, is_unquoted};
use super::reader::{EXCERPT, Reader};
use super::{Param, ProblemKind};
use crate::parsed::excerpt;
use std::ops::Range;

/// How a quotation mark looks after one escaping too many.
const ESCAPED_MARKS: [&str; 4] = ["\\\"", "&quot;", "&#34;", "&#x22;"];

impl Reader<'_> {
    /// The value of a parameter; the cursor is after the equals sign and white space.
    pub(super) fn param(
        &mut self,
        name_range: Range<usize>,
        equals: usize,
        space: Range<usize>,
    ) -> Param {
        let (value, quoted, value_range) = match self.cursor.peek() {
            Some('"') => self.quoted(),
            Some(c) if is_smart_quote(c) => {
                self.otherwise_quoted(ProblemKind::SmartQuotes, is_smart_quote)
            }
            Some('\'') => self.otherwise_quoted(ProblemKind::SingleQuotes, |c| c == '\''),
            None | Some(',' | ';') => self.no_value(&name_range, equals, space),
            Some('\\' | '&') if self.escaped_mark().is_some() => self.escaped_quotes(),
            Some(_) => self.unquoted(),
        };
        Param {
            name: self.text(&name_range).to_owned(),
            value,
            quoted,
            name_range,
            value_range,
        }
    }

    fn no_value(
        &mut self,
        name: &Range<usize>,
        equals: usize,
        space: Range<usize>,
    ) -> (String, bool, Range<usize>) {
        self.cursor.rewind(space.start);
        let message = format!("the parameter {} has no value", self.text(name));
        self.report(ProblemKind::MissingValue, name.start..equals, message);
        (String::new(), false, equals..equals)
    }

    /// A quoted-string (RFC 9110 §5.6.4).
    fn quoted(&mut self) -> (String, bool, Range<usize>) {
        let open = self.cursor.at();
        self.cursor.bump();
        let start = self.cursor.at();
        let mut value = String::new();
        loop {
            let at = self.cursor.at();
            match self.cursor.bump() {
                Some('"') => {
                    return match self.lost_quote(start..at) {
                        Some(end) => self.unclosed(open, start..end),
                        None => (value, true, start..at),
                    };
                }
                Some('\\') => value.extend(self.cursor.bump()),
                Some(other) => value.push(other),
                None => return self.unclosed(open, start..at),
            }
        }
    }

    /// `realm="x, resource_metadata="https://…`: a string that ends in `, name=` right before something that
    /// is no separator lost its closing mark before the comma. Gives the end it was meant to have.
    fn lost_quote(&self, content: Range<usize>) -> Option<usize> {
        let next = self.cursor.peek()?;
        if is_space(next) || matches!(next, ',' | ';') {
            return None;
        }
        let text = self.text(&content);
        let before_equals = text.trim_end_matches(is_space).strip_suffix('=')?;
        let (value, name) = before_equals.rsplit_once(',')?;
        let name = name.trim_matches(is_space);
        let is_name = !name.is_empty() && name.chars().all(is_token_char);
        is_name.then_some(content.start + value.len())
    }

    fn unclosed(&mut self, open: usize, range: Range<usize>) -> (String, bool, Range<usize>) {
        self.cursor.rewind(range.end);
        let value = self.text(&range).to_owned();
        let message = format!(
            "the quotation mark before {} is not closed",
            excerpt(&value, EXCERPT)
        );
        self.report(ProblemKind::MissingClosingQuote, open..range.end, message);
        (value, true, range)
    }

    /// A value between marks that are no quotation marks in HTTP.
    fn otherwise_quoted(
        &mut self,
        kind: ProblemKind,
        is_mark: impl Fn(char) -> bool,
    ) -> (String, bool, Range<usize>) {
        let open = self.cursor.at();
        self.cursor.bump();
        let start = self.cursor.at();
        let is_end = |c: char| is_mark(c) || (kind == ProblemKind::SmartQuotes && c == '"');
        let range = self.cursor.take_while(|c| !is_end(c) && c != ',');
        if !self.cursor.peek().is_some_and(is_end) {
            // The mark is not closed before the next comma: the value ends at white space, as without marks.
            self.cursor.rewind(start);
            let range = self.cursor.take_while(is_unquoted);
            return self.wrong_marks(kind, open, range);
        }
        self.cursor.bump();
        self.wrong_marks(kind, open, range)
    }

    /// A quotation mark as it looks after one escaping too many.
    fn escaped_mark(&self) -> Option<&'static str> {
        let rest = self.cursor.rest();
        ESCAPED_MARKS
            .into_iter()
            .find(|mark| rest.starts_with(mark))
    }

    fn escaped_quotes(&mut self) -> (String, bool, Range<usize>) {
        let open = self.cursor.at();
        let mark = self.escaped_mark().unwrap_or_default();
        let start = open + mark.len();
        let rest = self.cursor.rest().get(mark.len()..).unwrap_or_default();
        let Some(length) = rest.find(mark) else {
            self.cursor.rewind(start);
            let range = self.cursor.take_while(is_unquoted);
            return self.wrong_marks(ProblemKind::EscapedQuotes, open, range);
        };
        self.cursor.rewind(start + length + mark.len());
        self.wrong_marks(ProblemKind::EscapedQuotes, open, start..start + length)
    }

    fn wrong_marks(
        &mut self,
        kind: ProblemKind,
        open: usize,
        range: Range<usize>,
    ) -> (String, bool, Range<usize>) {
        let value = self.text(&range).to_owned();
        let whole = open..self.cursor.at();
        let message = format!(
            "{} has no straight double quotation marks",
            excerpt(self.text(&whole), EXCERPT)
        );
        self.report(kind, whole, message);
        (value, false, range)
    }

    /// A token, or what stands in its place up to white space or a comma.
    fn unquoted(&mut self) -> (String, bool, Range<usize>) {
        let mut range = self.cursor.take_while(is_unquoted);
        let trimmed = self.text(&range).trim_end_matches(';').len();
        range.end = range.start + trimmed;
        self.cursor.rewind(range.end);
        let value = self.text(&range).to_owned();
        if let Some(stem) = value.strip_suffix('"').filter(|stem| !stem.contains('"')) {
            let message = format!("no quotation mark before {}", excerpt(stem, EXCERPT));
            let kind = ProblemKind::MissingOpeningQuote;
            self.report(kind, range.clone(), message);
            range.end = range.start + stem.len();
            return (stem.to_owned(), false, range);
        }
        if !value.chars().all(is_token_char) {
            let message = format!(
                "the value {} has no quotation marks",
                excerpt(&value, EXCERPT)
            );
            self.report(ProblemKind::UnquotedValue, range.clone(), message);
        }
        (value, false, range)
    }
}
