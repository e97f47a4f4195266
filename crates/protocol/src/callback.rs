//! The authorization response at the redirect URI (RFC 6749 §4.1.2, RFC 9207).

use crate::form;
use crate::url_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What came back through the browser. Values are decoded; the first of several counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Callback {
    /// The authorization code.
    pub code: Option<String>,
    /// `state` as returned.
    pub state: Option<String>,
    /// `iss` as returned (RFC 9207).
    pub iss: Option<String>,
    /// Error code.
    pub error: Option<String>,
    /// Error description.
    pub error_description: Option<String>,
    /// Error page.
    pub error_uri: Option<String>,
    /// Names that came more than once, each once.
    pub duplicates: Vec<String>,
    /// Parameters that are none of the above.
    pub unknown: Vec<(String, String)>,
    /// Whether the parameters were in the fragment, where a server never sees them.
    pub in_fragment: bool,
}

impl Callback {
    /// Reads a redirected URL, a path with a query, or a query alone.
    #[must_use]
    pub fn parse(url_or_query: &str) -> Self {
        let text = url_or_query.trim();
        let mut callback = Self::from_pairs(url_text::query_pairs(text));
        if callback.is_answer() {
            return callback;
        }
        if let Some(fragment) = fragment_of(text) {
            let from_fragment = Self::from_pairs(form::parse(fragment));
            if from_fragment.is_answer() || from_fragment.is_implicit() {
                callback = Self {
                    in_fragment: true,
                    ..from_fragment
                };
            }
        }
        callback
    }

    /// Reads decoded parameters (of a query, or of a form posted to the redirect URI).
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut callback = Self::default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (name, value) in pairs.into_iter().filter(|(name, _)| !name.is_empty()) {
            let times = seen.entry(name.clone()).or_default();
            *times = times.saturating_add(1);
            if *times == 2 {
                callback.duplicates.push(name.clone());
            }
            callback.take(name, value);
        }
        callback
    }

    fn take(&mut self, name: String, value: String) {
        let slot = match name.as_str() {
            "code" => &mut self.code,
            "state" => &mut self.state,
            "iss" => &mut self.iss,
            "error" => &mut self.error,
            "error_description" => &mut self.error_description,
            "error_uri" => &mut self.error_uri,
            _ => {
                self.unknown.push((name, value));
                return;
            }
        };
        slot.get_or_insert(value);
    }

    /// Whether there is a code or an error, so that it answers an authorization request.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        self.code.is_some() || self.error.is_some()
    }

    /// Whether a token came in place of a code: the implicit flow, in its fragment.
    fn is_implicit(&self) -> bool {
        let token =
            |(name, _): &(String, String)| matches!(name.as_str(), "access_token" | "id_token");
        self.unknown.iter().any(token)
    }

    /// Whether `code` and `error` came together, which is never right (RFC 6749 §4.1.2.1).
    #[must_use]
    pub const fn contradicts_itself(&self) -> bool {
        self.code.is_some() && self.error.is_some()
    }
}

fn fragment_of(text: &str) -> Option<&str> {
    match url_text::split(text) {
        Some(parts) => parts.fragment,
        None => text.split_once('#').map(|(_, fragment)| fragment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_success_is_read_in_every_form() {
        for text in [
            "https://h/cb?code=a%2Bb&state=x+y&iss=https%3A%2F%2Fas%2F",
            "/cb?code=a%2Bb&state=x+y&iss=https://as/",
            "code=a%2Bb&state=x+y&iss=https://as/",
            "  ?code=a%2Bb&state=x%20y&iss=https://as/#\n",
        ] {
            let callback = Callback::parse(text);
            assert_eq!(callback.code.as_deref(), Some("a+b"), "{text}");
            assert_eq!(callback.state.as_deref(), Some("x y"), "{text}");
            assert_eq!(callback.iss.as_deref(), Some("https://as/"), "{text}");
            assert!(!callback.in_fragment, "{text}");
            assert!(callback.unknown.is_empty(), "{text}");
        }
    }

    #[test]
    fn duplicates_and_unknown_parameters_are_kept() {
        let callback =
            Callback::parse("https://h/cb?code=1&code=2&code=3&session_state=s&x=1&x=2&state=");
        assert_eq!(callback.code.as_deref(), Some("1"));
        assert_eq!(callback.duplicates, ["code", "x"]);
        assert_eq!(callback.unknown.len(), 3);
        assert_eq!(callback.state.as_deref(), Some(""));
    }

    #[test]
    fn an_answer_in_the_fragment_is_seen() {
        let callback = Callback::parse("https://h/cb#error=access_denied&state=s");
        assert!(callback.in_fragment);
        assert_eq!(callback.error.as_deref(), Some("access_denied"));
        assert!(!Callback::parse("https://h/cb?code=1#_=_").in_fragment);
        assert!(!Callback::parse("https://h/cb").is_answer());
    }

    #[test]
    fn code_and_error_contradict() {
        assert!(Callback::parse("code=1&error=server_error").contradicts_itself());
        assert!(!Callback::parse("code=1").contradicts_itself());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".*") {
            let _ = Callback::parse(&text);
        }
    }
}
