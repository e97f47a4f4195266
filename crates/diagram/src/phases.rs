//! How far each phase of the flow is.

use crate::describe;
use crate::diagram::PhaseState;
use crate::verdict::Verdict;
use authscope_model::event::Turn;
use authscope_model::transcript::Status;
use authscope_model::{Phase, Transcript};

/// Phases that every complete flow goes through; the others are listed once they happen.
const ALWAYS: [Phase; 8] = [
    Phase::Probe,
    Phase::DiscoverResource,
    Phase::DiscoverAuthorizationServer,
    Phase::Register,
    Phase::Authorize,
    Phase::Callback,
    Phase::Token,
    Phase::Call,
];

/// The phases of the active branch; `verdicts` are those of the exchanges, in their order.
pub(crate) fn phases(transcript: &Transcript, verdicts: &[Verdict]) -> Vec<PhaseState> {
    let mut states: Vec<PhaseState> = Phase::ALL.into_iter().map(untouched).collect();
    let each = transcript.exchanges.iter().zip(verdicts);
    for (exchange, verdict) in each.filter(|(e, _)| transcript.in_lineage(e.branch, e.id)) {
        let phase = describe::phase(exchange);
        if let Some(state) = states.iter_mut().find(|state| state.phase == phase) {
            state.steps += 1;
            state.first = state.first.or(Some(exchange.id));
            state.verdict = state.verdict.max(Some(*verdict));
        }
    }
    mark_current(transcript, &mut states);
    mark_skipped(transcript, &mut states);
    states.retain(|state| state.steps > 0 || ALWAYS.contains(&state.phase));
    states
}

const fn untouched(phase: Phase) -> PhaseState {
    PhaseState {
        phase,
        verdict: None,
        steps: 0,
        first: None,
    }
}

/// The phase that works or waits right now.
fn mark_current(transcript: &Transcript, states: &mut [PhaseState]) {
    let current = match &transcript.status {
        Status::Running(Some(flight)) => Some((flight.step.phase(), Verdict::Running)),
        Status::YourTurn(Turn::Authorize { .. } | Turn::DeviceCode { .. }) => {
            Some((Phase::Authorize, Verdict::Waiting))
        }
        Status::Paused { next, .. } => Some((next.phase(), Verdict::Waiting)),
        Status::Ready | Status::Running(None) | Status::YourTurn(_) | Status::Finished(..) => None,
    };
    let Some((phase, verdict)) = current else {
        return;
    };
    if let Some(state) = states.iter_mut().find(|state| state.phase == phase) {
        let worse = state.verdict.filter(|seen| *seen > verdict);
        state.verdict = worse.or(Some(verdict));
    }
}

/// A phase without steps is skipped once the flow is past it, or over.
fn mark_skipped(transcript: &Transcript, states: &mut [PhaseState]) {
    let finished = transcript.is_finished();
    let reached = states
        .iter()
        .rposition(|state| state.verdict.is_some())
        .unwrap_or(0);
    for (at, state) in states.iter_mut().enumerate() {
        if state.verdict.is_none() && (at < reached || finished) {
            state.verdict = Some(Verdict::Skipped);
        }
    }
}
