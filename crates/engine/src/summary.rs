//! What the list of sessions says about one: status and verdict, from the recording.

use authscope_model::api::SessionSummary;
use authscope_model::transcript::Status;
use authscope_model::{Level, Transcript};

/// The word of a status.
pub(crate) const fn status_word(status: &Status) -> &'static str {
    match status {
        Status::Ready => "ready",
        Status::Running(_) => "running",
        Status::Paused { .. } => "paused",
        Status::YourTurn(_) => "your_turn",
        Status::Finished(..) => "finished",
    }
}

/// The summary of a transcript. While the flow works, findings are not judged: they change with every step.
pub(crate) fn of(transcript: &Transcript) -> SessionSummary {
    let config = transcript.config.as_ref();
    let server_url = config.map(|c| c.server_url.clone()).unwrap_or_default();
    let title = config
        .and_then(|c| c.title.clone())
        .unwrap_or_else(|| crate::state::default_title(&server_url));
    let at_rest = !matches!(transcript.status, Status::Running(_));
    let findings = if at_rest {
        authscope_rules::diagnose(transcript)
    } else {
        Vec::new()
    };
    let count = |level: Level| {
        u32::try_from(findings.iter().filter(|f| f.level == level).count()).unwrap_or(u32::MAX)
    };
    let verdict = if at_rest {
        authscope_rules::verdict(transcript, &findings).sentence
    } else {
        "Working.".to_owned()
    };
    SessionSummary {
        id: String::new(),
        title,
        server_url,
        created_at: 0,
        updated_at: 0,
        status: status_word(&transcript.status).into(),
        verdict,
        failures: count(Level::Failure),
        warnings: count(Level::Warning),
        exchanges: u32::try_from(transcript.exchanges.len()).unwrap_or(u32::MAX),
    }
}
