//! The diagnosis catalogue: pure functions from a recording to findings.
//!
//! [`diagnose`] runs every rule over the active lineage of a [`Transcript`] and gives the findings back
//! with root causes first; consequences carry the id of the rule that explains them. [`verdict`] puts the
//! outcome in one sentence, [`not_evaluated`] says which rules could not run and why, and [`catalogue`]
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
mod context;
mod evidence;
mod hit;
mod not_evaluated;
mod prelude;
mod rank;
mod references;
mod rule;
mod snippets;
mod verdict;
mod words;

pub use catalogue::{catalogue, info, page};
pub use context::Context;
pub use hit::Hit;
pub use not_evaluated::{NotEvaluated, not_evaluated};
pub use references::{reference, references_of};
pub use rule::{Area, Keywords, Need, RuleInfo};
pub use verdict::{Verdict, VerdictLevel, verdict};

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
    rank::rank(&context, found)
}
