//! A session as signals: events go in, what is seen comes out.
//!
//! The transcript itself is no signal (it may be large); after each batch of events everything that is
//! shown is computed again from it, and only signals whose value changed are set.

use crate::analysis::{self, Verdict};
use crate::api;
use crate::components::effect;
use crate::dom;
use crate::offline;
use crate::rows;
use crate::share::Right;
use crate::slot::picked;
pub(crate) use crate::slot::{Picked, Slot};
use crate::wire;
use authscope_diagram::{
    self as diagram, Diagram, Filter, Group, Kept, Lane, Options, PhaseState, Row,
};
use authscope_model::api::{Command, Diagnosis, Problem};
use authscope_model::transcript::Status;
use authscope_model::{Event, Exchange, Finding, Transcript};
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Whether the session is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Load {
    /// Asked for.
    Loading,
    /// Here.
    Ready,
    /// There is no such session (any more).
    Missing(Problem),
    /// Could not be asked; tried again.
    Unreachable(String),
}

/// The state of the event stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// Events come as they happen.
    Live,
    /// Not yet, or not for the moment.
    Connecting,
    /// Lost; tried again. When it was lost (ms since the epoch).
    Lost(u64),
    /// The server said it goes down, and is expected back.
    Restarting,
    /// authscope answers, but its events do not come: something in between keeps them.
    HeldBack,
    /// Over, and why, in words: deleted, or the link was revoked or has ended.
    Gone(String),
}

/// How far ahead a row is looked for before all of them are.
const AHEAD: usize = 32;
/// Milliseconds between two questions for the diagnosis while a flow runs.
const REST: u64 = 300;

/// A session on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: StoredValue<String>,
    /// Whether it is there.
    pub(crate) load: RwSignal<Load>,
    /// The event stream.
    pub(crate) link: RwSignal<Link>,
    /// What this browser may do; nothing before it is known, and when it is over.
    pub(crate) right: RwSignal<Option<Right>>,
    transcript: StoredValue<Transcript>,
    diagnosis: StoredValue<Option<Diagnosis>>,
    kept: StoredValue<Kept>,
    asking: StoredValue<bool>,
    resting: StoredValue<bool>,
    /// Grows with every batch of events; read it to be called again when anything changed.
    pub(crate) version: RwSignal<u64>,
    /// Verdict bar.
    pub(crate) verdict: RwSignal<Verdict>,
    /// Findings, root causes first.
    pub(crate) findings: RwSignal<Arc<Vec<Finding>>>,
    /// Phases.
    pub(crate) phases: RwSignal<Vec<PhaseState>>,
    /// Lifelines.
    pub(crate) lanes: RwSignal<Vec<Lane>>,
    /// Groups.
    pub(crate) groups: RwSignal<Arc<Vec<Group>>>,
    /// Rows, folded ones included.
    slots: RwSignal<Vec<Slot>>,
    /// Rows that are shown.
    pub(crate) shown: Memo<Vec<Slot>>,
    /// Number of steps.
    pub(crate) steps: RwSignal<u32>,
    /// What the session is doing.
    pub(crate) status: RwSignal<Status>,
    /// Number of steps while the session is at rest: while it works, names of steps are kept as they are.
    pub(crate) total: Memo<Option<u32>>,
    /// What a person opened or closed.
    folds: RwSignal<HashMap<String, bool>>,
    /// The selected step.
    pub(crate) selected: RwSignal<Option<u32>>,
    /// The command that is on its way.
    pub(crate) busy: RwSignal<Option<&'static str>>,
    /// Why the last command was not taken.
    pub(crate) refused: RwSignal<Option<String>>,
    /// Characters that fit on an arrow.
    pub(crate) label_chars: RwSignal<usize>,
    /// Which steps are wanted.
    pub(crate) filter: RwSignal<Filter>,
    /// What was done by a key and shows nowhere else, such as `Copied`.
    pub(crate) said: RwSignal<&'static str>,
}

impl Session {
    /// An empty session with an id.
    pub(crate) fn new(id: &str) -> Self {
        let transcript = Transcript::default();
        let verdict = analysis::verdict(&transcript, None);
        let drawn = diagram::layout(&transcript, &[], &Options::default());
        let transcript = StoredValue::new(transcript);
        let filter = RwSignal::new(Filter::default());
        let version = RwSignal::new(0);
        let (status, steps) = (RwSignal::new(Status::Ready), RwSignal::new(0));
        let total = Memo::new(move |_| {
            let working = matches!(*status.read(), Status::Running(_));
            (!working).then(|| steps.get())
        });
        let slots = RwSignal::new(Vec::new());
        let folds = RwSignal::new(HashMap::new());
        let groups = RwSignal::new(Arc::new(Vec::new()));
        let shown = Memo::new(move |_| {
            let (slots, groups, filter) = (slots.read(), groups.read(), filter.read());
            if filter.is_empty() {
                rows::unfolded(&slots, &groups, &folds.read())
            } else {
                // A verdict may change in a row that stays.
                version.track();
                transcript
                    .with_value(|transcript| rows::wanted(&slots, &groups, &filter, transcript))
            }
        });
        let session = Self {
            id: StoredValue::new(id.to_owned()),
            load: RwSignal::new(Load::Loading),
            link: RwSignal::new(Link::Connecting),
            right: RwSignal::new(None),
            transcript,
            diagnosis: StoredValue::new(None),
            kept: StoredValue::new(Kept::default()),
            asking: StoredValue::new(false),
            resting: StoredValue::new(false),
            version,
            verdict: RwSignal::new(verdict),
            findings: RwSignal::new(Arc::new(Vec::new())),
            phases: RwSignal::new(drawn.phases),
            lanes: RwSignal::new(drawn.lanes),
            groups,
            slots,
            shown,
            steps,
            status,
            total,
            folds,
            selected: RwSignal::new(None),
            busy: RwSignal::new(None),
            refused: RwSignal::new(None),
            label_chars: RwSignal::new(Options::default().label_chars),
            filter,
            said: RwSignal::new(""),
        };
        session.pick();
        session
    }

    /// Its id.
    pub(crate) fn id(self) -> String {
        self.id.get_value()
    }

    /// Whether it was opened from a file and is in this tab only.
    pub(crate) fn is_local(self) -> bool {
        self.id.with_value(|id| id == offline::LOCAL)
    }

    /// Takes a whole session with its diagnosis, instead of what was there.
    pub(crate) fn take_whole(self, events: Vec<Event>, mut diagnosis: Diagnosis) {
        let mut transcript = Transcript::default();
        events
            .into_iter()
            .for_each(|event| transcript.absorb(event));
        self.transcript.set_value(transcript);
        self.kept.set_value(Kept::default());
        let findings = std::mem::take(&mut diagnosis.findings);
        self.diagnosis.set_value(Some(diagnosis));
        self.findings.set(Arc::new(findings));
        self.refresh();
    }

    /// Reads the transcript without being called again when it changes.
    pub(crate) fn peek<T>(self, read: impl FnOnce(&Transcript) -> T) -> T {
        self.transcript.with_value(read)
    }

    /// Reads the transcript, and is called again when it changes.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Transcript) -> T) -> T {
        self.version.track();
        self.transcript.with_value(read)
    }

    /// Number of the last event known.
    pub(crate) fn last_seq(self) -> u64 {
        self.peek(|transcript| transcript.last_seq)
    }

    /// The recorded exchange with a number.
    pub(crate) fn exchange(self, number: u32) -> Option<Arc<Exchange>> {
        self.peek(|transcript| transcript.exchange(number).cloned().map(Arc::new))
    }

    /// Takes events, in order; those known already change nothing.
    pub(crate) fn take(self, events: Vec<Event>) {
        self.transcript.update_value(|transcript| {
            for event in events {
                transcript.absorb(event);
            }
        });
        self.refresh();
        self.diagnose();
    }

    /// Asks for the diagnosis until there is one of the newest event; one question at a time. While a flow runs they
    /// come with a rest between them, so that a session of thousands of steps is not judged anew with each; when it
    /// stops or wants a person, at once.
    fn diagnose(self) {
        let Some(asking) = self.asking.try_get_value() else {
            return;
        };
        if asking || (self.works() && self.resting.get_value()) {
            return;
        }
        self.asking.set_value(true);
        authscope_ui_kit::part::spawn(async move {
            let mut rests = false;
            while let Some(path) = self.outdated().filter(|_| !rests) {
                // An error is noticed by the stream too; after it is back this is asked again. An old answer means that
                // the server has not seen the newest event yet; the next one asks again.
                let answer = api::get(&path, wire::diagnosis).await.ok();
                let Some(diagnosis) = answer.filter(|new| self.is_newer(new)) else {
                    break;
                };
                self.take_diagnosis(diagnosis);
                rests = self.works();
            }
            self.asking.try_set_value(false);
            if rests {
                self.resting.try_set_value(true);
                dom::later(REST, move || {
                    self.resting.try_set_value(false);
                    self.diagnose();
                });
            }
        });
    }

    /// Whether a diagnosis is of a later event than the one that is shown; false also when the page is gone.
    fn is_newer(self, new: &Diagnosis) -> bool {
        let is_newer = |old: &Option<Diagnosis>| old.as_ref().is_none_or(|old| old.seq < new.seq);
        self.diagnosis.try_with_value(is_newer).unwrap_or(false)
    }

    /// Whether a flow runs.
    fn works(self) -> bool {
        let runs = |transcript: &Transcript| matches!(transcript.status, Status::Running(_));
        self.transcript.try_with_value(runs).unwrap_or(false)
    }

    /// Where to ask, when the diagnosis is not of the newest event. `None` also when the page is gone.
    fn outdated(self) -> Option<String> {
        let last = self
            .transcript
            .try_with_value(|transcript| transcript.last_seq)?;
        let known = self
            .diagnosis
            .try_with_value(|d| d.as_ref().map_or(0, |d| d.seq))?;
        let id = self.id.try_get_value()?;
        (known < last).then(|| format!("api/sessions/{id}/diagnosis"))
    }

    /// Computes what is seen from the transcript.
    pub(crate) fn refresh(self) {
        let options = Options {
            label_chars: self.label_chars.get_untracked(),
            ..Options::default()
        };
        let findings = self.findings.get_untracked();
        let (drawn, status) = self.transcript.with_value(|transcript| {
            let mut kept = self.kept.write_value();
            let drawn = diagram::layout_again(transcript, &findings, &options, &mut kept);
            (drawn, transcript.status.clone())
        });
        let Diagram {
            lanes,
            rows,
            groups,
            phases,
            steps,
        } = drawn;
        put(self.lanes, lanes);
        put(self.groups, Arc::new(groups));
        put(self.phases, phases);
        put(self.steps, steps);
        self.put_rows(rows);
        put(self.status, status);
        self.judge();
        self.version.update(|version| *version += 1);
    }

    /// Computes what the verdict bar says.
    fn judge(self) {
        let verdict = self.transcript.with_value(|transcript| {
            self.diagnosis
                .with_value(|diagnosis| analysis::verdict(transcript, diagnosis.as_ref()))
        });
        put(self.verdict, verdict);
    }

    /// Takes a diagnosis. Most of them, while a flow goes on, find nothing new: then no row is drawn again.
    fn take_diagnosis(self, mut diagnosis: Diagnosis) {
        let findings = std::mem::take(&mut diagnosis.findings);
        self.diagnosis.set_value(Some(diagnosis));
        if self.findings.with_untracked(|old| **old == findings) {
            self.judge();
        } else {
            self.findings.set(Arc::new(findings));
            self.refresh();
        }
    }

    fn put_rows(self, rows: Vec<Arc<Row>>) {
        let old = self.slots.read_untracked();
        let selected = self.selected.get_untracked();
        // Almost always a row is where it was, or a little further down.
        let mut at = 0;
        let slots: Vec<Slot> = rows
            .into_iter()
            .map(|row| {
                let is_it = |slot: &Slot| slot.id == row.id;
                let ahead = old.iter().skip(at).take(AHEAD).position(is_it);
                let found = ahead
                    .map(|by| at + by)
                    .or_else(|| old.iter().position(is_it));
                at = found.map_or(at, |found| found + 1);
                match found.and_then(|found| old.get(found)) {
                    Some(slot) => {
                        slot.show(row);
                        slot.clone()
                    }
                    None => Slot::new(row, selected),
                }
            })
            .collect();
        drop(old);
        put(self.slots, slots);
    }

    /// Tells the two rows that a selection concerns.
    fn pick(self) {
        let mut before = None;
        effect(move || {
            let selected = self.selected.get();
            let (old, new) = (before.unwrap_or(1), selected.unwrap_or(1));
            before = selected;
            let set = |step, to| {
                if let Some(slot) = self.slot(step)
                    && slot.picked.get_untracked() != to
                {
                    slot.picked.set(to);
                }
            };
            if old != new {
                set(old, Picked::No);
            }
            set(new, picked(selected));
        });
    }

    /// The row of a step.
    fn slot(self, step: u32) -> Option<Slot> {
        let id = format!("step-{step}");
        let slots = self.slots.read_untracked();
        slots.iter().find(|slot| slot.id == id).cloned()
    }

    /// Whether a group is folded: as somebody chose, else as the layout says.
    pub(crate) fn is_folded(self, group: &Group) -> bool {
        let chosen = self.folds.read().get(&group.id).copied();
        chosen.unwrap_or(group.folded)
    }

    /// Opens or closes a group.
    pub(crate) fn fold(self, group: &str, folded: bool) {
        self.folds.update(|folds| {
            folds.insert(group.to_owned(), folded);
        });
    }

    /// The innermost group of a step.
    pub(crate) fn group_of(self, step: u32) -> Option<String> {
        let slot = self.slot(step)?;
        slot.row.with_untracked(|row| row.group.clone())
    }

    /// Opens every group around a step, so that it can be shown.
    pub(crate) fn unfold_around(self, step: u32) {
        let groups = self.groups.get_untracked();
        let mut current = self.group_of(step);
        while let Some(id) = current.take() {
            let Some(group) = groups.iter().find(|group| group.id == id) else {
                return;
            };
            if untrack(|| self.is_folded(group)) {
                self.fold(&id, false);
            }
            current.clone_from(&group.parent);
        }
    }

    /// Numbers of the steps that are shown, in order.
    pub(crate) fn shown_steps(self) -> Vec<u32> {
        self.shown
            .get_untracked()
            .iter()
            .filter_map(|slot| slot.id.strip_prefix("step-")?.parse().ok())
            .collect()
    }

    /// Reads every row in its present state, folded ones included.
    pub(crate) fn each_row(self, mut read: impl FnMut(&Row)) {
        for slot in self.slots.read().iter() {
            slot.row.with_untracked(|row| read(row));
        }
    }

    /// Says something for a moment.
    pub(crate) fn say(self, words: &'static str) {
        let _ = self.said.try_set(words);
        dom::later(1_800, move || {
            let _ = self.said.try_set("");
        });
    }

    /// Sends a command; its refusal is shown in words.
    pub(crate) fn send(self, name: &'static str, command: Command) {
        self.busy.set(Some(name));
        self.refused.set(None);
        authscope_ui_kit::part::spawn(async move {
            let outcome = api::command(&self.id(), &command).await;
            if let Err(error) = outcome {
                let _ = self.refused.try_set(Some(error.words()));
            }
            let _ = self.busy.try_set(None);
        });
    }

    /// Whether something is going on that `Stop` would end.
    pub(crate) fn is_active(self) -> bool {
        !matches!(self.status.get(), Status::Ready | Status::Finished(..))
    }
}

/// Sets a signal only when its value changes.
pub(crate) fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// Provides a session to the components below.
pub(crate) fn provide(session: Session) {
    provide_context(session);
    on_cleanup(move || dom::remember("last", &session.id.try_get_value().unwrap_or_default()));
}

/// The session of the page.
pub(crate) fn session() -> Session {
    expect_context()
}
