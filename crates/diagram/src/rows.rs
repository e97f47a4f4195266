//! The rows, top to bottom: every step, and under it what belongs to it.

use crate::diagram::{GroupKind, Lane, Row, RowKind};
use crate::groups::Grouping;
use crate::layout::Options;
use crate::{Verdict, describe};
use authscope_model::event::{Decision, Tone, ValueSource};
use authscope_model::transcript::{Decided, Status, TurnTaken};
use authscope_model::{Exchange, Finding, Level, Participant, StepKind, Transcript};
use std::collections::BTreeMap;

/// What the rows are made of.
pub(crate) struct Input<'a> {
    /// The transcript.
    pub(crate) transcript: &'a Transcript,
    /// Its findings, root causes first.
    pub(crate) findings: &'a [Finding],
    /// Choices.
    pub(crate) options: &'a Options,
    /// Lifelines.
    pub(crate) lanes: &'a [Lane],
    /// Verdict by exchange.
    pub(crate) verdicts: &'a BTreeMap<u32, Verdict>,
    /// Groups.
    pub(crate) grouping: &'a Grouping,
}

/// The rows, and the number of steps.
pub(crate) fn rows(input: &Input<'_>) -> (Vec<Row>, u32) {
    let mut under = under_steps(input);
    let mut rows = Vec::new();
    let mut open: &[String] = &[];
    // What was decided before the first request.
    rows.extend(under.remove(&0).unwrap_or_default());
    // Decisions of a branch whose first step has not come yet.
    let mut held: Vec<Row> = Vec::new();
    let mut exchanges = input.transcript.exchanges.iter().peekable();
    while let Some(exchange) = exchanges.next() {
        let chain = chain_of(input, exchange);
        rows.extend(headings(input, exchange, open, chain));
        open = chain;
        for row in held.drain(..) {
            rows.push(Row {
                group: chain.first().cloned(),
                ..row
            });
        }
        rows.push(step_row(input, exchange, chain));
        let next = exchanges.peek().map_or(&[][..], |e| chain_of(input, e));
        for row in under.remove(&exchange.id).unwrap_or_default() {
            if matches!(row.kind, RowKind::Decision { .. }) && row.branch != exchange.branch {
                held.push(row);
            } else {
                rows.push(placed(input, exchange, row, chain, next));
            }
        }
    }
    rows.append(&mut held);
    let mut steps = u32::try_from(input.transcript.exchanges.len()).unwrap_or(u32::MAX);
    if let Some(row) = last_row(input) {
        if matches!(row.kind, RowKind::Step(_)) {
            steps = steps.saturating_add(1);
        }
        rows.push(row);
    }
    (rows, steps)
}

fn chain_of<'a>(input: &Input<'a>, exchange: &Exchange) -> &'a [String] {
    let chain = input.grouping.chains.get(&exchange.id);
    chain.map_or(&[][..], Vec::as_slice)
}

/// A row under its step. What follows from a whole group (a decision, a turn) stands after the group.
fn placed(
    input: &Input<'_>,
    exchange: &Exchange,
    row: Row,
    chain: &[String],
    next: &[String],
) -> Row {
    let follows = matches!(row.kind, RowKind::Decision { .. } | RowKind::Turn { .. });
    let group = if follows {
        chain
            .iter()
            .rfind(|id| next.contains(id) || !is_ladder(input, id))
    } else {
        chain.last()
    };
    Row {
        group: group.cloned(),
        branch: exchange.branch,
        superseded: superseded(input.transcript, exchange),
        ..row
    }
}

fn is_ladder(input: &Input<'_>, id: &str) -> bool {
    let group = input.grouping.groups.iter().find(|group| group.id == id);
    group.is_some_and(|group| group.kind == GroupKind::Ladder)
}

fn superseded(transcript: &Transcript, exchange: &Exchange) -> bool {
    !transcript.in_lineage(exchange.branch, exchange.id)
}

fn lane_of(lanes: &[Lane], participant: Participant) -> usize {
    lanes
        .iter()
        .position(|lane| lane.participant == participant)
        .unwrap_or(0)
}

fn headings(input: &Input<'_>, exchange: &Exchange, open: &[String], chain: &[String]) -> Vec<Row> {
    let same = open.iter().zip(chain).take_while(|(a, b)| a == b).count();
    chain
        .iter()
        .skip(same)
        .filter_map(|id| input.grouping.groups.iter().find(|group| group.id == *id))
        .map(|group| Row {
            id: format!("group-{}", group.id),
            step: exchange.id,
            group: group.parent.clone(),
            branch: exchange.branch,
            superseded: superseded(input.transcript, exchange),
            verdict: group.verdict,
            kind: RowKind::Group {
                group: group.id.clone(),
            },
        })
        .collect()
}

fn step_row(input: &Input<'_>, exchange: &Exchange, chain: &[String]) -> Row {
    let lane = |participant| lane_of(input.lanes, participant);
    Row {
        id: format!("step-{}", exchange.id),
        step: exchange.id,
        group: chain.last().cloned(),
        branch: exchange.branch,
        superseded: superseded(input.transcript, exchange),
        verdict: input
            .verdicts
            .get(&exchange.id)
            .copied()
            .unwrap_or(Verdict::Info),
        kind: RowKind::Step(Box::new(describe::step(
            exchange,
            &lane,
            input.options.label_chars,
        ))),
    }
}

/// Rows that stand under a step, by its number: findings first, then the rest as it happened.
fn under_steps(input: &Input<'_>) -> BTreeMap<u32, Vec<Row>> {
    let transcript = input.transcript;
    let mut events: Vec<(u64, u32, Row)> = Vec::new();
    for note in &transcript.notes {
        let step = note.exchange.unwrap_or(note.after_exchange);
        let kind = RowKind::Note {
            tone: note.tone,
            text: note.text.clone(),
        };
        events.push((
            note.seq,
            step,
            plain(format!("note-{}", note.seq), step, tone(note.tone), kind),
        ));
    }
    for stop in &transcript.stops {
        let step = stop.exchange.unwrap_or(stop.after_exchange);
        let kind = RowKind::Stop {
            reason: stop.reason.clone(),
            clause: stop.clause.clone(),
            continued: stop.continued,
        };
        events.push((
            stop.seq,
            step,
            plain(format!("stop-{}", stop.seq), step, Verdict::Fail, kind),
        ));
    }
    for taken in &transcript.turns {
        if let Some(row) = turn(transcript, taken) {
            events.push((taken.seq, taken.after_exchange, row));
        }
    }
    if input.options.decisions {
        for decided in &transcript.decisions {
            if let Some(row) = decision(decided) {
                events.push((decided.seq, decided.after_exchange, row));
            }
        }
    }
    events.sort_by_key(|(seq, _, _)| *seq);
    let mut under: BTreeMap<u32, Vec<Row>> = BTreeMap::new();
    for row in findings(input.findings) {
        under.entry(row.step).or_default().push(row);
    }
    for (_, step, row) in events {
        under.entry(step).or_default().push(row);
    }
    under
}

fn plain(id: String, step: u32, verdict: Verdict, kind: RowKind) -> Row {
    Row {
        id,
        step,
        group: None,
        branch: 0,
        superseded: false,
        verdict,
        kind,
    }
}

/// Failures and warnings that nothing else explains; hints and consequences are for the inspector.
fn findings(findings: &[Finding]) -> Vec<Row> {
    let mut seen: BTreeMap<(u32, &str), u32> = BTreeMap::new();
    let mut rows = Vec::new();
    for finding in findings {
        if finding.explained_by.is_some() || finding.level == Level::Hint {
            continue;
        }
        let step = finding.evidence.exchange;
        let times = seen.entry((step, finding.rule.as_str())).or_default();
        *times += 1;
        let id = match *times {
            1 => format!("finding-{step}-{}", finding.rule),
            again => format!("finding-{step}-{}-{again}", finding.rule),
        };
        let kind = RowKind::Finding {
            rule: finding.rule.clone(),
            level: finding.level,
            text: finding.message.clone(),
        };
        rows.push(plain(id, step, Verdict::of(finding.level), kind));
    }
    rows
}

const fn tone(tone: Tone) -> Verdict {
    match tone {
        Tone::Info => Verdict::Info,
        Tone::Warning => Verdict::Warning,
        Tone::Error => Verdict::Fail,
    }
}

fn turn(transcript: &Transcript, taken: &TurnTaken) -> Option<Row> {
    let lasting = taken.ended.is_none();
    // A turn that never ended is over when the session does something else.
    if lasting && !matches!(transcript.status, Status::YourTurn(_)) {
        return None;
    }
    let verdict = if lasting {
        Verdict::Waiting
    } else {
        Verdict::Info
    };
    let kind = RowKind::Turn {
        turn: taken.turn.clone(),
        since: taken.at,
        ended: taken
            .ended
            .as_ref()
            .map(|(at, how)| (at.saturating_sub(taken.at), how.clone())),
    };
    Some(plain(
        format!("turn-{}", taken.seq),
        taken.after_exchange,
        verdict,
        kind,
    ))
}

fn decision(decided: &Decided) -> Option<Row> {
    let (about, choice) = choice(&decided.decision)?;
    let kind = RowKind::Decision {
        about,
        choice,
        because: decided.because.clone(),
    };
    let id = format!("decision-{}", decided.seq);
    let row = plain(id, decided.after_exchange, Verdict::Info, kind);
    Some(Row {
        branch: decided.branch,
        ..row
    })
}

fn choice(decision: &Decision) -> Option<(&'static str, String)> {
    Some(match decision {
        Decision::Revision { revision } => ("Revision", revision.as_str().to_owned()),
        Decision::Resource {
            source: ValueSource::Omitted,
            ..
        } => ("Resource", "not sent".into()),
        Decision::Resource { value, .. } => ("Resource", value.clone()),
        Decision::AuthorizationServer { issuer, .. } => ("Authorization server", issuer.clone()),
        Decision::DefaultEndpoints { base } => ("Default endpoints", base.clone()),
        Decision::Registration { method, client_id } => (
            "Registration",
            match client_id {
                Some(id) => format!("{}, client_id {id}", registration(*method)),
                None => registration(*method).into(),
            },
        ),
        Decision::Scope { value, .. } => {
            ("Scope", value.clone().unwrap_or_else(|| "not sent".into()))
        }
        Decision::TokenEndpointAuth { method } => ("Token endpoint authentication", method.clone()),
        Decision::Unknown => return None,
    })
}

const fn registration(method: authscope_model::RegistrationChoice) -> &'static str {
    use authscope_model::RegistrationChoice as Choice;
    match method {
        Choice::Auto => "automatic",
        Choice::Cimd => "client id metadata document",
        Choice::Dcr => "dynamic registration",
        Choice::Preregistered => "pre-registered client",
    }
}

/// What comes after the last recorded step: in flight, next, or the end.
fn last_row(input: &Input<'_>) -> Option<Row> {
    let transcript = input.transcript;
    let branch = transcript.branch;
    let row = match &transcript.status {
        Status::Running(Some(flight)) => {
            let (from, to) = ends(flight.step);
            let lane = |participant| lane_of(input.lanes, participant);
            let step = describe::in_flight(flight, from, to, &lane, input.options.label_chars);
            let id = format!("step-{}", flight.exchange);
            plain(
                id,
                flight.exchange,
                Verdict::Running,
                RowKind::Step(Box::new(step)),
            )
        }
        Status::Paused { next, preview } => {
            let kind = RowKind::Next {
                step: *next,
                preview: preview.clone(),
            };
            plain("next".into(), last_id(transcript), Verdict::Waiting, kind)
        }
        Status::Finished(ending, message) => {
            let kind = RowKind::End {
                text: message.clone(),
            };
            plain(
                "end".into(),
                last_id(transcript),
                ending_verdict(*ending),
                kind,
            )
        }
        Status::Ready | Status::Running(None) | Status::YourTurn(_) => return None,
    };
    Some(Row { branch, ..row })
}

fn last_id(transcript: &Transcript) -> u32 {
    transcript.exchanges.last().map_or(0, |e| e.id)
}

/// Who a request of a kind goes to, before its exchange says so.
const fn ends(step: StepKind) -> (Participant, Participant) {
    use authscope_model::Phase;
    let to = match step.phase() {
        Phase::Probe | Phase::DiscoverResource | Phase::Call => Participant::McpServer,
        _ => match step {
            StepKind::TokenExchange => Participant::IdentityProvider,
            StepKind::Resend | StepKind::Unknown => Participant::Other,
            _ => Participant::AuthorizationServer,
        },
    };
    (Participant::Client, to)
}

const fn ending_verdict(ending: authscope_model::event::Ending) -> Verdict {
    use authscope_model::event::Ending;
    match ending {
        Ending::Complete | Ending::NoAuthorization => Verdict::Pass,
        Ending::Blocked | Ending::ConformingClientStops => Verdict::Fail,
        Ending::Incomplete => Verdict::Warning,
        Ending::Stopped => Verdict::Interrupted,
    }
}
