//! The diagram as data: lifelines, rows, groups, phases.

use crate::Verdict;
use authscope_model::event::{Tone, Turn};
use authscope_model::finding::Level;
use authscope_model::{Participant, Phase, StepKind};
use std::sync::Arc;

/// The whole diagram.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diagram {
    /// Lifelines, left to right.
    pub lanes: Vec<Lane>,
    /// Rows, top to bottom; one that did not change from one layout to the next is the same one.
    pub rows: Vec<Arc<Row>>,
    /// Groups that rows belong to.
    pub groups: Vec<Group>,
    /// The phases of the flow, in order.
    pub phases: Vec<PhaseState>,
    /// Number of steps (exchanges, the one in flight included).
    pub steps: u32,
}

/// A lifeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Who.
    pub participant: Participant,
    /// Host, where one is known.
    pub host: Option<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Stable id, usable as an anchor: `step-7`, `note-12`, ….
    pub id: String,
    /// The step it shows or belongs to; 0 before the first.
    pub step: u32,
    /// Id of the innermost group it belongs to (a group's own heading: of the group around it).
    pub group: Option<String>,
    /// Branch.
    pub branch: u32,
    /// Not part of the active branch's history.
    pub superseded: bool,
    /// How it went.
    pub verdict: Verdict,
    /// What is in it.
    pub kind: RowKind,
}

/// What is in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKind {
    /// One exchange: a request line and, joined to it, its response line.
    Step(Arc<StepRow>),
    /// Heading of a group.
    Group {
        /// Id of the group.
        group: String,
    },
    /// A finding under the step it explains.
    Finding {
        /// Id of the rule.
        rule: String,
        /// How bad.
        level: Level,
        /// One sentence.
        text: String,
    },
    /// Something worth telling.
    Note {
        /// How serious.
        tone: Tone,
        /// One sentence.
        text: String,
    },
    /// The flow chose something.
    Decision {
        /// What was chosen, such as `Scope`.
        about: &'static str,
        /// The choice.
        choice: String,
        /// Why.
        because: String,
    },
    /// A person's turn.
    Turn {
        /// What was asked.
        turn: Turn,
        /// When it was asked (ms since the epoch).
        since: u64,
        /// Milliseconds it took and what became of it; `None` while it lasts.
        ended: Option<(u64, String)>,
    },
    /// A conforming client stops here.
    Stop {
        /// Why.
        reason: String,
        /// The clause.
        clause: String,
        /// Whether the flow went on all the same.
        continued: bool,
    },
    /// In step mode: the request that comes next.
    Next {
        /// The step.
        step: StepKind,
        /// Its request in short.
        preview: String,
    },
    /// The run is over.
    End {
        /// One sentence.
        text: String,
    },
}

/// An exchange as drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Kind of step.
    pub kind: StepKind,
    /// Phase it is counted in.
    pub phase: Phase,
    /// Who asked.
    pub from: Participant,
    /// Who answered.
    pub to: Participant,
    /// The request.
    pub request: Line,
    /// The response, if one came.
    pub response: Option<Line>,
    /// Status and error in short, such as `400 invalid_grant`; empty when nothing came back (yet).
    pub status: String,
    /// How long it took, in microseconds.
    pub micros: Option<u64>,
    /// Not what a conforming client sends by itself.
    pub extra: bool,
    /// A redirect led here.
    pub redirected: bool,
}

/// One arrow with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Index of the lifeline it leaves.
    pub from: usize,
    /// Index of the lifeline it reaches.
    pub to: usize,
    /// Solid for a request, dashed for a response.
    pub style: LineStyle,
    /// What it ends in.
    pub head: Head,
    /// The text, shortened in the middle.
    pub label: String,
    /// The whole text.
    pub full: String,
}

/// How the line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStyle {
    /// A request.
    Solid,
    /// A response.
    Dashed,
}

/// What a line ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// It arrived.
    Arrow,
    /// It did not arrive.
    Cross,
    /// On its way.
    Open,
}

/// Rows that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Stable id.
    pub id: String,
    /// The group around it.
    pub parent: Option<String>,
    /// What it is.
    pub kind: GroupKind,
    /// Heading, such as `Discover resource: 2 attempts, 1 hit`.
    pub title: String,
    /// Number of steps in it.
    pub steps: u32,
    /// Worst verdict of its steps.
    pub verdict: Verdict,
    /// Whether it is shown folded until somebody opens it.
    pub folded: bool,
}

/// What a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// The attempts of a discovery ladder.
    Ladder,
    /// A step-up authorization.
    StepUp,
    /// A branch that a retry made.
    Branch,
    /// The authorization URL, tried without a browser.
    DryRun,
    /// The active probes.
    Probes,
}

/// How far a phase is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseState {
    /// The phase.
    pub phase: Phase,
    /// How it went; `None` when the flow has not come there yet.
    pub verdict: Option<Verdict>,
    /// Number of steps.
    pub steps: u32,
    /// Its first step.
    pub first: Option<u32>,
}

impl Diagram {
    /// The group with an id.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The row of a step.
    #[must_use]
    pub fn step(&self, number: u32) -> Option<&Row> {
        let is_it = |row: &&Row| row.step == number && matches!(row.kind, RowKind::Step(_));
        self.rows.iter().map(Arc::as_ref).find(is_it)
    }
}

impl Row {
    /// What assistive technology reads, such as `Step 7 of 19, authscope to Authorization server,
    /// POST /token, 400 invalid_grant, failed`.
    #[must_use]
    pub fn name(&self, steps: u32) -> String {
        let verdict = self.verdict.word();
        match &self.kind {
            RowKind::Step(step) => {
                let status = match step.status.as_str() {
                    "" => String::new(),
                    status => format!("{status}, "),
                };
                format!(
                    "Step {} of {steps}, {} to {}, {}, {status}{verdict}",
                    self.step,
                    step.from.title(),
                    step.to.title(),
                    step.request.full,
                )
            }
            RowKind::Group { .. } => String::new(),
            RowKind::Finding { level, text, .. } => format!("{}: {text}", capital(level.as_str())),
            RowKind::Note { text, .. } => format!("Note: {text}"),
            RowKind::Decision { about, choice, .. } => format!("{about}: {choice}"),
            RowKind::Turn { ended: None, .. } => "Your turn".into(),
            RowKind::Turn {
                ended: Some((_, how)),
                ..
            } => how.clone(),
            RowKind::Stop { reason, .. } => format!("A conforming client stops here: {reason}"),
            RowKind::Next { preview, .. } => format!("Next: {preview}"),
            RowKind::End { text } => text.clone(),
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        let mut word = String::from(first.to_ascii_uppercase());
        word.push_str(letters.as_str());
        word
    })
}
