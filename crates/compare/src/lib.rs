//! What differs between two recordings, step by step and finding by finding.
//!
//! [`compare`] lines the steps of two sessions up by their kind and says of each pair whether it is equal,
//! changed, or on one side only; [`pair`] looks into one pair, part by part: headers without case, JSON by key,
//! queries and forms by parameter. What is different in every run (a `state`, a code, a date, a masked token,
//! the address of a session's own document) is marked [`Volatile`] and does not count.
//!
//! Invariants: no I/O, no clock, no randomness, no panics; a session compared with itself has no difference;
//! `compare(a, b)` and `compare(b, a)` pair the same steps and find the same differences, the other way round.
//! Only the active branch of a session is compared; how many steps others have is said.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod addresses;
mod align;
mod comparison;
mod entries;
mod findings;
mod parts;
mod sentence;
mod settings;
mod text;
mod volatile;

pub use comparison::{
    Comparison, Count, Entry, FindingRow, FindingSide, Lane, Mark, PairDetail, Part, Row, Setting,
    Side, Step, Volatile,
};
pub use text::text;

use addresses::Addresses;
use authscope_diagram::{Diagram, Options, RowKind, layout};
use authscope_model::transcript::Status;
use authscope_model::{Exchange, Finding, Transcript};
use std::collections::BTreeMap;

/// One session to compare: its recording and what the rules found in it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The folded recording.
    pub transcript: &'a Transcript,
    /// Its findings, root causes first.
    pub findings: &'a [Finding],
}

/// Compares two sessions: `a` is what was, `b` is what is.
#[must_use]
pub fn compare(a: Subject<'_>, b: Subject<'_>) -> Comparison {
    let addresses = Addresses::of(a.transcript, b.transcript);
    let steps_a: Vec<&Exchange> = a.transcript.lineage().collect();
    let steps_b: Vec<&Exchange> = b.transcript.lineage().collect();
    let drawn = (Drawn::of(a), Drawn::of(b));
    let mut rows = Vec::new();
    let mut first = None;
    for (left, right) in align::align(&steps_a, &steps_b) {
        let left = left.and_then(|at| steps_a.get(at).copied());
        let right = right.and_then(|at| steps_b.get(at).copied());
        let parts = match (left, right) {
            (Some(left), Some(right)) => parts::parts(left, right, &addresses),
            _ => Vec::new(),
        };
        let row = row(left, right, &parts, &drawn);
        if first.is_none() && row.mark != Mark::Same {
            first = Some((rows.len(), sentence::of(&row, &parts)));
        }
        rows.push(row);
    }
    let settings = settings::settings(a.transcript, b.transcript);
    let findings = findings::findings(a.findings, b.findings);
    let sides = (side(a, steps_a.len()), side(b, steps_b.len()));
    Comparison {
        sentence: sentence::summary(first.as_ref().map(|(_, words)| words.as_str()), &rows),
        first: first.map(|(at, _)| number(at)),
        steps: Count::of(rows.iter().map(|row| row.mark)),
        found: Count::of(findings.iter().map(|finding| finding.mark)),
        lanes: lanes(&drawn),
        a: sides.0,
        b: sides.1,
        settings,
        rows,
        findings,
    }
}

/// Looks into one pair of steps. A number that is 0 or unknown stands for "not there"; `None` when both are.
#[must_use]
pub fn pair(a: &Transcript, step_a: u32, b: &Transcript, step_b: u32) -> Option<PairDetail> {
    let (left, right) = (a.exchange(step_a), b.exchange(step_b));
    let addresses = Addresses::of(a, b);
    let parts = match (left, right) {
        (Some(left), Some(right)) => parts::parts(left, right, &addresses),
        (Some(left), None) => parts::one_sided(left, Mark::Removed),
        (None, Some(right)) => parts::one_sided(right, Mark::Added),
        (None, None) => return None,
    };
    let title = left.or(right).map(title).unwrap_or_default();
    Some(PairDetail {
        a: left.map(|step| step.id),
        b: right.map(|step| step.id),
        title,
        parts,
    })
}

/// The rows of a side's diagram, by step.
struct Drawn {
    diagram: Diagram,
    at: BTreeMap<u32, usize>,
}

impl Drawn {
    fn of(subject: Subject<'_>) -> Self {
        // Labels are shortened where they are drawn: the width is known there.
        let options = Options {
            label_chars: usize::MAX,
            ..Options::default()
        };
        let diagram = layout(subject.transcript, subject.findings, &options);
        let steps = diagram.rows.iter().enumerate();
        let at = steps
            .filter(|(_, row)| matches!(row.kind, RowKind::Step(_)))
            .map(|(at, row)| (row.step, at))
            .collect();
        Self { diagram, at }
    }

    fn step(&self, exchange: &Exchange) -> Step {
        let row = self
            .at
            .get(&exchange.id)
            .and_then(|at| self.diagram.rows.get(*at));
        let mut step = Step {
            number: exchange.id,
            request: format!("{} {}", exchange.request.method, exchange.request.url),
            response: String::new(),
            verdict: "info".into(),
        };
        if let Some(row) = row {
            step.verdict = row.verdict.id().into();
            if let RowKind::Step(drawn) = &row.kind {
                step.request.clone_from(&drawn.request.full);
                step.response = match &drawn.response {
                    Some(line) => line.full.clone(),
                    None => drawn.status.clone(),
                };
            }
        }
        step
    }
}

fn row(
    left: Option<&Exchange>,
    right: Option<&Exchange>,
    parts: &[Part],
    drawn: &(Drawn, Drawn),
) -> Row {
    let entries = || parts.iter().flat_map(|part| &part.entries);
    let differing = || entries().filter(|entry| entry.mark != Mark::Same);
    let differences = differing().filter(|entry| entry.volatile.is_none()).count();
    let volatile = differing().filter(|entry| entry.volatile.is_some()).count();
    let mark = match (left, right) {
        (Some(_), None) => Mark::Removed,
        (None, Some(_)) => Mark::Added,
        _ if differences > 0 => Mark::Changed,
        _ => Mark::Same,
    };
    let shown = right.or(left);
    Row {
        mark,
        title: shown.map(title).unwrap_or_default(),
        from: shown.map(|step| step.from),
        to: shown.map(|step| step.to),
        a: left.map(|step| drawn.0.step(step)),
        b: right.map(|step| drawn.1.step(step)),
        differences: number(differences),
        volatile: number(volatile),
    }
}

/// What a step is, with what this one is for where its kind does not say it.
fn title(step: &Exchange) -> String {
    if step.purpose.is_empty() {
        step.step.title().to_owned()
    } else {
        format!("{}: {}", step.step.title(), step.purpose)
    }
}

/// The lifelines of both, in their fixed order.
fn lanes(drawn: &(Drawn, Drawn)) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for lane in drawn.0.diagram.lanes.iter().chain(&drawn.1.diagram.lanes) {
        if !lanes
            .iter()
            .any(|known| known.participant == lane.participant)
        {
            lanes.push(Lane {
                participant: lane.participant,
                title: lane.participant.title().into(),
                initials: lane.participant.initials().into(),
            });
        }
    }
    lanes.sort_by_key(|lane| lane.participant);
    lanes
}

fn side(subject: Subject<'_>, steps: usize) -> Side {
    let transcript = subject.transcript;
    let config = transcript.config.as_ref();
    let server_url = config.map(|c| c.server_url.clone()).unwrap_or_default();
    let host = || authscope_diagram::words::host(&server_url);
    Side {
        title: config
            .and_then(|c| c.title.clone())
            .or_else(host)
            .unwrap_or_else(|| server_url.clone()),
        revision: transcript.revision().to_string(),
        registration: transcript
            .registration()
            .map(|(way, _)| settings::way(way).to_owned()),
        started_at: transcript.started_at,
        status: status(transcript).into(),
        steps: number(steps),
        left_out: number(transcript.exchanges.len().saturating_sub(steps)),
        server_url,
    }
}

const fn status(transcript: &Transcript) -> &'static str {
    match transcript.status {
        Status::Ready => "ready",
        Status::Running(_) => "running",
        Status::Paused { .. } => "paused",
        Status::YourTurn(_) => "your_turn",
        Status::Finished(..) => "finished",
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
