//! What every parser gives back: the value as far as it can be read, and what is wrong with the text.

use serde::{Deserialize, Serialize};

/// A value and the problems of the text it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parsed<T> {
    /// The value; `None` when the text cannot be read at all.
    pub value: Option<T>,
    /// What is wrong, in the order of reading.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// JSON pointer (RFC 6901) of the value, or the name of the parameter; empty for the whole text.
    pub pointer: String,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// What came, shortened.
    pub received: String,
}

impl Problem {
    /// A problem.
    pub fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            expected: expected.into(),
            received: received.into(),
        }
    }
}

impl<T> Parsed<T> {
    /// A value that was read, perhaps with problems.
    #[must_use]
    pub const fn read(value: T, problems: Vec<Problem>) -> Self {
        Self {
            value: Some(value),
            problems,
        }
    }

    /// Nothing could be read.
    #[must_use]
    pub fn unreadable(problem: Problem) -> Self {
        Self {
            value: None,
            problems: vec![problem],
        }
    }

    /// Whether there is a value and nothing is wrong.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.value.is_some() && self.problems.is_empty()
    }

    /// The first problem about `pointer` or anything below it.
    #[must_use]
    pub fn problem_at(&self, pointer: &str) -> Option<&Problem> {
        self.problems.iter().find(|problem| {
            problem
                .pointer
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// At most `limit` characters of `text` on one line, with an ellipsis when something was left out.
#[must_use]
pub fn excerpt(text: &str, limit: usize) -> String {
    let mut short = String::new();
    let mut left = limit;
    for word in text.split_whitespace() {
        let separator = usize::from(!short.is_empty());
        let length = word.chars().count();
        if length + separator > left {
            short.extend(std::iter::repeat_n(' ', separator.min(left)));
            short.extend(word.chars().take(left.saturating_sub(separator)));
            return format!("{}…", short.trim_end());
        }
        short.extend(std::iter::repeat_n(' ', separator));
        short.push_str(word);
        left -= length + separator;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("a\n  b", 80), "a b");
        assert_eq!(excerpt("abcdef", 3), "abc…");
        assert_eq!(excerpt("ab cdef", 4), "ab c…");
        assert_eq!(excerpt("ab cdef", 3), "ab…");
        assert_eq!(excerpt("", 3), "");
    }

    #[test]
    fn problems_are_found_by_pointer() {
        let parsed = Parsed::read((), vec![Problem::new("/a/0", "m", "e", "r")]);
        assert!(parsed.problem_at("/a").is_some());
        assert!(parsed.problem_at("/a/0").is_some());
        assert!(parsed.problem_at("/a/1").is_none());
        assert!(parsed.problem_at("").is_some());
        assert!(!parsed.is_clean());
    }
}
