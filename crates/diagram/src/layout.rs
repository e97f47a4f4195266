//! [`layout`]: from a transcript and its findings to the diagram.

use crate::diagram::{Diagram, Lane};
use crate::{groups, phases, rows, verdict, words};
use authscope_model::{Finding, Participant, Transcript};
use std::collections::BTreeMap;

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

/// Lays out a transcript.
#[must_use]
pub fn layout(transcript: &Transcript, findings: &[Finding], options: &Options) -> Diagram {
    let lanes = lanes(transcript);
    let verdicts: BTreeMap<u32, verdict::Verdict> = transcript
        .exchanges
        .iter()
        .map(|e| (e.id, verdict::step_verdict(transcript, findings, e)))
        .collect();
    let grouping = groups::group(transcript, &verdicts);
    let phases = phases::phases(transcript, &verdicts);
    let (rows, steps) = rows::rows(&rows::Input {
        transcript,
        findings,
        options,
        lanes: &lanes,
        verdicts: &verdicts,
        grouping: &grouping,
    });
    Diagram {
        lanes,
        rows,
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
