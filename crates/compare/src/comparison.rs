//! A comparison as data: what the command line prints and the page shows.

use authscope_model::finding::{Level, Party};
use authscope_model::{Millis, Participant};
use serde::{Deserialize, Serialize};

/// How two sides stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Mark {
    /// Equal, or different only in what differs in every run.
    Same,
    /// On both sides, and different.
    Changed,
    /// On the second side only.
    Added,
    /// On the first side only.
    Removed,
}

impl Mark {
    /// The sign it is shown with.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Same => '=',
            Self::Changed => '≠',
            Self::Added => '+',
            Self::Removed => '−',
        }
    }

    /// The mark of the same comparison the other way round.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Added => Self::Removed,
            Self::Removed => Self::Added,
            other => other,
        }
    }
}

/// Why a difference does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Volatile {
    /// Made new for each run: `state`, nonces, codes, verifiers, identifiers.
    Fresh,
    /// A date, an age or a duration.
    Time,
    /// A masked secret of the same kind.
    Secret,
    /// The same place at another address: a callback's port, a session's own document, another target's host.
    Address,
    /// Follows from other values, such as a length.
    Derived,
}

/// One of the two sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Side {
    /// Its title, else the host of the MCP server.
    pub title: String,
    /// URL of the MCP server.
    pub server_url: String,
    /// Revision in use at its end.
    pub revision: String,
    /// Way of registration in use; absent when it did not come so far.
    pub registration: Option<String>,
    /// When it began (ms since the epoch).
    pub started_at: Millis,
    /// `ready`, `running`, `paused`, `your_turn` or `finished`.
    pub status: String,
    /// Steps of the active branch, the ones compared.
    pub steps: u32,
    /// Steps of other branches, not compared.
    pub left_out: u32,
}

/// How many of each mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Count {
    /// Equal.
    pub same: u32,
    /// Different.
    pub changed: u32,
    /// On the second side only.
    pub added: u32,
    /// On the first side only.
    pub removed: u32,
}

impl Count {
    pub(crate) fn of(marks: impl Iterator<Item = Mark>) -> Self {
        let mut count = Self::default();
        for mark in marks {
            let place = match mark {
                Mark::Same => &mut count.same,
                Mark::Changed => &mut count.changed,
                Mark::Added => &mut count.added,
                Mark::Removed => &mut count.removed,
            };
            *place = place.saturating_add(1);
        }
        count
    }

    /// Whether anything is not the same.
    #[must_use]
    pub const fn differs(self) -> bool {
        self.changed > 0 || self.added > 0 || self.removed > 0
    }
}

/// A lifeline of either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lane {
    /// Who.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub participant: Participant,
    /// Name.
    pub title: String,
    /// Name for narrow screens.
    pub initials: String,
}

/// One side of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// Number of the exchange in its session.
    pub number: u32,
    /// What stands on its request arrow.
    pub request: String,
    /// What stands on its response arrow, or what happened instead; empty when it cannot be seen.
    pub response: String,
    /// How it went: `pass`, `fail`, `warn`, `info`, `stop`, ….
    pub verdict: String,
}

/// Two steps side by side, or one with a gap beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Row {
    /// How they stand to each other; values that differ in every run do not count.
    pub mark: Mark,
    /// What the step is.
    pub title: String,
    /// Who asks.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub from: Option<Participant>,
    /// Who answers.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub to: Option<Participant>,
    /// The step of the first session.
    pub a: Option<Step>,
    /// The step of the second session.
    pub b: Option<Step>,
    /// Number of values that differ.
    pub differences: u32,
    /// Number of values that differ as they do in every run.
    pub volatile: u32,
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Setting {
    /// Its name, such as `revision`.
    pub name: String,
    /// In the first session.
    pub a: Option<String>,
    /// In the second session.
    pub b: Option<String>,
}

/// A finding of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingSide {
    /// The step it points at.
    pub step: u32,
    /// How bad it is there.
    pub level: Level,
    /// One sentence.
    pub message: String,
}

/// A finding of either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingRow {
    /// `added`: new; `removed`: gone; `changed`: another level; `same`.
    pub mark: Mark,
    /// Id of the rule.
    pub rule: String,
    /// Who must change something.
    pub party: Party,
    /// In the first session.
    pub a: Option<FindingSide>,
    /// In the second session.
    pub b: Option<FindingSide>,
    /// The rule whose finding explains this one.
    pub explained_by: Option<String>,
    /// How to mend it.
    pub fix: String,
    /// Title of the clause.
    pub clause: Option<String>,
    /// Address of the clause.
    pub clause_url: Option<String>,
}

/// Two sessions side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The first difference in one sentence, or that there is none.
    pub sentence: String,
    /// Index of the first row that differs.
    pub first: Option<u32>,
    /// How many steps are equal, changed, added, gone.
    pub steps: Count,
    /// How many findings are the same, changed, new, gone.
    pub found: Count,
    /// What was.
    pub a: Side,
    /// What is.
    pub b: Side,
    /// Settings that differ.
    pub settings: Vec<Setting>,
    /// Lifelines of both.
    pub lanes: Vec<Lane>,
    /// Steps, top to bottom.
    pub rows: Vec<Row>,
    /// Findings: new ones first, then changed, gone and equal ones; each with root causes first.
    pub findings: Vec<FindingRow>,
}

impl Comparison {
    /// Whether a step or a finding differs.
    #[must_use]
    pub const fn differs(&self) -> bool {
        self.steps.differs() || self.found.differs()
    }
}

/// One value of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Name: a header, a parameter, the path of a JSON member.
    pub name: String,
    /// How the sides stand to each other.
    pub mark: Mark,
    /// Value in the first session.
    pub a: Option<String>,
    /// Value in the second session.
    pub b: Option<String>,
    /// Why a difference does not count; absent when it does, or when there is none.
    pub volatile: Option<Volatile>,
}

/// A part of a step: request line, headers, body, ….
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// What it is.
    pub title: String,
    /// Its values, in the order of the first session, with those of the second where they belong.
    pub entries: Vec<Entry>,
}

/// One pair of steps, value by value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairDetail {
    /// Number in the first session.
    pub a: Option<u32>,
    /// Number in the second session.
    pub b: Option<u32>,
    /// What the step is.
    pub title: String,
    /// Parts.
    pub parts: Vec<Part>,
}
