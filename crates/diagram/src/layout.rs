//! [`layout`]: from a transcript and its findings to the diagram.

use crate::diagram::{Diagram, Lane, StepRow};
use crate::drawn::Drawn;
use crate::{describe, groups, phases, rows, verdict, words};
use authscope_model::{Finding, Participant, Transcript};
use std::sync::Arc;

/// What may be chosen about a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Characters a label may have before it is shortened in the middle.
    pub label_chars: usize,
    /// Whether decisions get rows.
    pub decisions: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            label_chars: 72,
            decisions: true,
        }
    }
}

/// What is drawn of a growing session, kept from one layout to the next: a recorded exchange never changes, and
/// reading its bodies or writing its row again with every event would make a long session slow.
#[derive(Debug, Default)]
pub struct Kept {
    lanes: Vec<Participant>,
    label_chars: usize,
    steps: Vec<Arc<StepRow>>,
    rows: Drawn,
}

impl Kept {
    /// Draws the exchanges that are not drawn yet; all of them when the lifelines or the width are others.
    fn draw(&mut self, transcript: &Transcript, lanes: &[Lane], label_chars: usize) {
        let same = lanes
            .iter()
            .map(|lane| lane.participant)
            .eq(self.lanes.iter().copied());
        if !same || label_chars != self.label_chars || self.steps.len() > transcript.exchanges.len()
        {
            *self = Self {
                lanes: lanes.iter().map(|lane| lane.participant).collect(),
                label_chars,
                ..Self::default()
            };
        }
        let lane = |participant| rows::lane_of(lanes, participant);
        let new = transcript.exchanges.iter().skip(self.steps.len());
        let drawn = new.map(|exchange| Arc::new(describe::step(exchange, &lane, label_chars)));
        self.steps.extend(drawn);
    }
}

/// Lays out a transcript.
#[must_use]
pub fn layout(transcript: &Transcript, findings: &[Finding], options: &Options) -> Diagram {
    layout_again(transcript, findings, options, &mut Kept::default())
}

/// Lays out a transcript that has grown since the last time; `kept` is of the same session.
#[must_use]
pub fn layout_again(
    transcript: &Transcript,
    findings: &[Finding],
    options: &Options,
    kept: &mut Kept,
) -> Diagram {
    let lanes = lanes(transcript);
    kept.draw(transcript, &lanes, options.label_chars);
    let verdicts = verdict::step_verdicts(transcript, findings);
    let grouping = groups::group(transcript, &verdicts);
    let phases = phases::phases(transcript, &verdicts);
    let (drawn, steps) = rows::rows(&rows::Input {
        transcript,
        findings,
        options,
        lanes: &lanes,
        verdicts: &verdicts,
        grouping: &grouping,
        steps: &kept.steps,
        before: &kept.rows,
    });
    kept.rows = drawn;
    Diagram {
        lanes,
        rows: kept.rows.rows(),
        groups: grouping.groups,
        phases,
        steps,
    }
}

/// The four that every flow has are there from the start, so that no column moves later.
fn lanes(transcript: &Transcript) -> Vec<Lane> {
    Participant::ALL
        .into_iter()
        .filter(|participant| always(*participant) || takes_part(transcript, *participant))
        .map(|participant| Lane {
            participant,
            host: host(transcript, participant),
        })
        .collect()
}

const fn always(participant: Participant) -> bool {
    matches!(
        participant,
        Participant::You
            | Participant::Client
            | Participant::McpServer
            | Participant::AuthorizationServer
    )
}

fn takes_part(transcript: &Transcript, participant: Participant) -> bool {
    transcript
        .exchanges
        .iter()
        .any(|e| e.from == participant || e.to == participant)
}

fn host(transcript: &Transcript, participant: Participant) -> Option<String> {
    match participant {
        Participant::You | Participant::Client => None,
        Participant::McpServer => transcript
            .config
            .as_ref()
            .and_then(|config| words::host(&config.server_url)),
        Participant::AuthorizationServer => transcript
            .issuer()
            .and_then(words::host)
            .or_else(|| first_host(transcript, participant)),
        Participant::IdentityProvider | Participant::Other => first_host(transcript, participant),
    }
}

fn first_host(transcript: &Transcript, participant: Participant) -> Option<String> {
    transcript
        .exchanges
        .iter()
        .find(|e| e.to == participant)
        .and_then(|e| words::host(&e.request.url))
}
