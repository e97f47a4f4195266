//! Rules that could not run, and why: never a silent pass.

use crate::catalogue::catalogue;
use crate::context::Context;
use authscope_model::Transcript;
use serde::Serialize;

/// A rule that was not evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotEvaluated {
    /// Rule id.
    pub rule: &'static str,
    /// One sentence without a full stop.
    pub reason: String,
}

/// Every rule that could not run on a recording, in the order of the catalogue.
#[must_use]
pub fn not_evaluated(transcript: &Transcript) -> Vec<NotEvaluated> {
    let context = Context::new(transcript);
    let revision = context.revision();
    let reason = |info: &'static crate::RuleInfo| {
        if info.keywords.of(revision).is_none() {
            return Some(format!("revision {revision} has no such requirement"));
        }
        context.lacks(info.needs).map(str::to_owned)
    };
    catalogue()
        .iter()
        .filter_map(|info| {
            reason(info).map(|reason| NotEvaluated {
                rule: info.id,
                reason,
            })
        })
        .collect()
}
