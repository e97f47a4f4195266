//! Which steps a reader wants to see: by verdict, participant, phase and text.
//!
//! A filter is written into the address (`?only=is-fail,with-as&q=token`), so that it can be shared. Words that
//! are not known are left out: an address from a newer authscope still opens.

use crate::{Row, RowKind, Verdict};
use authscope_model::exchange::{Header, Response};
use authscope_model::{Exchange, Participant, Phase};

/// One property of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// How it went.
    Is(Verdict),
    /// Who sent or answered.
    With(Participant),
    /// Where in the flow.
    In(Phase),
}

/// Verdicts that a step can have, worst first.
const VERDICTS: [Verdict; 7] = [
    Verdict::Fail,
    Verdict::Interrupted,
    Verdict::Warning,
    Verdict::Running,
    Verdict::Pass,
    Verdict::Info,
    Verdict::Skipped,
];

impl Facet {
    /// Every facet, in the order in which they are offered. authscope itself takes part in almost every step, so it
    /// tells nothing apart.
    pub fn all() -> impl Iterator<Item = Self> {
        let verdicts = VERDICTS.into_iter().map(Self::Is);
        let others = Participant::ALL
            .into_iter()
            .filter(|who| *who != Participant::Client);
        verdicts
            .chain(others.map(Self::With))
            .chain(Phase::ALL.into_iter().map(Self::In))
    }

    /// Its word in an address, such as `is-fail`, `with-as` or `in-token`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Is(verdict) => match verdict {
                Verdict::Fail => "is-fail",
                Verdict::Interrupted => "is-stop",
                Verdict::Warning => "is-warn",
                Verdict::Running => "is-run",
                Verdict::Pass => "is-pass",
                Verdict::Info => "is-info",
                Verdict::Skipped => "is-skip",
                Verdict::Waiting => "is-wait",
            },
            Self::With(who) => match who {
                Participant::You => "with-you",
                Participant::Client => "with-client",
                Participant::McpServer => "with-mcp",
                Participant::AuthorizationServer => "with-as",
                Participant::IdentityProvider => "with-idp",
                Participant::Other => "with-other",
            },
            Self::In(phase) => match phase {
                Phase::Probe => "in-probe",
                Phase::DiscoverResource => "in-resource",
                Phase::DiscoverAuthorizationServer => "in-server",
                Phase::Register => "in-register",
                Phase::Authorize => "in-authorize",
                Phase::Callback => "in-callback",
                Phase::Token => "in-token",
                Phase::Call => "in-call",
                Phase::Lifecycle => "in-life",
                Phase::StepUp => "in-step-up",
                Phase::NegativeProbes => "in-probes",
            },
        }
    }

    /// What is written on its chip.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Is(verdict) => verdict.word(),
            Self::With(who) => who.title(),
            Self::In(phase) => phase.title(),
        }
    }

    /// Whether a row is a step of this property.
    #[must_use]
    pub fn holds(self, row: &Row) -> bool {
        let RowKind::Step(step) = &row.kind else {
            return false;
        };
        match self {
            Self::Is(verdict) => row.verdict == verdict,
            Self::With(who) => step.from == who || step.to == who,
            Self::In(phase) => step.phase == phase,
        }
    }

    /// Facets of one kind stand for each other, facets of different kinds go together.
    const fn kind(self) -> u8 {
        match self {
            Self::Is(_) => 0,
            Self::With(_) => 1,
            Self::In(_) => 2,
        }
    }
}

/// What a reader wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Facets; one of each kind must hold.
    pub only: Vec<Facet>,
    /// Text that must occur in the step.
    pub text: String,
}

impl Filter {
    /// Whether everything is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.only.is_empty() && self.text.trim().is_empty()
    }

    /// Reads the parameters `only` and `q` of an address.
    #[must_use]
    pub fn parse(only: &str, text: &str) -> Self {
        let known = |word: &str| Facet::all().find(|facet| facet.id() == word);
        Self {
            only: only.split(',').filter_map(known).collect(),
            text: text.to_owned(),
        }
    }

    /// The parameter `only`.
    #[must_use]
    pub fn words(&self) -> String {
        let words: Vec<_> = self.only.iter().map(|facet| facet.id()).collect();
        words.join(",")
    }

    /// Adds a facet, or takes it away.
    pub fn toggle(&mut self, facet: Facet) {
        let before = self.only.len();
        self.only.retain(|known| *known != facet);
        if self.only.len() == before {
            self.only.push(facet);
        }
    }

    /// Whether a step is shown. `exchange` is what is recorded of it; nothing while it is on its way.
    #[must_use]
    pub fn takes(&self, row: &Row, exchange: Option<&Exchange>) -> bool {
        let facets = self.only.iter().all(|facet| {
            let mut same = self.only.iter().filter(|f| f.kind() == facet.kind());
            same.any(|facet| facet.holds(row))
        });
        facets && self.text_occurs(row, exchange)
    }

    fn text_occurs(&self, row: &Row, exchange: Option<&Exchange>) -> bool {
        let wanted = self.text.trim();
        if wanted.is_empty() {
            return true;
        }
        let drawn = match &row.kind {
            RowKind::Step(step) => {
                contains(&step.request.full, wanted) || contains(&step.status, wanted)
            }
            _ => false,
        };
        drawn || exchange.is_some_and(|exchange| in_exchange(exchange, wanted))
    }
}

fn in_exchange(exchange: &Exchange, wanted: &str) -> bool {
    let request = &exchange.request;
    let response = |response: &Response| {
        contains(&response.status_line, wanted)
            || in_headers(&response.headers, wanted)
            || contains(&response.body.text, wanted)
    };
    contains(&request.url, wanted)
        || in_headers(&request.headers, wanted)
        || contains(&request.body.text, wanted)
        || exchange.response().is_some_and(response)
}

fn in_headers(headers: &[Header], wanted: &str) -> bool {
    let hit = |header: &Header| contains(&header.name, wanted) || contains(&header.value, wanted);
    headers.iter().any(hit)
}

/// Whether a text occurs, whatever the case of its ASCII letters.
fn contains(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    wanted.is_empty()
        || text
            .windows(wanted.len())
            .any(|part| part.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_facet_has_a_word_of_its_own_and_is_read_back() {
        let ids: Vec<_> = Facet::all().map(Facet::id).collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len());
        let filter = Filter::parse(&ids.join(","), "Token");
        assert_eq!(filter.only.len(), ids.len());
        assert_eq!(filter.words(), ids.join(","));
    }

    #[test]
    fn words_of_a_newer_authscope_are_left_out() {
        let filter = Filter::parse("is-fail,is-purple,", "");
        assert_eq!(filter.only, [Facet::Is(Verdict::Fail)]);
        assert!(Filter::parse("", " ").is_empty());
    }

    #[test]
    fn a_facet_is_added_and_taken_away() {
        let mut filter = Filter::default();
        filter.toggle(Facet::In(Phase::Token));
        assert_eq!(filter.words(), "in-token");
        filter.toggle(Facet::In(Phase::Token));
        assert!(filter.is_empty());
    }

    #[test]
    fn case_does_not_matter() {
        assert!(contains("WWW-Authenticate: Bearer", "www-auth"));
        assert!(contains("grün", "GRüN"));
        assert!(!contains("short", "longer than that"));
    }
}
