//! Scopes (RFC 6749 §3.3): sets of case-sensitive tokens, what is missing, and names that nearly match.

use std::collections::BTreeSet;

/// Longest name that is compared for a near miss; longer ones are no scope names people type.
const LONGEST: usize = 200;

/// Most names of a set that are compared for near misses.
const MOST: usize = 200;

/// A set of scopes in the order received, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeSet {
    names: Vec<String>,
    known: BTreeSet<String>,
}

impl ScopeSet {
    /// Reads a space-separated text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split_whitespace().collect()
    }

    /// The names, in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether a name is in the set.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    /// The names of this set that `other` has not.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let left = self.names.iter().filter(|name| !other.contains(name));
        left.map(String::as_str).collect()
    }

    /// The names of this set, then those of `other` that it has not.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let all = self.names.iter().chain(&other.names);
        all.map(String::as_str).collect()
    }

    /// The names both have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let both = self.names.iter().filter(|name| other.contains(name));
        both.map(String::as_str).collect()
    }

    /// Whether every name of this set is in `other`.
    #[must_use]
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.names.iter().all(|name| other.contains(name))
    }

    /// Whether both hold the same names, in any order.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.is_subset_of(other) && other.is_subset_of(self)
    }

    /// The value of a `scope` parameter.
    #[must_use]
    pub fn to_param(&self) -> String {
        self.names.join(" ")
    }
}

impl<'a> FromIterator<&'a str> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut set = Self::default();
        for name in names {
            if set.known.insert(name.to_owned()) {
                set.names.push(name.to_owned());
            }
        }
        set
    }
}

/// Two scope names that are not the same and look as if they were meant to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The name wanted.
    pub wanted: String,
    /// The name offered.
    pub offered: String,
    /// In what they differ.
    pub how: NearMissKind,
}

/// In what two scope names differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NearMissKind {
    /// Upper against lower case.
    Case,
    /// Another separator, such as `.` for `:`.
    Separator,
    /// Singular against plural, such as `org` and `orgs`.
    Plural,
    /// One has a resource prefix, such as `api://app/`.
    Prefix,
    /// The same segments in another order, such as `read:files` and `files:read`.
    Order,
    /// One or two letters.
    Spelling,
}

impl NearMissKind {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Separator => "separator",
            Self::Plural => "singular against plural",
            Self::Prefix => "resource prefix",
            Self::Order => "order of the parts",
            Self::Spelling => "spelling",
        }
    }
}

/// For every name of `wanted` that `offered` has not: the nearest name of `offered`, if any comes near.
/// Of very long lists only the first names are compared.
#[must_use]
pub fn near_misses(wanted: &ScopeSet, offered: &ScopeSet) -> Vec<NearMiss> {
    let missing = wanted.minus(offered);
    let nearest = |name: &String| {
        let candidates = offered.names.iter().take(MOST);
        let found = candidates.filter_map(|other| near_miss(name, other).map(|how| (how, other)));
        found
            .min_by_key(|(how, _)| *how)
            .map(|(how, other)| NearMiss {
                wanted: name.clone(),
                offered: other.clone(),
                how,
            })
    };
    missing
        .names
        .iter()
        .take(MOST)
        .filter_map(nearest)
        .collect()
}

/// In what two different names differ, when they come near.
#[must_use]
pub fn near_miss(a: &str, b: &str) -> Option<NearMissKind> {
    if a == b || a.len().max(b.len()) > LONGEST {
        return None;
    }
    if a.to_lowercase() == b.to_lowercase() {
        return Some(NearMissKind::Case);
    }
    if has_prefix(a, b) || has_prefix(b, a) {
        return Some(NearMissKind::Prefix);
    }
    let (left, right) = (segments(a), segments(b));
    if left == right {
        return Some(NearMissKind::Separator);
    }
    if left.len() != right.len() {
        return None;
    }
    if sorted(&left) == sorted(&right) {
        return Some(NearMissKind::Order);
    }
    segments_near(&left, &right)
}

/// `api://app/x` or `https://h/x` against `x`.
fn has_prefix(long: &str, short: &str) -> bool {
    let prefix = long.strip_suffix(short);
    !short.is_empty() && prefix.is_some_and(|p| p.contains("://") && p.ends_with('/'))
}

/// Lower-case segments between separators.
fn segments(name: &str) -> Vec<String> {
    let pieces = name.split([':', '.', '/', '_', '-']);
    let pieces = pieces.filter(|piece| !piece.is_empty());
    pieces.map(str::to_lowercase).collect()
}

fn sorted(segments: &[String]) -> Vec<&String> {
    let mut sorted: Vec<_> = segments.iter().collect();
    sorted.sort();
    sorted
}

/// Every segment that differs does so only a little, and at most two do.
fn segments_near(left: &[String], right: &[String]) -> Option<NearMissKind> {
    let differing = left.iter().zip(right).filter(|(a, b)| a != b);
    let kinds: Option<Vec<_>> = differing.map(|(a, b)| segment_near(a, b)).collect();
    let kinds = kinds.filter(|kinds| kinds.len() <= 2)?;
    kinds.into_iter().max()
}

/// Short segments must not differ at all except in number: `read` and `write` are two words, not a slip.
fn segment_near(a: &str, b: &str) -> Option<NearMissKind> {
    if is_plural_of(a, b) || is_plural_of(b, a) {
        return Some(NearMissKind::Plural);
    }
    let shorter = a.chars().count().min(b.chars().count());
    let allowed = match shorter {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    (edit_distance(a, b) <= allowed).then_some(NearMissKind::Spelling)
}

fn is_plural_of(plural: &str, singular: &str) -> bool {
    let y = || plural.strip_suffix("ies").zip(singular.strip_suffix('y'));
    let s = plural.strip_suffix('s').filter(|stem| !stem.ends_with('s'));
    s == Some(singular)
        || plural.strip_suffix("es") == Some(singular)
        || y().is_some_and(|(a, b)| a == b)
}

/// Insertions, deletions, replacements and swaps of neighbours that make one text of the other.
#[must_use]
pub fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, c) in a.chars().enumerate() {
        let current = next_row(c, previous, &b, row, &last, &before_last);
        before_last = std::mem::replace(&mut last, current);
        previous = Some(c);
    }
    last.last().copied().unwrap_or(0)
}

fn next_row(
    c: char,
    previous: Option<char>,
    b: &[char],
    row: usize,
    last: &[usize],
    before_last: &[usize],
) -> Vec<usize> {
    let mut current = vec![row + 1];
    let mut left = row + 1;
    for (column, &d) in b.iter().enumerate() {
        let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX);
        let replaced = at(last, column).saturating_add(usize::from(c != d));
        let deleted = at(last, column + 1).saturating_add(1);
        let mut best = replaced.min(deleted).min(left.saturating_add(1));
        let before = column.checked_sub(1);
        let swapped = before.is_some_and(|k| b.get(k) == Some(&c)) && previous == Some(d);
        if let (true, Some(k)) = (swapped, before) {
            best = best.min(at(before_last, k).saturating_add(1));
        }
        current.push(best);
        left = best;
    }
    current
}

/// What is wrong with the form of a `scope` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeFormat {
    /// Names separated by commas.
    Commas,
    /// A JSON array as text.
    JsonArray,
    /// More than one space between names, a space at an end, or another white space character.
    WhiteSpace,
    /// A name that comes twice.
    Duplicate,
    /// A character that RFC 6749 §3.3 does not allow in a name (`"`, `\`, control or non-ASCII).
    Character,
}

impl ScopeFormat {
    /// The words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Commas => "names separated by commas instead of spaces",
            Self::JsonArray => "a JSON array as text instead of names separated by spaces",
            Self::WhiteSpace => "white space other than one space between names",
            Self::Duplicate => "a name that comes twice",
            Self::Character => "a character that is not allowed in a scope name",
        }
    }
}

/// Everything that is wrong with the form of a `scope` value.
#[must_use]
pub fn format_problems(text: &str) -> Vec<ScopeFormat> {
    let mut found = Vec::new();
    let trimmed = text.trim();
    if trimmed.starts_with('[') && trimmed.ends_with(']') {
        return vec![ScopeFormat::JsonArray];
    }
    if text.contains(',') {
        found.push(ScopeFormat::Commas);
    }
    if !text.is_empty() && text.split(' ').any(str::is_empty)
        || text.contains(|c: char| c != ' ' && c.is_whitespace())
    {
        found.push(ScopeFormat::WhiteSpace);
    }
    let names: Vec<_> = text.split_whitespace().collect();
    if ScopeSet::parse(text).names.len() != names.len() {
        found.push(ScopeFormat::Duplicate);
    }
    let allowed = |c: char| matches!(c, '!' | '#'..='[' | ']'..='~') || c.is_whitespace();
    if text.contains(|c| !allowed(c)) {
        found.push(ScopeFormat::Character);
    }
    found
}

/// The names a malformed value was meant to hold: a JSON array or a comma-separated text is taken apart.
#[must_use]
pub fn parse_lenient(text: &str) -> ScopeSet {
    if let Ok(names) = serde_json::from_str::<Vec<String>>(text.trim()) {
        return names.iter().map(String::as_str).collect();
    }
    let pieces = text.split(|c: char| c == ',' || c.is_whitespace());
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(text: &str) -> ScopeSet {
        ScopeSet::parse(text)
    }

    #[test]
    fn sets() {
        let (a, b) = (set("x y  x"), set("y z"));
        assert_eq!(a.names(), ["x", "y"]);
        assert_eq!(a.minus(&b).to_param(), "x");
        assert_eq!(a.union(&b).to_param(), "x y z");
        assert_eq!(a.intersection(&b).to_param(), "y");
        assert!(set("y x").same_as(&a));
        assert!(!a.is_subset_of(&b));
        assert!(set("").is_empty());
    }

    #[test]
    fn near_names() {
        use NearMissKind as K;
        for (a, b, how) in [
            ("org:write", "orgs:write", K::Plural),
            ("repository:read", "repositories:read", K::Plural),
            ("org:write", "org.write", K::Separator),
            ("org:write", "org_write", K::Separator),
            ("Files:Read", "files:read", K::Case),
            ("api://app-id/mcp.read", "mcp.read", K::Prefix),
            ("https://h/auth/calendar", "calendar", K::Prefix),
            ("read:files", "files:read", K::Order),
            ("profile", "proflie", K::Spelling),
            ("documents:read", "document:read", K::Plural),
            ("org.repository.read", "orgs:repositories:read", K::Plural),
            ("offline_access", "offline_acces", K::Spelling),
        ] {
            assert_eq!(near_miss(a, b), Some(how), "{a} {b}");
            assert_eq!(near_miss(b, a), Some(how), "{b} {a}");
        }
    }

    #[test]
    fn far_names() {
        for (a, b) in [
            ("org:read", "org:write"),
            ("read", "write"),
            ("a", "b"),
            ("mcp", "map"),
            ("org:read", "org"),
            ("org:write", "team:write"),
            ("openid", "email"),
            ("x", "x"),
        ] {
            assert_eq!(near_miss(a, b), None, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_of_several_is_named() {
        let misses = near_misses(&set("org:write email"), &set("orgs:write org.write email"));
        assert_eq!(misses.len(), 1);
        assert_eq!(misses[0].offered, "org.write");
        assert_eq!(misses[0].how, NearMissKind::Separator);
    }

    #[test]
    fn distances() {
        for (a, b, distance) in [
            ("", "", 0),
            ("abc", "", 3),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
            ("profile", "proflie", 1),
            ("ab", "ba", 1),
        ] {
            assert_eq!(edit_distance(a, b), distance, "{a} {b}");
        }
    }

    #[test]
    fn malformed_values_are_named_and_read() {
        use ScopeFormat as F;
        assert_eq!(format_problems("a b"), []);
        assert_eq!(format_problems(""), []);
        assert_eq!(format_problems("a,b"), [F::Commas]);
        assert_eq!(format_problems("[\"a\",\"b\"]"), [F::JsonArray]);
        assert_eq!(format_problems(" a"), [F::WhiteSpace]);
        assert_eq!(format_problems("a  b"), [F::WhiteSpace]);
        assert_eq!(format_problems("a\tb"), [F::WhiteSpace]);
        assert_eq!(format_problems("a a"), [F::Duplicate]);
        assert_eq!(format_problems("\"a\""), [F::Character]);
        assert_eq!(parse_lenient("[\"a\", \"b\"]"), set("a b"));
        assert_eq!(parse_lenient("a, b"), set("a b"));
        assert_eq!(parse_lenient("a b"), set("a b"));
    }

    proptest! {
        #[test]
        fn distance_is_symmetric(a in "[abc⟨]{0,6}", b in "[abc⟨]{0,6}") {
            prop_assert_eq!(edit_distance(&a, &b), edit_distance(&b, &a));
            prop_assert_eq!(edit_distance(&a, &b) == 0, a == b);
        }

        #[test]
        fn nothing_panics(a in ".*", b in ".*") {
            let _ = (near_misses(&set(&a), &set(&b)), near_miss(&a, &b), format_problems(&a), parse_lenient(&a));
        }
    }
}
