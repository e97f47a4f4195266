//! The one place where the rules crate is called: findings and verdict of a transcript.

use authscope_diagram::Verdict as Mark;
use authscope_model::{Finding, Transcript};
use authscope_rules::VerdictLevel;

/// What the verdict bar shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Icon and colour.
    pub(crate) mark: Mark,
    /// The word beside the icon.
    pub(crate) word: &'static str,
    /// One sentence.
    pub(crate) sentence: String,
    /// Failures that nothing else explains.
    pub(crate) failures: usize,
    /// Warnings that nothing else explains.
    pub(crate) warnings: usize,
    /// Hints.
    pub(crate) hints: usize,
    /// Steps that went as they should.
    pub(crate) passed: usize,
}

/// Findings, root causes first, and the verdict.
pub(crate) fn analyse(transcript: &Transcript) -> (Vec<Finding>, Verdict) {
    let findings = authscope_rules::diagnose(transcript);
    let verdict = authscope_rules::verdict(transcript, &findings);
    let (mark, word) = shown(verdict.level);
    let verdict = Verdict {
        mark,
        word,
        sentence: verdict.sentence,
        failures: verdict.failures,
        warnings: verdict.warnings,
        hints: verdict.hints,
        passed: verdict.passed_steps,
    };
    (findings, verdict)
}

const fn shown(level: VerdictLevel) -> (Mark, &'static str) {
    match level {
        VerdictLevel::Ready => (Mark::Skipped, "Ready"),
        VerdictLevel::Running => (Mark::Running, "Running"),
        VerdictLevel::Paused => (Mark::Waiting, "Paused"),
        VerdictLevel::YourTurn => (Mark::Waiting, "Your turn"),
        VerdictLevel::Pass => (Mark::Pass, "Passed"),
        VerdictLevel::Warning => (Mark::Warning, "Warnings"),
        VerdictLevel::Failure => (Mark::Fail, "Failed"),
        VerdictLevel::Incomplete => (Mark::Interrupted, "Not finished"),
        VerdictLevel::Stopped => (Mark::Interrupted, "Stopped"),
    }
}
