//! `WWW-Authenticate` (RFC 9110 §11.6.1): challenges with the byte range of everything, and what is wrong
//! with them.
//!
//! The reader accepts what people send and says what a strict client stumbles over: values without quotes
//! or with typographic ones, missing commas and quotation marks, misspelt schemes, duplicated parameters.

mod chars;
mod problem;
mod reader;
mod value;

pub use problem::{ChallengeProblem, ProblemKind};

use authscope_model::Header;
use std::ops::Range;

/// All challenges of a response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Challenges {
    /// The challenges in order, over all header lines.
    pub list: Vec<Challenge>,
    /// What is wrong, in order.
    pub problems: Vec<ChallengeProblem>,
}

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme as received; empty when parameters came without one.
    pub scheme: String,
    /// Parameters in order, duplicates kept.
    pub params: Vec<Param>,
    /// The token68 form, which excludes parameters.
    pub token68: Option<String>,
    /// Index of the header line within the headers given.
    pub header: usize,
    /// Byte range within that header's value.
    pub range: Range<usize>,
    /// Byte range of the scheme.
    pub scheme_range: Range<usize>,
}

/// One parameter of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Name, case as received.
    pub name: String,
    /// Value, unquoted and unescaped.
    pub value: String,
    /// Whether it was a quoted-string.
    pub quoted: bool,
    /// Byte range of the name.
    pub name_range: Range<usize>,
    /// Byte range of the value, without its quotation marks.
    pub value_range: Range<usize>,
}

/// Reads the challenges of all `WWW-Authenticate` lines.
#[must_use]
pub fn parse(headers: &[Header]) -> Challenges {
    let mut all = Challenges::default();
    let lines = headers.iter().enumerate();
    for (index, header) in lines.filter(|(_, h)| is_challenge_header(&h.name)) {
        let mut found = reader::read(index, &header.value);
        all.list.append(&mut found.list);
        all.problems.append(&mut found.problems);
    }
    all
}

/// Reads one header value, as header number 0.
#[must_use]
pub fn parse_value(value: &str) -> Challenges {
    reader::read(0, value)
}

fn is_challenge_header(name: &str) -> bool {
    name.eq_ignore_ascii_case("www-authenticate")
}

impl Challenges {
    /// The first Bearer challenge.
    #[must_use]
    pub fn bearer(&self) -> Option<&Challenge> {
        self.of_scheme("Bearer")
    }

    /// The first DPoP challenge (RFC 9449 §7.1).
    #[must_use]
    pub fn dpop(&self) -> Option<&Challenge> {
        self.of_scheme("DPoP")
    }

    /// The first challenge of a scheme, compared without case.
    #[must_use]
    pub fn of_scheme(&self, scheme: &str) -> Option<&Challenge> {
        let mut list = self.list.iter();
        list.find(|challenge| challenge.scheme.eq_ignore_ascii_case(scheme))
    }

    /// The first challenge that was probably meant to be Bearer: misspelt, or parameters of Bearer
    /// without a scheme. Strict clients do not recognise it.
    #[must_use]
    pub fn meant_as_bearer(&self) -> Option<&Challenge> {
        self.list.iter().find(|c| c.is_meant_as_bearer())
    }

    /// The first value of a parameter: of the Bearer challenge, else of the DPoP challenge.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        let challenges = self.bearer().into_iter().chain(self.dpop());
        challenges
            .filter_map(|challenge| challenge.param(name))
            .next()
    }

    /// Whether there is neither a challenge nor a problem.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty() && self.problems.is_empty()
    }
}

impl Challenge {
    /// The first value of a parameter, name compared without case.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.find(name).map(|param| param.value.as_str())
    }

    /// The first parameter of a name, compared without case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Param> {
        let mut params = self.params.iter();
        params.find(|param| param.name.eq_ignore_ascii_case(name))
    }

    /// Every parameter of a name, compared without case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Param> {
        let params = self.params.iter();
        params.filter(move |param| param.name.eq_ignore_ascii_case(name))
    }

    /// Whether this is no Bearer challenge and was probably meant to be one.
    #[must_use]
    pub fn is_meant_as_bearer(&self) -> bool {
        if self.scheme.is_empty() {
            let telling = ["resource_metadata", "error", "scope", "realm"];
            return telling.iter().any(|name| self.find(name).is_some());
        }
        problem::is_misspelt(&self.scheme, "bearer")
    }
}

#[cfg(test)]
mod tests;
