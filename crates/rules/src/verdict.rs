//! The outcome of a session in one sentence: the root cause first.

use crate::context::Context;
use crate::words;
use authscope_model::config::BreakAt;
use authscope_model::event::{Ending, Turn};
use authscope_model::transcript::Status;
use authscope_model::{Exchange, Finding, Level, Transcript};
use serde::Serialize;

/// What the verdict bar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictLevel {
    /// Made, not started.
    Ready,
    /// Working.
    Running,
    /// Step mode, waits for the command.
    Paused,
    /// A person must act.
    YourTurn,
    /// Over, nothing wrong.
    Pass,
    /// Over, with warnings.
    Warning,
    /// Over, with a failure, or the target ended it.
    Failure,
    /// Over for reasons outside the target.
    Incomplete,
    /// Stopped by a person.
    Stopped,
}

impl VerdictLevel {
    /// The name it has in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::YourTurn => "your_turn",
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Incomplete => "incomplete",
            Self::Stopped => "stopped",
        }
    }
}

/// The outcome of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Level.
    pub level: VerdictLevel,
    /// One sentence in plain words.
    pub sentence: String,
    /// Failures that no other finding explains.
    pub failures: usize,
    /// Warnings that no other finding explains.
    pub warnings: usize,
    /// Hints that no other finding explains.
    pub hints: usize,
    /// Exchanges that went as they should.
    pub passed_steps: usize,
}

/// The verdict of a recording and its findings (as [`crate::diagnose`] gives them).
#[must_use]
pub fn verdict(transcript: &Transcript, findings: &[Finding]) -> Verdict {
    let roots: Vec<&Finding> = findings
        .iter()
        .filter(|f| f.explained_by.is_none())
        .collect();
    let of = |level| roots.iter().filter(|f| f.level == level).count();
    let passed_steps = transcript.lineage().filter(|e| passed(e, findings)).count();
    // The first of the worst level: what is beside the flow stands last in the list, and still counts.
    let worst = roots.iter().map(|f| f.level).max();
    let root = roots.iter().copied().find(|f| Some(f.level) == worst);
    let (mut level, mut sentence) = outcome(transcript, root, passed_steps);
    let mut warnings = of(Level::Warning);
    let good = matches!(level, VerdictLevel::Pass | VerdictLevel::Warning);
    if let Some(step) = transcript.edited_step().filter(|_| good) {
        level = VerdictLevel::Warning;
        warnings = warnings.max(1);
        sentence = format!(
            "With step {step} edited by a person, which says what would be and not how the server is: {sentence}"
        );
    }
    Verdict {
        level,
        sentence: words::sentence(&sentence),
        failures: of(Level::Failure),
        warnings,
        hints: of(Level::Hint),
        passed_steps,
    }
}

fn passed(exchange: &Exchange, findings: &[Finding]) -> bool {
    let blamed = findings
        .iter()
        .any(|f| f.level == Level::Failure && f.evidence.exchange == exchange.id);
    exchange.failure().is_none() && !blamed
}

fn outcome(
    transcript: &Transcript,
    root: Option<&Finding>,
    passed: usize,
) -> (VerdictLevel, String) {
    match &transcript.status {
        Status::Ready => (VerdictLevel::Ready, "Ready to start".into()),
        Status::Running(in_flight) => {
            let doing = match in_flight {
                Some(f) => format!("Running: {}", f.step.title()),
                None => "Running".into(),
            };
            (VerdictLevel::Running, with_problem(&doing, root))
        }
        Status::Paused { next, .. } => (
            VerdictLevel::Paused,
            with_problem(&format!("Paused before: {}", next.title()), root),
        ),
        Status::YourTurn(turn) => (
            VerdictLevel::YourTurn,
            with_problem(&turn_words(turn), root),
        ),
        Status::Finished(ending, message) => {
            finished(&Context::new(transcript), *ending, message, root, passed)
        }
    }
}

/// How the sentence of a hold begins.
const STOPS: &str = "A conforming client stops here";

fn with_problem(doing: &str, root: Option<&Finding>) -> String {
    match root.filter(|f| f.level == Level::Failure) {
        // The finding says why it stops, and better.
        Some(finding) if doing.starts_with(STOPS) => {
            format!("{STOPS}; go on deliberately, or stop. {}", finding.message)
        }
        Some(finding) => format!("{doing}. Found so far: {}", finding.message),
        None => doing.to_owned(),
    }
}

fn turn_words(turn: &Turn) -> String {
    match turn {
        Turn::Authorize { host, .. } => format!("Your turn: sign in at {host}"),
        Turn::ChooseAuthorizationServer { candidates } => format!(
            "Your turn: choose one of {}",
            words::count(candidates.len(), "authorization server")
        ),
        Turn::ProvideClientId { reason } => format!("Your turn: enter a client id ({reason})"),
        Turn::GoOn { reason, .. } => {
            format!("{STOPS}: {reason}. Your turn: go on, or stop")
        }
        Turn::DeviceCode {
            user_code,
            verification_uri,
            ..
        } => {
            format!("Your turn: enter {user_code} at {verification_uri}")
        }
        Turn::Breakpoint { step, at, .. } => {
            let end = match at {
                BreakAt::BeforeSend => "before it is sent",
                BreakAt::AfterReceive => "with its answer",
            };
            format!("Your turn: held at a breakpoint: {}, {end}", step.title())
        }
        Turn::Unknown => "Your turn".into(),
    }
}

fn finished(
    context: &Context<'_>,
    ending: Ending,
    message: &str,
    root: Option<&Finding>,
    passed: usize,
) -> (VerdictLevel, String) {
    if let Some(finding) = root.filter(|f| f.level == Level::Failure) {
        return (VerdictLevel::Failure, finding.message.clone());
    }
    match ending {
        Ending::Blocked | Ending::ConformingClientStops => (VerdictLevel::Failure, message.into()),
        Ending::Incomplete => (VerdictLevel::Incomplete, message.into()),
        Ending::Stopped => (VerdictLevel::Stopped, message.into()),
        Ending::Complete | Ending::NoAuthorization => match root {
            Some(finding) if finding.level == Level::Warning => (
                VerdictLevel::Warning,
                format!("It works, with a warning: {}", finding.message),
            ),
            _ => (VerdictLevel::Pass, pass_words(context, ending, passed)),
        },
    }
}

fn pass_words(context: &Context<'_>, ending: Ending, passed: usize) -> String {
    let steps = words::count(passed, "step");
    if ending == Ending::NoAuthorization {
        return format!("The MCP server answered without asking for authorization ({steps})");
    }
    let server = words::host(context.server_url());
    format!("Everything works: {server} answered with the token after {steps}")
}
