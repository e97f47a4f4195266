//! The table of runs as a page of the documentation.

use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{Level, Transcript};
use authscope_tests::transcripts::complaints;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// One run.
pub(crate) struct Row {
    /// The server and its switches.
    pub(crate) server: String,
    /// Revision asked for.
    pub(crate) revision: &'static str,
    /// Way of registration.
    pub(crate) registration: &'static str,
    /// What came of it.
    pub(crate) result: String,
    /// Rules that complained.
    pub(crate) findings: String,
}

const HEAD: &str = "# Real servers

What authscope finds on unmodified servers. This page is written by the test ring `servers`
(`UPDATE_GOLDEN=1 cargo xtask test servers`) from real runs; it is not edited by hand.

The servers speak the revisions 2025-06-18 and 2025-11-25, and there every flow has to be complete without a failure. The
other two revisions are asked for to see what an upgrade, or an old client, would meet.

| server | revision | registration | result | findings |
|---|---|---|---|---|
";

/// The page.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut page = HEAD.to_owned();
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            row.server, row.revision, row.registration, row.result, row.findings
        );
    }
    page
}

/// How a run ended, in a few words that are the same in every run.
pub(crate) fn result(transcript: &Transcript) -> String {
    let steps = transcript.exchanges.len();
    let last = transcript.exchanges.last();
    let at = last.map_or_else(
        || "the start".to_owned(),
        |last| {
            let status = last.status().map(|status| format!(" ({status})"));
            format!("{}{}", last.step.title(), status.unwrap_or_default())
        },
    );
    match &transcript.status {
        Status::YourTurn(_) => "the browser is not sent back".to_owned(),
        Status::Finished(Ending::Complete, _) => format!("complete, {steps} steps"),
        Status::Finished(Ending::ConformingClientStops, _) => {
            format!("a conforming client stops after: {at}")
        }
        _ => format!("ends at: {at}"),
    }
}

/// The rules that complained, worst first.
pub(crate) fn findings(transcript: &Transcript) -> String {
    let found = complaints(transcript);
    let of = |level: Level| -> BTreeSet<String> {
        let of_level = found.iter().filter(|finding| finding.level == level);
        of_level
            .map(|finding| format!("`{}`", finding.rule))
            .collect()
    };
    let mut parts = Vec::new();
    for (level, words) in [(Level::Failure, "failure"), (Level::Warning, "warning")] {
        let rules: Vec<String> = of(level).into_iter().collect();
        if !rules.is_empty() {
            parts.push(format!("{words}: {}", rules.join(", ")));
        }
    }
    if parts.is_empty() {
        return "none".to_owned();
    }
    parts.join("; ")
}
