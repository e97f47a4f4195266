//! The verdict and the findings of a session, as the server gives them.
//!
//! The rules run where the recording is: they are larger than the whole page may be. Until the server's
//! answer for the newest event is there, the verdict bar says what the session is doing.

use authscope_diagram::Verdict as Mark;
use authscope_model::api::Diagnosis;
use authscope_model::event::{Ending, Turn};
use authscope_model::transcript::{Status, Transcript};

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
    pub(crate) failures: u32,
    /// Warnings that nothing else explains.
    pub(crate) warnings: u32,
    /// Hints.
    pub(crate) hints: u32,
    /// Steps that went as they should.
    pub(crate) passed: u32,
    /// When the session is deleted (ms since the epoch), if ever.
    pub(crate) kept_until: Option<u64>,
    /// Whether it is about the newest event.
    pub(crate) settled: bool,
}

/// The verdict: the server's, when it is about the newest event.
pub(crate) fn verdict(transcript: &Transcript, diagnosis: Option<&Diagnosis>) -> Verdict {
    let current = diagnosis.filter(|diagnosis| diagnosis.seq >= transcript.last_seq);
    let (mark, word) = current.map_or_else(
        || by_status(&transcript.status),
        |diagnosis| by_level(&diagnosis.level),
    );
    let count = |read: fn(&Diagnosis) -> u32| diagnosis.map_or(0, read);
    Verdict {
        mark,
        word,
        sentence: current.map_or_else(|| doing(&transcript.status), |d| d.sentence.clone()),
        failures: count(|d| d.failures),
        warnings: count(|d| d.warnings),
        hints: count(|d| d.hints),
        passed: count(|d| d.passed_steps),
        kept_until: diagnosis.and_then(|d| d.kept_until),
        settled: current.is_some(),
    }
}

fn by_level(level: &str) -> (Mark, &'static str) {
    match level {
        "ready" => (Mark::Skipped, "Ready"),
        "running" => (Mark::Running, "Running"),
        "paused" => (Mark::Waiting, "Paused"),
        "your_turn" => (Mark::Waiting, "Your turn"),
        "pass" => (Mark::Pass, "Passed"),
        "warning" => (Mark::Warning, "Warnings"),
        "failure" => (Mark::Fail, "Failed"),
        "stopped" => (Mark::Interrupted, "Stopped"),
        _ => (Mark::Interrupted, "Not finished"),
    }
}

const fn by_status(status: &Status) -> (Mark, &'static str) {
    match status {
        Status::Ready => (Mark::Skipped, "Ready"),
        Status::Running(_) => (Mark::Running, "Running"),
        Status::Paused { .. } => (Mark::Waiting, "Paused"),
        Status::YourTurn(_) => (Mark::Waiting, "Your turn"),
        Status::Finished(Ending::Complete | Ending::NoAuthorization, _) => (Mark::Pass, "Passed"),
        Status::Finished(Ending::Blocked | Ending::ConformingClientStops, _) => {
            (Mark::Fail, "Failed")
        }
        Status::Finished(Ending::Incomplete, _) => (Mark::Interrupted, "Not finished"),
        Status::Finished(Ending::Stopped, _) => (Mark::Interrupted, "Stopped"),
    }
}

fn doing(status: &Status) -> String {
    match status {
        Status::Ready => "Press Run, or Step for one request at a time".into(),
        Status::Running(Some(flight)) => flight.step.title().into(),
        Status::Running(None) => String::new(),
        Status::Paused { next, .. } => format!("before: {}", next.title()),
        Status::YourTurn(Turn::Authorize { host, .. }) => format!("sign in at {host}"),
        Status::YourTurn(_) => String::new(),
        Status::Finished(_, message) => message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_diagnosis_does_not_speak_for_new_events() {
        let diagnosis = Diagnosis {
            seq: 4,
            level: "failure".into(),
            sentence: "The token endpoint refused the code".into(),
            failures: 1,
            warnings: 0,
            hints: 0,
            passed_steps: 3,
            kept_until: None,
            findings: Vec::new(),
        };
        let mut transcript = Transcript {
            last_seq: 4,
            ..Transcript::default()
        };
        assert_eq!(verdict(&transcript, Some(&diagnosis)).mark, Mark::Fail);
        transcript.last_seq = 5;
        transcript.status = Status::Running(None);
        let now = verdict(&transcript, Some(&diagnosis));
        assert_eq!((now.mark, now.failures), (Mark::Running, 1));
    }
}
