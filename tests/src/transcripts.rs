//! Reading and awaiting transcripts, and saying in words what is in one.

use anyhow::{Context as _, bail};
use authscope_model::{Exchange, Finding, Level, Outcome, Transcript};
use authscope_store::SharedStore;
use std::fmt::Write as _;
use std::time::Duration;

/// How long anything may take that does not wait for a person.
const LIMIT: Duration = Duration::from_secs(30);

/// The transcript of a session as it is now.
///
/// # Errors
/// When the store fails.
pub async fn read(store: &SharedStore, id: &str) -> anyhow::Result<Transcript> {
    let events = store.events(id, 0, usize::MAX).await?;
    Ok(Transcript::from_events(&events))
}

/// Waits until the transcript fits; every recorded state is looked at, none is skipped.
///
/// # Errors
/// When it does not come within 30 seconds; the error tells what came instead.
pub async fn wait(
    store: &SharedStore,
    id: &str,
    what: &str,
    fits: impl Fn(&Transcript) -> bool,
) -> anyhow::Result<Transcript> {
    let mut changes = store.watch(id).await?;
    let mut transcript = Transcript::default();
    let seen = tokio::time::timeout(LIMIT, async {
        loop {
            for event in store.events(id, transcript.last_seq, usize::MAX).await? {
                transcript.apply(&event);
                if fits(&transcript) {
                    return Ok(());
                }
            }
            changes.changed().await.context("the session was deleted")?;
        }
    })
    .await;
    match seen {
        Ok(result) => result.map(|()| transcript),
        Err(_) => bail!("{what} did not come; this did:\n{}", story(&transcript)),
    }
}

/// A transcript in a few lines: steps, status, findings.
#[must_use]
pub fn story(transcript: &Transcript) -> String {
    let mut out = String::new();
    for exchange in &transcript.exchanges {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", line(exchange));
    }
    for note in &transcript.notes {
        let _ = writeln!(out, "  note after {}: {}", note.after_exchange, note.text);
    }
    for finding in authscope_rules::diagnose(transcript) {
        let _ = writeln!(out, "  finding: {}", finding_line(&finding));
    }
    let _ = write!(out, "  status: {:?}", transcript.status);
    out
}

/// One exchange in one line.
#[must_use]
pub fn line(exchange: &Exchange) -> String {
    let outcome = match &exchange.outcome {
        Outcome::Response(response) => response.status.to_string(),
        Outcome::Failed(failure) => failure.message.clone(),
        Outcome::Unseen => "unseen".to_owned(),
    };
    let url = exchange.request.url.split('?').next().unwrap_or_default();
    format!(
        "  {:>2} {:?} {} {url} → {outcome}",
        exchange.id, exchange.step, exchange.request.method
    )
}

/// One finding in one line.
#[must_use]
pub fn finding_line(finding: &Finding) -> String {
    let cause = finding
        .explained_by
        .as_ref()
        .map(|cause| format!(", explained by {cause}"))
        .unwrap_or_default();
    format!(
        "{} {} (step {}{cause}): {}",
        finding.level.as_str(),
        finding.rule,
        finding.evidence.exchange,
        finding.message
    )
}

/// The findings that are more than a hint.
#[must_use]
pub fn complaints(transcript: &Transcript) -> Vec<Finding> {
    let mut findings = authscope_rules::diagnose(transcript);
    findings.retain(|finding| finding.level > Level::Hint);
    findings
}
