//! The diagnosis catalogue: pure functions from a recording to findings.
//!
//! [`diagnose`] runs every rule over the active lineage of a [`Transcript`] and gives the findings back
//! with root causes first; consequences carry the id of the rule that explains them. [`verdict`] puts the
//! outcome in one sentence, [`checked`] and [`not_evaluated`] say what became of every rule, and [`catalogue`]
//! describes the rules themselves.
//!
//! One folder per area; in it one `.rs` and one `.md` per rule and one list line. A rule is a
//! [`RuleInfo`] and a function from a [`Context`] to [`Hit`]s. The examples of the pages are executed as
//! tests: the bad one fires the rule, the good one fires nothing.
//!
//! Invariants: no I/O, no clock, no randomness, no panics (a recording is hostile input), compiles to
//! `wasm32-unknown-unknown`. On a correct server every rule is silent: a false alarm costs more than a miss.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod areas;
mod catalogue;
mod checked;
mod context;
mod evidence;
mod hit;
mod not_evaluated;
mod prelude;
mod providers;
mod quoted;
mod rank;
mod references;
mod rule;
mod snippets;
mod verdict;
mod words;

pub use catalogue::{catalogue, info, page};
pub use checked::{Checked, Outcome, checked, checked_at};
pub use context::Context;
pub use hit::Hit;
pub use not_evaluated::{NotEvaluated, not_evaluated};
pub use references::{reference, references_of};
pub use rule::{Area, Keywords, Need, RuleInfo};
pub use verdict::{Verdict, VerdictLevel, verdict};

use authscope_model::api::Diagnosis;
use authscope_model::finding::Table;
use authscope_model::finding::{Part, Party};
use authscope_model::{Finding, Transcript};

/// Every finding of a recording's active lineage, root causes first.
#[must_use]
pub fn diagnose(transcript: &Transcript) -> Vec<Finding> {
    let context = Context::new(transcript);
    let mut found = Vec::new();
    for rule in catalogue::rules() {
        let Some(keyword) = rule.info.keywords.of(context.revision()) else {
            continue;
        };
        if context.lacks(rule.info.needs).is_some() {
            continue;
        }
        for hit in (rule.check)(&context) {
            found.push(hit.into_finding(rule.info, keyword, context.revision()));
        }
    }
    let mut findings = rank::rank(&context, found);
    lay_scopes_side_by_side(&context, &mut findings);
    for finding in &mut findings {
        quoted::quote(&context, finding);
        point_at_what_is_shown(transcript, finding);
    }
    findings
}

/// What a person wrote in place of an answer is theirs and not the server's; and as it is judged and not shown at the
/// step, its bytes are no evidence there.
fn point_at_what_is_shown(transcript: &Transcript, finding: &mut Finding) {
    let is_edited = |step| transcript.edited_answer(step).is_some();
    if is_edited(finding.evidence.exchange) {
        finding.party = Party::Client;
        finding.message = format!("In the answer as a person edited it: {}", finding.message);
    }
    let related = finding.related.iter_mut();
    for evidence in related.chain(std::iter::once(&mut finding.evidence)) {
        let of_answer = matches!(
            evidence.part,
            Part::StatusLine
                | Part::ResponseHeader { .. }
                | Part::ResponseHeaders
                | Part::ResponseBody
        );
        if of_answer && is_edited(evidence.exchange) {
            evidence.part = Part::Whole;
            (evidence.start, evidence.end) = (0, 0);
        }
    }
}

/// The first root cause that is about scopes gets the sets of all parties beside it.
fn lay_scopes_side_by_side(context: &Context<'_>, findings: &mut [Finding]) {
    let about = |f: &Finding| {
        let area = info(&f.rule).map(|i| i.area);
        let scopes = matches!(area, Some(Area::Scope | Area::StepUp));
        f.explained_by.is_none() && (scopes || f.rule.contains("-scope"))
    };
    if let Some(finding) = findings.iter_mut().find(|f| about(f)) {
        finding.table = areas::scope_table(context);
    }
}

/// The scopes that each party of a recording names, side by side; `None` when fewer than two name any.
#[must_use]
pub fn scopes(transcript: &Transcript) -> Option<Table> {
    areas::scope_table(&Context::new(transcript))
}

/// Findings and verdict of a recording as the page reads them.
#[must_use]
pub fn diagnosis(transcript: &Transcript) -> Diagnosis {
    let findings = diagnose(transcript);
    let verdict = verdict(transcript, &findings);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Diagnosis {
        seq: transcript.last_seq,
        level: verdict.level.as_str().into(),
        sentence: verdict.sentence,
        failures: number(verdict.failures),
        warnings: number(verdict.warnings),
        hints: number(verdict.hints),
        passed_steps: number(verdict.passed_steps),
        kept_until: None,
        findings,
    }
}
