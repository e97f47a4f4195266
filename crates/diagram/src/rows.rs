//! The rows, top to bottom: every step, and under it what belongs to it.

use crate::describe;
use crate::diagram::{Lane, RowKind, StepRow};
use crate::drawn::{Drawing, Drawn, Key, Place};
use crate::groups::Grouping;
use crate::layout::Options;
use crate::under::{Under, under};
use crate::verdict::Verdict;
use authscope_model::transcript::{InFlight, Status};
use authscope_model::{Exchange, Finding, Participant, StepKind, Transcript};
use std::sync::Arc;

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
    /// Verdicts of the exchanges, in their order.
    pub(crate) verdicts: &'a [Verdict],
    /// Groups.
    pub(crate) grouping: &'a Grouping,
    /// The exchanges as drawn, in their order.
    pub(crate) steps: &'a [Arc<StepRow>],
    /// The rows of the layout before.
    pub(crate) before: &'a Drawn,
}

/// The rows, and the number of steps.
pub(crate) fn rows(input: &Input<'_>) -> (Drawn, u32) {
    let options = input.options;
    let all = under(input.transcript, input.findings, options.decisions);
    let mut writing = Writing {
        input,
        drawing: Drawing::beside(input.before),
        open: Vec::new(),
        held: Vec::new(),
    };
    // What was decided before the first request.
    for row in of_step(&all, 0) {
        writing.alone(row);
    }
    let drawn = input.transcript.exchanges.iter().zip(input.steps);
    for (at, (exchange, step)) in drawn.enumerate() {
        writing.step(at, exchange, step, of_step(&all, exchange.id));
    }
    for row in std::mem::take(&mut writing.held) {
        writing.alone(row);
    }
    let recorded = u32::try_from(input.transcript.exchanges.len()).unwrap_or(u32::MAX);
    let recorded = recorded.saturating_add(writing.resent());
    let steps = recorded.saturating_add(writing.last());
    (writing.drawing.done(), steps)
}

/// What stands under a step.
fn of_step<'b, 'a>(all: &'b [Under<'a>], step: u32) -> &'b [Under<'a>] {
    let begin = all.partition_point(|under| under.step < step);
    let end = all.partition_point(|under| under.step <= step);
    all.get(begin..end).unwrap_or_default()
}

struct Writing<'a, 'b> {
    input: &'a Input<'a>,
    drawing: Drawing<'a>,
    /// The groups that are open, outermost first.
    open: Vec<usize>,
    /// Decisions of a branch whose first step has not come yet.
    held: Vec<&'b Under<'b>>,
}

impl<'a, 'b> Writing<'a, 'b> {
    fn step(
        &mut self,
        at: usize,
        exchange: &Exchange,
        step: &Arc<StepRow>,
        under: &'b [Under<'b>],
    ) {
        let input = self.input;
        let chain = input.grouping.chain(at);
        let place = Place {
            step: exchange.id,
            group: chain.last().and_then(|at| input.grouping.id(*at)),
            branch: exchange.branch,
            superseded: superseded(input.transcript, exchange),
            verdict: input.verdicts.get(at).copied().unwrap_or(Verdict::Info),
        };
        self.headings(&place, &chain);
        let outermost = chain.first().and_then(|at| input.grouping.id(*at));
        for row in std::mem::take(&mut self.held) {
            self.decided(row, outermost);
        }
        let is_same =
            |kind: &RowKind| matches!(kind, RowKind::Step(drawn) if Arc::ptr_eq(drawn, step));
        self.drawing
            .add(Key::Step(exchange.id), &place, is_same, || {
                let id = format!("step-{}", exchange.id);
                (id, RowKind::Step(step.clone()))
            });
        for row in under {
            if row
                .decided_in()
                .is_some_and(|branch| branch != exchange.branch)
            {
                self.held.push(row);
            } else {
                self.under(row, &place, &chain, at);
            }
        }
        self.open = chain;
    }

    /// The headings of the groups that begin with a step.
    fn headings(&mut self, step: &Place<'_>, chain: &[usize]) {
        let groups = &self.input.grouping.groups;
        let open = self.open.iter().zip(chain);
        let same = open.take_while(|(a, b)| a == b).count();
        for at in chain.iter().skip(same) {
            let Some(group) = groups.get(*at) else {
                continue;
            };
            let place = Place {
                group: group.parent.as_deref(),
                verdict: group.verdict,
                ..*step
            };
            let is_same =
                |kind: &RowKind| matches!(kind, RowKind::Group { group: id } if *id == group.id);
            self.drawing
                .add(Key::Group(step.step, *at), &place, is_same, || {
                    let id = group.id.clone();
                    (format!("group-{id}"), RowKind::Group { group: id })
                });
        }
    }

    /// A row under its step. What follows from a whole group (a decision, a turn) stands after the group.
    fn under(&mut self, row: &Under<'_>, step: &Place<'_>, chain: &[usize], at: usize) {
        let grouping = self.input.grouping;
        let group = if row.follows() {
            let next = grouping.chain(at + 1);
            let stays = |group: &&usize| next.contains(group) || !grouping.is_ladder(**group);
            chain.iter().rfind(stays)
        } else {
            chain.last()
        };
        let place = Place {
            group: group.and_then(|at| grouping.id(*at)),
            verdict: row.verdict(),
            ..*step
        };
        self.add(row, &place);
    }

    /// A decision that came before the first step of its branch.
    fn decided(&mut self, row: &Under<'_>, group: Option<&str>) {
        let place = Place {
            step: row.step,
            group,
            branch: row.decided_in().unwrap_or_default(),
            superseded: false,
            verdict: row.verdict(),
        };
        self.add(row, &place);
    }

    /// A row that belongs to no step.
    fn alone(&mut self, row: &Under<'_>) {
        self.decided(row, None);
    }

    fn add(&mut self, row: &Under<'_>, place: &Place<'_>) {
        self.drawing
            .add(row.key(), place, |kind| row.is_in(kind), || row.drawn());
    }

    /// Edited requests that are out; how many.
    fn resent(&mut self) -> u32 {
        let transcript = self.input.transcript;
        for out in &transcript.resending {
            let original = transcript.exchange(out.of);
            let to = original.map_or(Participant::Other, |e| e.to);
            self.end(flying(self.input, &out.flight, Participant::Client, to));
        }
        u32::try_from(transcript.resending.len()).unwrap_or(u32::MAX)
    }

    /// What comes after the last recorded step; how many steps that is.
    fn last(&mut self) -> u32 {
        let Some(mut last) = last_row(self.input) else {
            return 0;
        };
        last.place.branch = self.input.transcript.branch;
        let steps = u32::from(matches!(last.kind, RowKind::Step(_)));
        self.end(last);
        steps
    }

    fn end(&mut self, last: Last) {
        let Last {
            key,
            place,
            id,
            kind,
        } = last;
        let is_same = |known: &RowKind| *known == kind;
        self.drawing
            .add(key, &place, is_same, || (id, kind.clone()));
    }
}

/// Whether the flow went on from before an exchange.
pub(crate) fn superseded(transcript: &Transcript, exchange: &Exchange) -> bool {
    !transcript.in_lineage(exchange.branch, exchange.id) && !transcript.is_aside(exchange.branch)
}

pub(crate) fn lane_of(lanes: &[Lane], participant: Participant) -> usize {
    lanes
        .iter()
        .position(|lane| lane.participant == participant)
        .unwrap_or(0)
}

/// A row after the recorded steps.
struct Last {
    key: Key,
    place: Place<'static>,
    id: String,
    kind: RowKind,
}

impl Last {
    const fn new(key: Key, id: String, step: u32, verdict: Verdict, kind: RowKind) -> Self {
        let place = Place {
            step,
            group: None,
            branch: 0,
            superseded: false,
            verdict,
        };
        Self {
            key,
            place,
            id,
            kind,
        }
    }
}

/// In flight, next, or the end.
fn last_row(input: &Input<'_>) -> Option<Last> {
    let transcript = input.transcript;
    let last = |id: &str, verdict, kind| {
        let step = last_id(transcript);
        Some(Last::new(Key::Last, id.into(), step, verdict, kind))
    };
    match &transcript.status {
        Status::Running(Some(flight)) => {
            let (from, to) = ends(flight.step);
            Some(flying(input, flight, from, to))
        }
        Status::Paused { next, preview } => {
            let kind = RowKind::Next {
                step: *next,
                preview: preview.clone(),
            };
            last("next", Verdict::Waiting, kind)
        }
        Status::Finished(ending, message) => {
            let kind = RowKind::End {
                text: message.clone(),
            };
            last("end", ending_verdict(*ending), kind)
        }
        Status::Ready | Status::Running(None) | Status::YourTurn(_) => None,
    }
}

/// A request that is out.
fn flying(input: &Input<'_>, flight: &InFlight, from: Participant, to: Participant) -> Last {
    let lane = |participant| lane_of(input.lanes, participant);
    let step = describe::in_flight(flight, from, to, &lane, input.options.label_chars);
    let (number, kind) = (flight.exchange, RowKind::Step(Arc::new(step)));
    let id = format!("step-{number}");
    Last::new(Key::Step(number), id, number, Verdict::Running, kind)
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
