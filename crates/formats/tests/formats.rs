//! The formats against each other, against the HAR specification, and against hostile files.
#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "what does not hold here fails the test"
)]

#[path = "formats/har.rs"]
mod har;
#[path = "formats/hostile.rs"]
mod hostile;
#[path = "formats/pages.rs"]
mod pages;
#[path = "formats/tools.rs"]
mod tools;

use authscope_formats::export::{Format, export};
use authscope_model::{Recording, Transcript};
use authscope_testkit::fixture;
use serde_json::Value;

/// A healthy recording with settings of its own.
fn healthy(settings: &str) -> Recording {
    recording(&format!("//- flow {settings}\n"))
}

fn recording(text: &str) -> Recording {
    Recording::new(
        fixture(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .events,
    )
}

/// A recording as HAR.
fn har_of(recording: &Recording) -> Value {
    serde_json::from_str(&export(Format::Har, recording)).unwrap()
}

fn opened(document: &Value) -> Transcript {
    authscope_formats::import::read(&document.to_string())
        .unwrap()
        .recording
        .transcript()
}

/// Findings in short.
fn found(transcript: &Transcript) -> Vec<String> {
    let findings = authscope_rules::diagnose(transcript);
    findings
        .iter()
        .map(|f| format!("{} step {}: {}", f.rule, f.evidence.exchange, f.message))
        .collect()
}
