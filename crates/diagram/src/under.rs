//! What stands under the steps: findings first, then notes, stops, turns and decisions as they happened.

use crate::Verdict;
use crate::diagram::RowKind;
use crate::drawn::Key;
use authscope_model::event::{Decision, Tone, Turn, ValueSource};
use authscope_model::transcript::{Decided, Note, Status, Stop, TurnTaken};
use authscope_model::{Finding, Level, RegistrationChoice, Transcript};
use std::collections::BTreeMap;

/// One row under a step, not drawn yet.
#[derive(Clone, Copy)]
pub(crate) struct Under<'a> {
    /// The step it stands under; 0 before the first.
    pub(crate) step: u32,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    /// A finding with its place among all, and how often its rule has spoken about the step by then.
    Finding(&'a Finding, usize, u32),
    Note(&'a Note),
    Stop(&'a Stop),
    Turn(&'a TurnTaken),
    Decision(&'a Decided),
}

/// All of them, sorted by the step they stand under.
pub(crate) fn under<'a>(
    transcript: &'a Transcript,
    findings: &'a [Finding],
    decisions: bool,
) -> Vec<Under<'a>> {
    let mut all = told(findings);
    let before = all.len();
    all.extend(transcript.notes.iter().map(|note| Under {
        step: note.exchange.unwrap_or(note.after_exchange),
        what: What::Note(note),
    }));
    all.extend(stops(transcript).map(|stop| Under {
        step: stop.exchange.unwrap_or(stop.after_exchange),
        what: What::Stop(stop),
    }));
    all.extend(turns(transcript).map(|turn| Under {
        step: turn.after_exchange,
        what: What::Turn(turn),
    }));
    let known = |decided: &&Decided| decisions && decided.decision != Decision::Unknown;
    all.extend(transcript.decisions.iter().filter(known).map(|it| Under {
        step: it.after_exchange,
        what: What::Decision(it),
    }));
    if let Some(happened) = all.get_mut(before..) {
        happened.sort_by_key(|under| under.seq());
    }
    // Stable, so findings stay first and the rest in its order.
    all.sort_by_key(|under| under.step);
    all
}

/// Failures and warnings that nothing else explains; hints and consequences are for the inspector.
fn told(findings: &[Finding]) -> Vec<Under<'_>> {
    let mut seen: BTreeMap<(u32, &str), u32> = BTreeMap::new();
    let rows = findings.iter().enumerate().filter_map(|(at, finding)| {
        if finding.explained_by.is_some() || finding.level == Level::Hint {
            return None;
        }
        let step = finding.evidence.exchange;
        let times = seen.entry((step, finding.rule.as_str())).or_default();
        *times += 1;
        Some(Under {
            step,
            what: What::Finding(finding, at, *times),
        })
    });
    rows.collect()
}

/// While the person is asked whether to go on, the question says what a row would say again.
fn stops(transcript: &Transcript) -> impl Iterator<Item = &Stop> {
    let asked = match &transcript.status {
        Status::YourTurn(Turn::GoOn { reason, .. }) => Some(reason),
        _ => None,
    };
    let stops = transcript.stops.iter();
    stops.filter(move |stop| asked != Some(&stop.reason))
}

/// A turn that never ended is over when the session does something else.
fn turns(transcript: &Transcript) -> impl Iterator<Item = &TurnTaken> {
    let lasts = matches!(transcript.status, Status::YourTurn(_));
    let turns = transcript.turns.iter();
    turns.filter(move |turn| lasts || turn.ended.is_some())
}

impl Under<'_> {
    const fn seq(&self) -> u64 {
        match self.what {
            What::Finding(..) => 0,
            What::Note(note) => note.seq,
            What::Stop(stop) => stop.seq,
            What::Turn(turn) => turn.seq,
            What::Decision(decided) => decided.seq,
        }
    }

    pub(crate) const fn key(&self) -> Key {
        match self.what {
            What::Finding(_, at, _) => Key::Finding(self.step, at),
            _ => Key::Event(self.seq()),
        }
    }

    /// The branch it was decided in, when it is a decision.
    pub(crate) const fn decided_in(&self) -> Option<u32> {
        match self.what {
            What::Decision(decided) => Some(decided.branch),
            _ => None,
        }
    }

    /// Whether it follows from the whole group of its step, and stands after it.
    pub(crate) const fn follows(&self) -> bool {
        matches!(self.what, What::Decision(_) | What::Turn(_))
    }

    pub(crate) const fn verdict(&self) -> Verdict {
        match self.what {
            What::Finding(finding, ..) => Verdict::of(finding.level),
            What::Note(note) => match note.tone {
                Tone::Info => Verdict::Info,
                Tone::Warning => Verdict::Warning,
                Tone::Error => Verdict::Fail,
            },
            What::Stop(_) => Verdict::Fail,
            What::Turn(turn) if turn.ended.is_none() => Verdict::Waiting,
            What::Turn(_) | What::Decision(_) => Verdict::Info,
        }
    }

    /// Whether a row that was drawn of it before still says the same. What an event told never changes, but a turn ends.
    pub(crate) fn is_in(&self, kind: &RowKind) -> bool {
        match (self.what, kind) {
            (What::Finding(finding, ..), RowKind::Finding { rule, level, text }) => {
                *rule == finding.rule && *level == finding.level && *text == finding.message
            }
            (What::Turn(taken), RowKind::Turn { ended, .. }) => {
                ended.is_some() == taken.ended.is_some()
            }
            (What::Finding(..) | What::Turn(_), _) => false,
            _ => true,
        }
    }

    /// Its id and what is in it.
    pub(crate) fn drawn(&self) -> (String, RowKind) {
        match self.what {
            What::Finding(finding, _, times) => (
                finding_id(self.step, &finding.rule, times),
                RowKind::Finding {
                    rule: finding.rule.clone(),
                    level: finding.level,
                    text: finding.message.clone(),
                },
            ),
            What::Note(note) => (
                format!("note-{}", note.seq),
                RowKind::Note {
                    tone: note.tone,
                    text: note.text.clone(),
                },
            ),
            What::Stop(stop) => (
                format!("stop-{}", stop.seq),
                RowKind::Stop {
                    reason: stop.reason.clone(),
                    clause: stop.clause.clone(),
                    continued: stop.continued,
                },
            ),
            What::Turn(taken) => (format!("turn-{}", taken.seq), turn(taken)),
            What::Decision(decided) => (format!("decision-{}", decided.seq), decision(decided)),
        }
    }
}

fn finding_id(step: u32, rule: &str, times: u32) -> String {
    match times {
        1 => format!("finding-{step}-{rule}"),
        again => format!("finding-{step}-{rule}-{again}"),
    }
}

fn turn(taken: &TurnTaken) -> RowKind {
    let ended = taken.ended.as_ref();
    RowKind::Turn {
        turn: taken.turn.clone(),
        since: taken.at,
        ended: ended.map(|(at, how)| (at.saturating_sub(taken.at), how.clone())),
    }
}

fn decision(decided: &Decided) -> RowKind {
    let (about, choice) = choice(&decided.decision);
    RowKind::Decision {
        about,
        choice,
        because: decided.because.clone(),
    }
}

fn choice(decision: &Decision) -> (&'static str, String) {
    match decision {
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
        Decision::Unknown => ("", String::new()),
    }
}

const fn registration(method: RegistrationChoice) -> &'static str {
    match method {
        RegistrationChoice::Auto => "automatic",
        RegistrationChoice::Cimd => "client id metadata document",
        RegistrationChoice::Dcr => "dynamic registration",
        RegistrationChoice::Preregistered => "pre-registered client",
    }
}
