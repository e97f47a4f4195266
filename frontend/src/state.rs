//! A session as signals: events go in, what is seen comes out.
//!
//! The transcript itself is no signal (it may be large); after each batch of events everything that is
//! shown is computed again from it, and only signals whose value changed are set.

use crate::analysis::{self, Verdict};
use crate::api;
use crate::dom;
use crate::wire;
use authscope_diagram::{self as diagram, Diagram, Group, Lane, Options, PhaseState, Row};
use authscope_model::api::{Command, Diagnosis, Problem};
use authscope_model::transcript::Status;
use authscope_model::{Event, Exchange, Finding, Transcript};
use leptos::prelude::*;
use std::collections::{BTreeMap, HashMap};
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
    /// The session was deleted.
    Gone,
}

/// One row of the diagram: its id is fixed, its content may change.
#[derive(Clone)]
pub(crate) struct Slot {
    /// Id of the row.
    pub(crate) id: String,
    /// The row.
    pub(crate) row: ArcRwSignal<Row>,
}

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A session on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: StoredValue<String>,
    /// Whether it is there.
    pub(crate) load: RwSignal<Load>,
    /// The event stream.
    pub(crate) link: RwSignal<Link>,
    transcript: StoredValue<Transcript>,
    diagnosis: StoredValue<Option<Diagnosis>>,
    asking: StoredValue<bool>,
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
}

impl Session {
    /// An empty session with an id.
    pub(crate) fn new(id: &str) -> Self {
        let transcript = Transcript::default();
        let verdict = analysis::verdict(&transcript, None);
        let drawn = diagram::layout(&transcript, &[], &Options::default());
        let slots = RwSignal::new(Vec::new());
        let folds = RwSignal::new(HashMap::new());
        let groups = RwSignal::new(Arc::new(Vec::new()));
        let shown = Memo::new(move |_| shown(&slots.read(), &groups.read(), &folds.read()));
        Self {
            id: StoredValue::new(id.to_owned()),
            load: RwSignal::new(Load::Loading),
            link: RwSignal::new(Link::Connecting),
            transcript: StoredValue::new(transcript),
            diagnosis: StoredValue::new(None),
            asking: StoredValue::new(false),
            version: RwSignal::new(0),
            verdict: RwSignal::new(verdict),
            findings: RwSignal::new(Arc::new(Vec::new())),
            phases: RwSignal::new(drawn.phases),
            lanes: RwSignal::new(drawn.lanes),
            groups,
            slots,
            shown,
            steps: RwSignal::new(0),
            status: RwSignal::new(Status::Ready),
            folds,
            selected: RwSignal::new(None),
            busy: RwSignal::new(None),
            refused: RwSignal::new(None),
            label_chars: RwSignal::new(Options::default().label_chars),
        }
    }

    /// Its id.
    pub(crate) fn id(self) -> String {
        self.id.get_value()
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
    pub(crate) fn take(self, events: &[Event]) {
        self.transcript.update_value(|transcript| {
            for event in events {
                transcript.apply(event);
            }
        });
        self.refresh();
        self.diagnose();
    }

    /// Asks for the diagnosis until there is one of the newest event; one question at a time.
    fn diagnose(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        leptos::task::spawn_local(async move {
            while let Some(path) = self.outdated() {
                let Ok(diagnosis) = api::get(&path, wire::diagnosis).await else {
                    // The stream notices too; after it is back this is asked again.
                    break;
                };
                let newer = self.diagnosis.try_update_value(|old| {
                    let newer = old.as_ref().is_none_or(|old| old.seq < diagnosis.seq);
                    *old = Some(diagnosis);
                    newer
                });
                match newer {
                    Some(true) => self.refresh(),
                    // The server has not seen the newest event yet; the next one asks again.
                    Some(false) => break,
                    None => return,
                }
            }
            self.asking.try_set_value(false);
        });
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
        let findings = self.diagnosis.with_value(|diagnosis| {
            diagnosis
                .as_ref()
                .map(|d| d.findings.clone())
                .unwrap_or_default()
        });
        let (verdict, drawn, status) = self.transcript.with_value(|transcript| {
            let verdict = self
                .diagnosis
                .with_value(|d| analysis::verdict(transcript, d.as_ref()));
            let drawn = diagram::layout(transcript, &findings, &options);
            (verdict, drawn, transcript.status.clone())
        });
        let Diagram {
            lanes,
            rows,
            groups,
            phases,
            steps,
        } = drawn;
        put(self.findings, Arc::new(findings));
        put(self.lanes, lanes);
        put(self.groups, Arc::new(groups));
        put(self.phases, phases);
        put(self.steps, steps);
        self.put_rows(rows);
        put(self.status, status);
        put(self.verdict, verdict);
        self.version.update(|version| *version += 1);
    }

    fn put_rows(self, rows: Vec<Row>) {
        let known: BTreeMap<String, ArcRwSignal<Row>> = self
            .slots
            .read_untracked()
            .iter()
            .map(|slot| (slot.id.clone(), slot.row.clone()))
            .collect();
        let slots: Vec<Slot> = rows
            .into_iter()
            .map(|row| {
                let id = row.id.clone();
                let signal = match known.get(&id) {
                    Some(signal) => {
                        if signal.with_untracked(|old| *old != row) {
                            signal.set(row);
                        }
                        signal.clone()
                    }
                    None => ArcRwSignal::new(row),
                };
                Slot { id, row: signal }
            })
            .collect();
        put(self.slots, slots);
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
        let id = format!("step-{step}");
        let slots = self.slots.read_untracked();
        let slot = slots.iter().find(|slot| slot.id == id)?;
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

    /// Sends a command; its refusal is shown in words.
    pub(crate) fn send(self, name: &'static str, command: Command) {
        self.busy.set(Some(name));
        self.refused.set(None);
        leptos::task::spawn_local(async move {
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
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// The rows that no folded group hides.
fn shown(slots: &[Slot], groups: &[Group], folds: &HashMap<String, bool>) -> Vec<Slot> {
    let mut hidden: HashMap<&str, bool> = HashMap::new();
    // Groups come after the group around them.
    for group in groups {
        let folded = folds.get(&group.id).copied().unwrap_or(group.folded);
        let outer = group
            .parent
            .as_deref()
            .and_then(|id| hidden.get(id).copied());
        hidden.insert(&group.id, folded || outer.unwrap_or(false));
    }
    let is_shown = |slot: &&Slot| {
        slot.row.with_untracked(|row| {
            let group = row.group.as_deref();
            !group
                .and_then(|id| hidden.get(id).copied())
                .unwrap_or(false)
        })
    };
    slots.iter().filter(is_shown).cloned().collect()
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
