//! The report of a run: JSON for machines (schema in `docs/report.schema.json`), text for people.

use authscope_model::event::{Ending, Tone};
use authscope_model::finding::Table;
use authscope_model::transcript::Status;
use authscope_model::{Exchange, Finding, Level, Outcome, StepKind, Transcript};
use authscope_rules::{Checked, Outcome as Checks, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The report.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Report {
    /// authscope's version.
    pub(crate) authscope: String,
    /// URL of the MCP server, as given.
    pub(crate) target: String,
    /// Revision in use at the end.
    pub(crate) revision: String,
    /// Way of registration used; null when the flow did not come so far.
    pub(crate) registration: Option<String>,
    /// `pass`, `warning`, `failure` or `incomplete`.
    pub(crate) verdict: &'static str,
    /// The verdict in one sentence.
    pub(crate) summary: String,
    /// How the run ended.
    pub(crate) ending: Option<Ending>,
    /// How the run ended, in one sentence.
    pub(crate) message: String,
    /// Every exchange, in order.
    pub(crate) steps: Vec<Step>,
    /// What else was told on the way and may need attention: warnings and errors that are no finding about the target.
    pub(crate) notes: Vec<Note>,
    /// Findings, the root cause first.
    pub(crate) findings: Vec<Finding>,
    /// The scopes that each party names, side by side; absent when fewer than two name any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scopes: Option<Table>,
    /// Rules that ran and found everything in order.
    pub(crate) passed: Vec<&'static str>,
    /// Rules that could not run, each with the reason.
    pub(crate) not_evaluated: Vec<NotEvaluated>,
}

/// Something told on the way.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Note {
    /// Number of the step it was told after; 0 before the first.
    pub(crate) after_step: u32,
    /// How serious.
    pub(crate) tone: Tone,
    /// One sentence.
    pub(crate) text: String,
}

/// A rule that could not run.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct NotEvaluated {
    /// Id of the rule.
    pub(crate) rule: &'static str,
    /// Why, as the end of a sentence.
    pub(crate) reason: String,
}

/// One exchange in short.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Step {
    /// Number.
    pub(crate) number: u32,
    /// Kind.
    pub(crate) step: StepKind,
    /// What it is.
    pub(crate) title: &'static str,
    /// What this one is for, where the title does not say it all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) purpose: String,
    /// Method.
    pub(crate) method: String,
    /// URL, secrets masked.
    pub(crate) url: String,
    /// Status code; null when no response came or it is the browser's.
    pub(crate) status: Option<u16>,
    /// What failed, when no response came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Milliseconds.
    pub(crate) duration_ms: f64,
    /// Not what a conforming client sends by itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) extra: bool,
    /// Rules that found something here.
    pub(crate) findings: Vec<String>,
}

impl Report {
    pub(crate) fn new(transcript: &Transcript) -> Self {
        let findings = authscope_rules::diagnose(transcript);
        let verdict = authscope_rules::verdict(transcript, &findings);
        let (passed, not_evaluated) = checks(transcript);
        let (ending, message) = match &transcript.status {
            Status::Finished(ending, message) => (Some(*ending), message.clone()),
            _ => (None, "The run did not end.".to_owned()),
        };
        let registration = transcript.registration().and_then(|(method, _)| {
            serde_json::to_value(method)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
        });
        Self {
            authscope: env!("CARGO_PKG_VERSION").into(),
            target: transcript
                .config
                .as_ref()
                .map(|c| c.server_url.clone())
                .unwrap_or_default(),
            revision: transcript.revision().to_string(),
            registration,
            verdict: word(ending, &findings),
            summary: sentence(&verdict, &message),
            ending,
            message,
            steps: transcript
                .exchanges
                .iter()
                .map(|exchange| step(exchange, &findings))
                .collect(),
            notes: notes(transcript),
            findings,
            scopes: authscope_rules::scopes(transcript),
            passed,
            not_evaluated,
        }
    }

    /// 0 no failure, 1 failures found, 3 not run to an end for reasons outside the target.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.verdict {
            "failure" => 1,
            "incomplete" => 3,
            _ => 0,
        }
    }

    /// Numbers of failures and warnings.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let count = |level: Level| self.findings.iter().filter(|f| f.level == level).count();
        (count(Level::Failure), count(Level::Warning))
    }

    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The report as text.
    pub(crate) fn text(&self, color: bool) -> String {
        let mut out = String::new();
        let paint = Paint { color };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}  {}", paint.verdict(self.verdict), self.summary);
        let _ = writeln!(
            out,
            "   {} · {} · {} steps",
            self.target,
            self.revision,
            self.steps.len()
        );
        let _ = writeln!(out);
        for step in &self.steps {
            let _ = writeln!(out, "{}", line(step, &paint));
        }
        for note in &self.notes {
            let _ = writeln!(out, "\n!  {}", one_line(&note.text));
        }
        for finding in &self.findings {
            let _ = writeln!(out, "\n{}", self.finding(finding, &paint));
        }
        if self.findings.is_empty() {
            let _ = writeln!(out, "\nNo findings. {}", self.message);
        }
        out
    }

    /// What was checked without finding anything, and what could not be checked and why, as text.
    pub(crate) fn checks_text(&self) -> String {
        let mut out = format!("\nIn order ({})\n", self.passed.len());
        for rule in &self.passed {
            let _ = writeln!(out, "   {rule}");
        }
        let _ = writeln!(out, "\nNot evaluated ({})", self.not_evaluated.len());
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for skipped in &self.not_evaluated {
            reasons
                .entry(&skipped.reason)
                .or_default()
                .push(skipped.rule);
        }
        for (reason, rules) in reasons {
            let _ = writeln!(out, "   because {reason}: {}", rules.join(", "));
        }
        out
    }

    fn finding(&self, finding: &Finding, paint: &Paint) -> String {
        let mut out = String::new();
        let level = paint.level(finding.level);
        let _ = writeln!(out, "{level} {} [{}]", finding.message, finding.rule);
        if let Some(cause) = &finding.explained_by {
            let _ = writeln!(out, "   follows from {cause}");
        }
        let _ = writeln!(
            out,
            "   Where     step {}, {}",
            finding.evidence.exchange,
            finding.step.title()
        );
        if !finding.evidence.excerpt.is_empty() {
            let _ = writeln!(out, "   Evidence  {}", one_line(&finding.evidence.excerpt));
        }
        if let Some(expected) = &finding.expected {
            let _ = writeln!(out, "   Expected  {}", one_line(expected));
        }
        if let Some(received) = &finding.received {
            let _ = writeln!(out, "   Received  {}", one_line(received));
        }
        if let Some(table) = &finding.table {
            let _ = writeln!(out, "   {}", table.title);
            for line in table.text().lines() {
                let _ = writeln!(out, "      {line}");
            }
        }
        let _ = writeln!(out, "   Who       {}", finding.party.title());
        let _ = writeln!(out, "   Fix       {}", one_line(&finding.fix));
        let references: Vec<&str> = finding
            .references
            .iter()
            .map(|r| r.title.as_str())
            .collect();
        let _ = write!(out, "   Why       {}", references.join("; "));
        out
    }
}

/// What was told beside the exchanges, but for what is mere information.
fn notes(transcript: &Transcript) -> Vec<Note> {
    let serious = transcript.notes.iter().filter(|n| n.tone != Tone::Info);
    serious
        .map(|note| Note {
            after_step: note.after_exchange,
            tone: note.tone,
            text: note.text.clone(),
        })
        .collect()
}

/// The rules that found everything in order, and those that could not run.
fn checks(transcript: &Transcript) -> (Vec<&'static str>, Vec<NotEvaluated>) {
    let (mut passed, mut not_evaluated) = (Vec::new(), Vec::new());
    for Checked { info, outcome } in authscope_rules::checked(transcript) {
        match outcome {
            Checks::Found { .. } => {}
            Checks::Passed => passed.push(info.id),
            Checks::NotEvaluated(reason) => not_evaluated.push(NotEvaluated {
                rule: info.id,
                reason,
            }),
        }
    }
    (passed, not_evaluated)
}

fn word(ending: Option<Ending>, findings: &[Finding]) -> &'static str {
    let worst = findings.iter().map(|f| f.level).max();
    let unfinished = matches!(ending, None | Some(Ending::Incomplete | Ending::Stopped));
    match worst {
        Some(Level::Failure) => "failure",
        _ if unfinished => "incomplete",
        _ if matches!(
            ending,
            Some(Ending::Blocked | Ending::ConformingClientStops)
        ) =>
        {
            "failure"
        }
        Some(Level::Warning) => "warning",
        _ => "pass",
    }
}

fn sentence(verdict: &Verdict, message: &str) -> String {
    if verdict.sentence.is_empty() {
        message.to_owned()
    } else {
        verdict.sentence.clone()
    }
}

fn step(exchange: &Exchange, findings: &[Finding]) -> Step {
    let here = findings
        .iter()
        .filter(|f| f.evidence.exchange == exchange.id);
    let micros = u32::try_from(exchange.timing.total_us).unwrap_or(u32::MAX);
    Step {
        number: exchange.id,
        step: exchange.step,
        title: exchange.step.title(),
        purpose: exchange.purpose.clone(),
        method: exchange.request.method.clone(),
        url: exchange.request.url.clone(),
        status: exchange.status(),
        error: match &exchange.outcome {
            Outcome::Failed(failure) => Some(failure.message.clone()),
            Outcome::Response(_) | Outcome::Unseen => None,
        },
        duration_ms: f64::from(micros) / 1000.0,
        extra: exchange.extra,
        findings: here.map(|f| f.rule.clone()).collect(),
    }
}

fn line(step: &Step, paint: &Paint) -> String {
    let outcome = match (&step.error, step.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => status.to_string(),
        (None, None) => "in the browser".to_owned(),
    };
    let mark = if step.findings.is_empty() { " " } else { "!" };
    let extra = if step.extra { "  (extra)" } else { "" };
    let title = if step.purpose.is_empty() {
        step.title.to_owned()
    } else {
        format!("{}: {}", step.title, step.purpose)
    };
    let title = paint.dim(&title);
    format!(
        "{mark}{:>3}  {} {}  {outcome}{extra}\n      {title}",
        step.number,
        step.method,
        shortened(&step.url)
    )
}

fn shortened(url: &str) -> String {
    let base = url.split('?').next().unwrap_or(url);
    if base.len() < url.len() {
        format!("{base}?…")
    } else {
        base.to_owned()
    }
}

/// One line, without what a terminal would obey: parts of it come from the target.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).collect()
}

/// Colours, where the terminal has them.
struct Paint {
    color: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn verdict(&self, word: &str) -> String {
        match word {
            "pass" => self.with("32;1", "✓ pass"),
            "warning" => self.with("33;1", "▲ warning"),
            "failure" => self.with("31;1", "✗ failure"),
            other => self.with("35;1", &format!("○ {other}")),
        }
    }

    fn level(&self, level: Level) -> String {
        match level {
            Level::Failure => self.with("31;1", "✗"),
            Level::Warning => self.with("33;1", "▲"),
            Level::Hint => self.with("34", "i"),
        }
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }
}
