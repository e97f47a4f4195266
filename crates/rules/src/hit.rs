//! A hit: what a rule found, built step by step, and its translation into a finding.

use crate::evidence::Spot;
use crate::references;
use crate::rule::RuleInfo;
use authscope_model::finding::{Confidence, Snippet};
use authscope_model::revision::{Keyword, Revision};
use authscope_model::{Evidence, Finding, Level, Party};

/// What a rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    spot: Spot,
    message: String,
    expected: Option<String>,
    received: Option<String>,
    fix: String,
    snippets: Vec<Snippet>,
    related: Vec<Evidence>,
    level: Option<Level>,
    party: Option<Party>,
    confidence: Option<Confidence>,
}

impl Hit {
    /// A hit at a spot. `message` is one sentence with the values, header and member names.
    pub(crate) fn new(spot: Spot, message: impl Into<String>) -> Self {
        Self {
            spot,
            message: message.into(),
            expected: None,
            received: None,
            fix: String::new(),
            snippets: Vec::new(),
            related: Vec::new(),
            level: None,
            party: None,
            confidence: None,
        }
    }

    /// What the spec, or the other side, expects.
    pub(crate) fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(text.into());
        self
    }

    /// What came.
    pub(crate) fn received(mut self, text: impl Into<String>) -> Self {
        self.received = Some(text.into());
        self
    }

    /// What to change, in words, with the person's own values.
    pub(crate) fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix = text.into();
        self
    }

    /// A fix ready to paste.
    pub(crate) fn snippet(mut self, kind: &str, text: impl Into<String>) -> Self {
        self.snippets.push(Snippet {
            kind: kind.into(),
            text: text.into(),
        });
        self
    }

    /// Several fixes ready to paste.
    pub(crate) fn snippets(mut self, snippets: Vec<Snippet>) -> Self {
        self.snippets.extend(snippets);
        self
    }

    /// Another place that matters.
    pub(crate) fn related(mut self, spot: Spot) -> Self {
        self.related.push(spot.evidence);
        self
    }

    /// Another level than the keyword of the revision gives.
    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Another party than the rule's.
    pub(crate) fn party(mut self, party: Party) -> Self {
        self.party = Some(party);
        self
    }

    /// Another confidence than the rule's.
    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    pub(crate) fn into_finding(
        self,
        info: &'static RuleInfo,
        keyword: Keyword,
        revision: Revision,
    ) -> Finding {
        Finding {
            rule: info.id.into(),
            level: self.level.unwrap_or(Level::of(keyword)),
            confidence: self.confidence.unwrap_or(info.confidence),
            party: self.party.unwrap_or(info.party),
            step: self.spot.step,
            message: self.message,
            expected: self.expected,
            received: self.received,
            evidence: self.spot.evidence,
            related: self.related,
            fix: self.fix,
            snippets: self.snippets,
            table: None,
            references: references::references_of(info.references, revision),
            explained_by: None,
            clients: info.clients.map(str::to_owned),
        }
    }
}
