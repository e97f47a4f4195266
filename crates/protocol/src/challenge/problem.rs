//! What can be wrong with a challenge.

use crate::scope::edit_distance;
use std::ops::Range;

/// One thing that is wrong with a `WWW-Authenticate` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeProblem {
    /// What kind.
    pub kind: ProblemKind,
    /// One sentence with the text concerned, without a full stop.
    pub message: String,
    /// Index of the header line within the headers given.
    pub header: usize,
    /// Byte range within that header's value.
    pub range: Range<usize>,
}

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The header line has no value.
    Empty,
    /// A value that needs quotes has none (a URL, or several words).
    UnquotedValue,
    /// Typographic quotation marks.
    SmartQuotes,
    /// Single quotation marks.
    SingleQuotes,
    /// Quotation marks with a backslash before them, or as HTML entities.
    EscapedQuotes,
    /// A quotation mark that is not closed.
    MissingClosingQuote,
    /// A quotation mark at the end of a value and none at its start.
    MissingOpeningQuote,
    /// Two parameters or challenges without a comma between them.
    MissingComma,
    /// A comma between the scheme and its first parameter.
    CommaAfterScheme,
    /// Another separator where a comma belongs.
    WrongSeparator,
    /// Two commas with nothing between them, or one at an end.
    EmptyElement,
    /// White space around an equals sign.
    SpaceAroundEquals,
    /// A parameter without a value.
    MissingValue,
    /// A parameter name that comes more than once in a challenge.
    DuplicateParam,
    /// Parameters without a scheme before them.
    MissingScheme,
    /// A scheme that is nearly one that is known.
    MisspeltScheme,
    /// A character that is not allowed in a name or scheme.
    InvalidName,
    /// Text that fits nowhere.
    StrayText,
}

impl ProblemKind {
    /// Whether strict clients cannot use the challenge, or use it otherwise than meant.
    #[must_use]
    pub const fn is_fatal(self) -> bool {
        !matches!(self, Self::SpaceAroundEquals | Self::EmptyElement)
    }
}

/// Authentication schemes that are known; what follows a value and is one of them begins a challenge.
const KNOWN_SCHEMES: [&str; 11] = [
    "basic",
    "bearer",
    "digest",
    "dpop",
    "hoba",
    "mutual",
    "negotiate",
    "ntlm",
    "scram-sha-256",
    "vapid",
    "privatetoken",
];

/// Whether a word is a registered authentication scheme.
pub(super) fn is_known_scheme(word: &str) -> bool {
    KNOWN_SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(word))
}

/// Whether `scheme` is not `meant` and nearly is: other characters than letters, spaces, a slip or two.
pub(super) fn is_misspelt(scheme: &str, meant: &str) -> bool {
    if scheme.eq_ignore_ascii_case(meant) {
        return false;
    }
    // Names of schemes are ASCII (RFC 9110 §5.6.2); what is not stays as it is, and counts as a slip.
    let is_letter = |c: &char| !c.is_ascii() || c.is_ascii_alphanumeric();
    let letters: String = scheme.chars().filter(is_letter).collect();
    let letters = letters.to_ascii_lowercase();
    letters == meant || (meant.len() > 4 && edit_distance(&letters, meant) <= 2)
}

/// The known scheme of MCP authorization that a scheme was probably meant to be.
pub(super) fn meant_scheme(scheme: &str) -> Option<&'static str> {
    if is_known_scheme(scheme) {
        return None;
    }
    [("bearer", "Bearer"), ("dpop", "DPoP")]
        .into_iter()
        .find(|(lower, _)| is_misspelt(scheme, lower))
        .map(|(_, name)| name)
}
