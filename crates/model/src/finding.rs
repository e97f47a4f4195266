//! Findings: what is wrong, where to the byte, who must change it, why, and how.

use crate::{StepKind, revision::Keyword};
use serde::{Deserialize, Serialize};

/// How bad. MUST is a failure, SHOULD a warning, practice a hint; the revision in use decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Level {
    /// Practice.
    Hint,
    /// A SHOULD is not kept.
    Warning,
    /// A MUST is not kept, or the flow cannot work.
    Failure,
}

impl Level {
    /// The word shown to people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }

    /// The level a breach of `keyword` has.
    #[must_use]
    pub const fn of(keyword: Keyword) -> Self {
        match keyword {
            Keyword::Must => Self::Failure,
            Keyword::Should => Self::Warning,
            Keyword::May | Keyword::Practice => Self::Hint,
        }
    }
}

/// Who must change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Party {
    /// The MCP server (resource server), its framework or the proxy in front of it.
    McpServer,
    /// The authorization server, its configuration or the proxy in front of it.
    AuthorizationServer,
    /// The client, its registration or its settings (authscope's own included).
    Client,
}

impl Party {
    /// The words shown to people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::McpServer => "MCP server",
            Self::AuthorizationServer => "authorization server",
            Self::Client => "client",
        }
    }
}

/// How sure the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Confidence {
    /// Worth a question.
    Hint,
    /// Probable; another cause is possible.
    Likely,
    /// Proven by the recording.
    Certain,
}

/// Which part of an exchange is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Part {
    /// The request's URL.
    RequestUrl,
    /// A header line of the request, by its index.
    RequestHeader {
        /// Index into `request.headers`.
        index: usize,
    },
    /// The request body.
    RequestBody,
    /// The status line.
    StatusLine,
    /// A header line of the response, by its index.
    ResponseHeader {
        /// Index into `response.headers`.
        index: usize,
    },
    /// All header lines of the response (something is missing there).
    ResponseHeaders,
    /// The response body.
    ResponseBody,
    /// The exchange as a whole (it failed, or never came).
    Whole,
}

/// A place in a recording: exchange, part, byte range within the recorded (masked) text of that part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Number of the exchange.
    pub exchange: u32,
    /// Part of it.
    #[serde(default = "whole")]
    pub part: Part,
    /// First byte within the part's recorded text.
    #[serde(default)]
    pub start: usize,
    /// One past the last byte; equal to `start` when something is missing at that place.
    #[serde(default)]
    pub end: usize,
    /// The text of that range, or of the whole part when short.
    #[serde(default)]
    pub excerpt: String,
}

const fn whole() -> Part {
    Part::Whole
}

/// A reference that resolves to an exact section of a specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reference {
    /// Such as `RFC9728-3.3` or `MCP-2025-11-25-authorization#scope-selection-strategy`.
    pub id: String,
    /// What people read, such as `RFC 9728 §3.3`.
    pub title: String,
    /// URL with a fragment.
    pub url: String,
}

/// A fix ready to paste.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snippet {
    /// What it is for: `header`, `json`, `express`, `fastmcp`, `axum`, `nginx`, ….
    pub kind: String,
    /// The text, with the seen values filled in.
    pub text: String,
}

/// Values side by side, such as the scopes that each party names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Table {
    /// What is compared.
    pub title: String,
    /// Heads of the columns behind the first one.
    pub columns: Vec<String>,
    /// The rows; those with a difference come first.
    pub rows: Vec<TableRow>,
}

/// One row of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TableRow {
    /// What the row is about.
    pub name: String,
    /// One text per column; empty where the value is not there.
    pub cells: Vec<String>,
    /// In what the columns differ, in words; empty where they agree.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Table {
    /// The table as lines of text of equal columns.
    #[must_use]
    pub fn text(&self) -> String {
        let head = std::iter::once(String::new())
            .chain(self.columns.iter().cloned())
            .chain(std::iter::once(String::new()));
        let body = self.rows.iter().map(|row| {
            let note = std::iter::once(row.note.clone());
            let name = std::iter::once(row.name.clone());
            name.chain(row.cells.iter().cloned()).chain(note).collect()
        });
        let lines: Vec<Vec<String>> = std::iter::once(head.collect()).chain(body).collect();
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|c| c.chars().count()).max().unwrap_or_default()
        };
        let columns = self.columns.len().saturating_add(2);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let padded = |line: &Vec<String>| {
            let cells = line.iter().zip(&widths).map(|(c, w)| format!("{c:<w$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        lines.iter().map(padded).collect::<Vec<_>>().join("\n")
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Id of the rule, kebab-case, stable for ever.
    pub rule: String,
    /// How bad, in the revision in use.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// Who must change something.
    pub party: Party,
    /// Step of the primary evidence.
    pub step: StepKind,
    /// What is wrong: one sentence in plain words, with the values, header and member names.
    pub message: String,
    /// What the spec (or the other side) expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// Where to the byte.
    pub evidence: Evidence,
    /// Other places that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Evidence>,
    /// What to change, in words, with the person's own values.
    pub fix: String,
    /// Fixes ready to paste.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub snippets: Vec<Snippet>,
    /// Values of several places side by side, where that says more than one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
    /// Clauses.
    pub references: Vec<Reference>,
    /// Rule id of the finding that explains this one; such findings fold under their cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained_by: Option<String>,
    /// Which clients refuse, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<String>,
}
