//! How a step went: the worst of its findings, or what its outcome says when there are none.

use crate::rows;
use authscope_model::event::Fact;
use authscope_model::exchange::{FailureKind, Response};
use authscope_model::{Exchange, Finding, Level, Outcome, StepKind, Transcript};
use std::collections::BTreeMap;

/// The closed vocabulary of verdicts, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Not done, or of no weight.
    Skipped,
    /// Neither good nor bad.
    Info,
    /// As it should be.
    Pass,
    /// Going on.
    Running,
    /// A person's turn, or the next command.
    Waiting,
    /// A SHOULD is not kept.
    Warning,
    /// Stopped by a person or a limit of ours.
    Interrupted,
    /// A MUST is not kept, or it cannot work.
    Fail,
}

impl Verdict {
    /// The word shown to people; colour never stands alone.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Info => "info",
            Self::Pass => "passed",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Warning => "warning",
            Self::Interrupted => "interrupted",
            Self::Fail => "failed",
        }
    }

    /// A short id for style sheets and files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Skipped => "skip",
            Self::Info => "info",
            Self::Pass => "pass",
            Self::Running => "run",
            Self::Waiting => "wait",
            Self::Warning => "warn",
            Self::Interrupted => "stop",
            Self::Fail => "fail",
        }
    }

    /// The verdict a finding of a level means.
    #[must_use]
    pub const fn of(level: Level) -> Self {
        match level {
            Level::Hint => Self::Info,
            Level::Warning => Self::Warning,
            Level::Failure => Self::Fail,
        }
    }
}

/// The verdict of one exchange.
#[must_use]
pub fn step_verdict(transcript: &Transcript, findings: &[Finding], exchange: &Exchange) -> Verdict {
    let worst = findings
        .iter()
        .filter(|finding| finding.evidence.exchange == exchange.id)
        .map(|finding| Verdict::of(finding.level))
        .max();
    judged(outcome_verdict(transcript, exchange), worst)
}

/// The verdicts of all exchanges, in their order.
pub(crate) fn step_verdicts(transcript: &Transcript, findings: &[Finding]) -> Vec<Verdict> {
    let mut worst: BTreeMap<u32, Verdict> = BTreeMap::new();
    for finding in findings {
        let level = Verdict::of(finding.level);
        let known = worst.entry(finding.evidence.exchange).or_insert(level);
        *known = level.max(*known);
    }
    let exchanges = transcript.exchanges.iter();
    exchanges
        .map(|e| judged(outcome_verdict(transcript, e), worst.get(&e.id).copied()))
        .collect()
}

/// A hint does not take the check mark from a step that did its work.
fn judged(bare: Verdict, worst: Option<Verdict>) -> Verdict {
    match worst {
        Some(Verdict::Info) | None => bare,
        Some(worst) => worst.max(bare),
    }
}

fn outcome_verdict(transcript: &Transcript, exchange: &Exchange) -> Verdict {
    match bare_verdict(transcript, exchange) {
        // What a retry left is judged no more, so that nothing was found in it says nothing.
        Verdict::Pass if rows::superseded(transcript, exchange) => Verdict::Info,
        verdict => verdict,
    }
}

fn bare_verdict(transcript: &Transcript, exchange: &Exchange) -> Verdict {
    match &exchange.outcome {
        Outcome::Failed(failure) if failure.kind == FailureKind::Aborted => Verdict::Interrupted,
        // An edited request says nothing about the flow; that nothing came back is said mildly.
        Outcome::Failed(_) if exchange.step == StepKind::Resend => Verdict::Interrupted,
        Outcome::Failed(_) => Verdict::Fail,
        Outcome::Unseen => Verdict::Pass,
        // The server asks for more scopes in the way it should; what follows is the step-up's matter.
        Outcome::Response(response) if response.status == 403 && asks_for_scopes(response) => {
            Verdict::Info
        }
        Outcome::Response(response) => status_verdict(transcript, exchange, response.status),
    }
}

fn asks_for_scopes(response: &Response) -> bool {
    response
        .header("www-authenticate")
        .is_some_and(|value| value.contains("insufficient_scope"))
}

fn status_verdict(transcript: &Transcript, exchange: &Exchange, status: u16) -> Verdict {
    let step = exchange.step;
    match status {
        _ if step == StepKind::NegativeProbe => probe_verdict(transcript, exchange.id),
        // What belongs to no step of the flow says nothing about it.
        _ if matches!(step, StepKind::Unknown | StepKind::Resend) => Verdict::Info,
        100..300 => Verdict::Pass,
        // A redirect is followed by its own row; what it means is for a rule to say.
        300..400 => Verdict::Info,
        401 if step == StepKind::Probe => Verdict::Pass,
        // An attempt of a ladder that finds nothing is how a ladder works.
        400..500 if step.is_prm() || step.is_as_metadata() => Verdict::Info,
        // A pending device code answers 400 until the person is done.
        400 if step == StepKind::DevicePoll => Verdict::Info,
        // A demand for a DPoP nonce brings one; the request goes out again with it.
        400 | 401 if gives_nonce(exchange) => Verdict::Info,
        // Whoever fetches our documents gets an honest status; that is not a failure of the flow.
        _ if matches!(
            step,
            StepKind::ClientDocumentFetch | StepKind::ClientJwksFetch
        ) =>
        {
            Verdict::Info
        }
        _ => Verdict::Fail,
    }
}

fn gives_nonce(exchange: &Exchange) -> bool {
    let answered = exchange.response();
    let nonce = answered.and_then(|response| response.header("dpop-nonce"));
    exchange.request.header("dpop").is_some() && nonce.is_some()
}

fn probe_verdict(transcript: &Transcript, id: u32) -> Verdict {
    let refused = transcript.facts_of(id).find_map(|fact| match fact {
        Fact::Probe { refused, .. } => Some(*refused),
        _ => None,
    });
    match refused {
        Some(true) => Verdict::Pass,
        Some(false) => Verdict::Fail,
        None => Verdict::Info,
    }
}
