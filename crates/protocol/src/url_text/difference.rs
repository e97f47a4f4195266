//! In what two URLs differ, in words: what a person overlooks is one character.

use super::{UrlParts, is_loopback_host, split};
use crate::form;
use std::fmt;

/// In what two URLs differ first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Index of the first character that differs (in characters, not bytes).
    pub index: usize,
    /// What kind of difference it is.
    pub what: DifferenceKind,
}

/// A kind of difference between two URLs. `Display` gives the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// One has a slash at the end (of the path), the other has not.
    TrailingSlash,
    /// `http` against `https`, or another scheme.
    Scheme,
    /// Upper against lower case.
    Case,
    /// User name or password in one of them.
    Userinfo,
    /// Two names of this machine.
    LoopbackName,
    /// Another host.
    Host,
    /// The scheme's default port written out in one of them.
    DefaultPort,
    /// Another port.
    Port,
    /// Two slashes in a row in one of them.
    DoubledSlash,
    /// The same characters, escaped differently.
    PercentEncoding,
    /// Another path.
    Path,
    /// Another query.
    Query,
    /// Another fragment.
    Fragment,
    /// White space at an end or inside.
    WhiteSpace,
    /// A character that nobody sees.
    Invisible,
    /// At least one is not a URL.
    Text,
}

impl DifferenceKind {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TrailingSlash => "trailing slash",
            Self::Scheme => "scheme",
            Self::Case => "case",
            Self::Userinfo => "user name",
            Self::LoopbackName => "localhost against 127.0.0.1",
            Self::Host => "host",
            Self::DefaultPort => "default port",
            Self::Port => "port",
            Self::DoubledSlash => "doubled slash",
            Self::PercentEncoding => "percent-encoding",
            Self::Path => "path",
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::WhiteSpace => "white space",
            Self::Invisible => "an invisible character",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The first difference between two URLs, `None` when they are the same text.
#[must_use]
pub fn first_difference(a: &str, b: &str) -> Option<Difference> {
    if a == b {
        return None;
    }
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    Some(Difference {
        index: same,
        what: kind_of_difference(a, b),
    })
}

fn kind_of_difference(a: &str, b: &str) -> DifferenceKind {
    if without_white_space(a) == without_white_space(b) {
        return DifferenceKind::WhiteSpace;
    }
    if visible(a) == visible(b) {
        return DifferenceKind::Invisible;
    }
    let (Some(a), Some(b)) = (split(a), split(b)) else {
        return DifferenceKind::Text;
    };
    if a.scheme != b.scheme {
        return case_or(a.scheme, b.scheme, DifferenceKind::Scheme);
    }
    if a.authority != b.authority {
        return authority_difference(&a, &b);
    }
    if a.path != b.path {
        return path_difference(a.path, b.path);
    }
    if a.query != b.query {
        let texts = (a.query.unwrap_or_default(), b.query.unwrap_or_default());
        return escaped_or(texts.0, texts.1, DifferenceKind::Query);
    }
    DifferenceKind::Fragment
}

fn without_white_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Whether a character leaves no mark: zero-width and directional characters, soft hyphens.
#[must_use]
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

fn case_or(a: &str, b: &str, otherwise: DifferenceKind) -> DifferenceKind {
    if a.to_lowercase() == b.to_lowercase() {
        DifferenceKind::Case
    } else {
        otherwise
    }
}

fn escaped_or(a: &str, b: &str, otherwise: DifferenceKind) -> DifferenceKind {
    let (decoded_a, decoded_b) = (form::percent_decode(a), form::percent_decode(b));
    if !a.is_empty() && !b.is_empty() && decoded_a == decoded_b {
        DifferenceKind::PercentEncoding
    } else {
        case_or(a, b, otherwise)
    }
}

fn authority_difference(a: &UrlParts<'_>, b: &UrlParts<'_>) -> DifferenceKind {
    if a.userinfo() != b.userinfo() {
        return DifferenceKind::Userinfo;
    }
    if a.host != b.host {
        let loopback = is_loopback_host(a.host) && is_loopback_host(b.host);
        let otherwise = if loopback {
            DifferenceKind::LoopbackName
        } else {
            DifferenceKind::Host
        };
        return case_or(a.host, b.host, otherwise);
    }
    if a.effective_port().is_some() && a.effective_port() == b.effective_port() {
        DifferenceKind::DefaultPort
    } else {
        DifferenceKind::Port
    }
}

fn path_difference(a: &str, b: &str) -> DifferenceKind {
    let slash = |longer: &str, shorter: &str| longer.strip_suffix('/') == Some(shorter);
    if slash(a, b) || slash(b, a) {
        DifferenceKind::TrailingSlash
    } else if single_slashes(a) == single_slashes(b) {
        DifferenceKind::DoubledSlash
    } else {
        escaped_or(a, b, DifferenceKind::Path)
    }
}

fn single_slashes(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if c != '/' || !out.ends_with('/') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn differences_have_words() {
        use DifferenceKind as K;
        for (a, b, index, what) in [
            ("https://h/mcp", "https://h/mcp/", 13, K::TrailingSlash),
            ("https://h", "https://h/", 9, K::TrailingSlash),
            ("https://h?q", "https://h/?q", 9, K::TrailingSlash),
            ("http://h/", "https://h/", 4, K::Scheme),
            ("https://h/A", "https://h/a", 10, K::Case),
            ("https://H/a", "https://h/a", 8, K::Case),
            (
                "http://localhost:1/",
                "http://127.0.0.1:1/",
                7,
                K::LoopbackName,
            ),
            ("https://h:443/a", "https://h/a", 9, K::DefaultPort),
            ("https://h:1/a", "https://h:2/a", 10, K::Port),
            ("https://h/a%20b", "https://h/a b", 11, K::PercentEncoding),
            ("https://h/a", "https://h/b", 10, K::Path),
            ("https://h//a", "https://h/a", 10, K::DoubledSlash),
            ("https://h/a?x", "https://h/a", 11, K::Query),
            ("https://h/a#x", "https://h/a", 11, K::Fragment),
            ("https://a/", "https://b/", 8, K::Host),
            ("https://u@a/", "https://a/", 8, K::Userinfo),
            ("https://a/ ", "https://a/", 10, K::WhiteSpace),
            ("https://a/\u{200b}", "https://a/", 10, K::Invisible),
            ("abc", "abd", 2, K::Text),
        ] {
            let expected = Some(Difference { index, what });
            assert_eq!(first_difference(a, b), expected, "{a} {b}");
            assert_eq!(first_difference(b, a), expected, "{b} {a}");
        }
        assert_eq!(first_difference("https://h", "https://h"), None);
    }

    proptest! {
        #[test]
        fn the_index_is_within_both(a in ".*", b in ".*") {
            if let Some(difference) = first_difference(&a, &b) {
                prop_assert!(difference.index <= a.chars().count().min(b.chars().count()));
            }
        }
    }
}
