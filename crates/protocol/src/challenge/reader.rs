//! The reader of one `WWW-Authenticate` value: a cursor that goes through it once, word by word.

use super::chars::{is_space, is_token_char, is_token68_char, is_word};
use super::problem::{is_known_scheme, meant_scheme};
use super::{Challenge, ChallengeProblem, Challenges, Param, ProblemKind};
use crate::cursor::Cursor;
use crate::parsed::excerpt;
use std::collections::BTreeSet;
use std::ops::Range;

/// Longest excerpt of the header in a message.
pub(super) const EXCERPT: usize = 80;
/// Most problems told of one header value: a value made to have thousands must not keep every rule busy, and
/// nobody reads more. The value itself is kept whole.
const MOST_PROBLEMS: usize = 100;

/// Reads one header value.
pub(super) fn read(header: usize, value: &str) -> Challenges {
    let mut reader = Reader {
        cursor: Cursor::new(value),
        header,
        found: Challenges::default(),
        gap: Gap::default(),
        names: BTreeSet::new(),
    };
    reader.run();
    reader.found
}

/// What lies between two elements.
#[derive(Default, Clone)]
struct Gap {
    range: Range<usize>,
    commas: usize,
    other: Option<char>,
}

pub(super) struct Reader<'a> {
    pub(super) cursor: Cursor<'a>,
    header: usize,
    found: Challenges,
    gap: Gap,
    /// Names of the current challenge's parameters, in lower case.
    names: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        self.take_gap();
        if self.cursor.is_at_end() {
            let range = 0..self.cursor.at();
            self.report(ProblemKind::Empty, range, "the header has no value");
            return;
        }
        self.report_empty_elements(0);
        loop {
            let before = self.cursor.at();
            self.element();
            if self.cursor.at() == before {
                self.stray_character();
            }
            self.take_gap();
            if self.cursor.is_at_end() {
                break;
            }
            self.report_empty_elements(1);
        }
        if self.gap.commas > 0 {
            let gap = self.gap.range.clone();
            self.report(ProblemKind::EmptyElement, gap, "a comma at the end");
        }
        self.report_schemes();
    }

    /// White space, commas and semicolons up to the next element.
    fn take_gap(&mut self) {
        let range = self
            .cursor
            .take_while(|c| is_space(c) || matches!(c, ',' | ';'));
        let text = self.cursor.slice(range.clone());
        self.gap = Gap {
            commas: text.matches(',').count(),
            other: text.chars().find(|c| *c == ';'),
            range,
        };
    }

    fn report_empty_elements(&mut self, allowed: usize) {
        if self.gap.commas > allowed {
            let message = "a comma with nothing before it";
            self.report(ProblemKind::EmptyElement, self.gap.range.clone(), message);
        }
        if self.gap.other.is_some() {
            let message = "a semicolon where a comma belongs";
            self.report(ProblemKind::WrongSeparator, self.gap.range.clone(), message);
        }
    }

    /// A parameter, a scheme, a token68, or text that belongs to none.
    fn element(&mut self) {
        let word = self.cursor.take_while(is_word);
        if word.is_empty() {
            return;
        }
        if self.is_token68(&word) {
            return self.token68(word);
        }
        let after_word = self.cursor.at();
        let space = self.cursor.take_while(is_space);
        if self.cursor.peek() == Some('=') {
            self.cursor.bump();
            let equals = self.cursor.at();
            let after = self.cursor.take_while(is_space);
            let param = self.param(word.clone(), equals, after.clone());
            if !space.is_empty() || (!after.is_empty() && !param.value_range.is_empty()) {
                self.report_space_around_equals(&word, after_word..after.end);
            }
            self.add_param(param);
        } else {
            self.cursor.rewind(after_word);
            self.word(word);
        }
    }

    fn report_space_around_equals(&mut self, name: &Range<usize>, range: Range<usize>) {
        let message = format!("white space around the equals sign of {}", self.text(name));
        self.report(ProblemKind::SpaceAroundEquals, range, message);
    }

    /// Whether `word` is the token68 of the scheme just read: nothing but `=` follows within the element.
    fn is_token68(&self, word: &Range<usize>) -> bool {
        let Some(challenge) = self.found.list.last() else {
            return false;
        };
        let first = challenge.params.is_empty() && challenge.token68.is_none();
        if !first || self.gap.commas > 0 || self.gap.range.is_empty() {
            return false;
        }
        let text = self.text(word);
        let rest = self.cursor.rest();
        let padding = rest.chars().take_while(|c| *c == '=').count();
        let after = rest.trim_start_matches('=').trim_start_matches(is_space);
        let ends = after.is_empty() || after.starts_with(',');
        let is_name = padding == 1 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        ends && !is_name && text.chars().all(is_token68_char) && !is_known_scheme(text)
    }

    fn token68(&mut self, word: Range<usize>) {
        let padding = self.cursor.take_while(|c| c == '=');
        let range = word.start..padding.end;
        let text = self.text(&range).to_owned();
        if let Some(challenge) = self.found.list.last_mut() {
            challenge.token68 = Some(text);
            challenge.range.end = range.end;
        }
    }

    /// A word without an equals sign: a scheme, or the rest of something that went wrong.
    fn word(&mut self, word: Range<usize>) {
        let text = self.text(&word);
        let may_join = self.gap.commas == 0 && !is_known_scheme(text);
        if may_join && (self.joins_scheme(&word) || self.joins_value(&word)) {
            return;
        }
        if self.gap.commas == 0 && !self.found.list.is_empty() && self.gap.other.is_none() {
            let message = format!("no comma before {}", excerpt(text, EXCERPT));
            self.report(ProblemKind::MissingComma, self.gap_or(&word), message);
        }
        self.names.clear();
        self.found.list.push(Challenge {
            scheme: text.to_owned(),
            params: Vec::new(),
            token68: None,
            header: self.header,
            range: word.clone(),
            scheme_range: word,
        });
    }

    /// `Bear er realm=…`: a second word before the first parameter belongs to the scheme.
    fn joins_scheme(&mut self, word: &Range<usize>) -> bool {
        let text = self.text(word).to_owned();
        let Some(challenge) = self.found.list.last_mut() else {
            return false;
        };
        if !challenge.params.is_empty()
            || challenge.token68.is_some()
            || challenge.scheme.is_empty()
        {
            return false;
        }
        challenge.scheme.push(' ');
        challenge.scheme.push_str(&text);
        challenge.scheme_range.end = word.end;
        challenge.range.end = word.end;
        true
    }

    /// `scope=read write`: a word after a value without quotes belongs to that value.
    fn joins_value(&mut self, word: &Range<usize>) -> bool {
        let text = self.text(word).to_owned();
        let Some(challenge) = self.found.list.last_mut() else {
            return false;
        };
        let Some(param) = challenge.params.last_mut().filter(|param| !param.quoted) else {
            return false;
        };
        param.value.push(' ');
        param.value.push_str(&text);
        param.value_range.end = word.end;
        challenge.range.end = word.end;
        let range = param.value_range.clone();
        let name = excerpt(&param.name, EXCERPT);
        let message = format!("the value of {name} has white space and no quotation marks");
        // One problem per value, however many words it has; it is among the last few.
        let known = self.found.problems.iter_mut().rev().take(4);
        let mut known = known.filter(|p| p.kind == ProblemKind::UnquotedValue);
        match known.find(|p| p.range.start == range.start) {
            Some(problem) => {
                problem.range = range;
                problem.message = message;
            }
            None => self.report(ProblemKind::UnquotedValue, range, message),
        }
        true
    }

    fn add_param(&mut self, param: Param) {
        self.report_separator(&param);
        if !param.name.chars().all(is_token_char) {
            let message = format!("{} is not a parameter name", excerpt(&param.name, EXCERPT));
            self.report(ProblemKind::InvalidName, param.name_range.clone(), message);
        }
        let end = self.cursor.at();
        let header = self.header;
        let start = param.name_range.start;
        if self.found.list.is_empty() {
            let message = format!("the parameter {} comes before any scheme", param.name);
            self.report(ProblemKind::MissingScheme, start..start, message);
            self.found.list.push(Challenge {
                scheme: String::new(),
                params: Vec::new(),
                token68: None,
                header,
                range: start..end,
                scheme_range: start..start,
            });
        }
        if !self.names.insert(param.name.to_ascii_lowercase()) {
            let message = format!("the parameter {} comes more than once", param.name);
            self.report(
                ProblemKind::DuplicateParam,
                param.name_range.clone(),
                message,
            );
        }
        if let Some(challenge) = self.found.list.last_mut() {
            challenge.params.push(param);
            challenge.range.end = end;
        }
    }

    /// Between scheme and first parameter a space, between parameters a comma.
    fn report_separator(&mut self, param: &Param) {
        let Some(challenge) = self.found.list.last() else {
            return;
        };
        let first = challenge.params.is_empty() && challenge.token68.is_none();
        let gap = self.gap_or(&param.name_range);
        let name = excerpt(&param.name, EXCERPT);
        if first && self.gap.commas > 0 {
            let message = format!("a comma between the scheme {} and {name}", challenge.scheme);
            self.report(ProblemKind::CommaAfterScheme, gap, message);
        } else if !first && self.gap.commas == 0 && self.gap.other.is_none() {
            let message = format!("no comma before {name}");
            self.report(ProblemKind::MissingComma, gap, message);
        }
    }

    /// The gap before an element, or the element's name when there is none.
    fn gap_or(&self, element: &Range<usize>) -> Range<usize> {
        if self.gap.range.is_empty() {
            element.clone()
        } else {
            self.gap.range.clone()
        }
    }

    fn stray_character(&mut self) {
        let start = self.cursor.at();
        self.cursor.bump();
        let range = start..self.cursor.at();
        let message = match self.text(&range) {
            "\"" => "a quotation mark stands where a scheme or a name belongs".to_owned(),
            other => format!("{other} fits nowhere here"),
        };
        self.report(ProblemKind::StrayText, range, message);
    }

    fn report_schemes(&mut self) {
        let mut problems = Vec::new();
        for challenge in &self.found.list {
            let scheme = &challenge.scheme;
            let shown = excerpt(scheme, EXCERPT);
            let problem = if let Some(meant) = meant_scheme(scheme) {
                (
                    ProblemKind::MisspeltScheme,
                    format!("the scheme is {shown}, not {meant}"),
                )
            } else if !scheme.chars().all(is_token_char) {
                (
                    ProblemKind::InvalidName,
                    format!("{shown} is not an authentication scheme"),
                )
            } else {
                continue;
            };
            problems.push((problem.0, challenge.scheme_range.clone(), problem.1));
        }
        for (kind, range, message) in problems {
            self.report(kind, range, message);
        }
        self.found
            .problems
            .sort_by_key(|problem| problem.range.start);
    }

    pub(super) fn text(&self, range: &Range<usize>) -> &'a str {
        self.cursor.slice(range.clone())
    }

    pub(super) fn report(
        &mut self,
        kind: ProblemKind,
        range: Range<usize>,
        message: impl Into<String>,
    ) {
        if self.found.problems.len() >= MOST_PROBLEMS {
            return;
        }
        self.found.problems.push(ChallengeProblem {
            kind,
            message: message.into(),
            header: self.header,
            range,
        });
    }
}
