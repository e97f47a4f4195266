//! The fold: from events to the state that rules, diagram, UI and CLI read.
//!
//! [`Transcript::apply`] is the one reducer; the live UI and a recording opened a year later run the
//! same code.

use crate::config::{Breakpoint, RegistrationChoice, SessionConfig};
use crate::event::{Decision, Ending, Event, EventKind, Fact, Mode, Tone, Turn, ValueSource};
use crate::{Exchange, Millis, Revision, StepKind};

/// What the session is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// Made, not started.
    Ready,
    /// Working; the request in flight, if any.
    Running(Option<InFlight>),
    /// Step mode: waits for the command, the next request is shown.
    Paused {
        /// The step that comes next.
        next: StepKind,
        /// Its request in short.
        preview: String,
    },
    /// A person must act.
    YourTurn(Turn),
    /// Over.
    Finished(Ending, String),
}

/// A request that is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFlight {
    /// Number the exchange will have.
    pub exchange: u32,
    /// Step.
    pub step: StepKind,
    /// Method.
    pub method: String,
    /// URL, masked.
    pub url: String,
}

/// An edited request that is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resending {
    /// The exchange whose request was edited.
    pub of: u32,
    /// The request.
    pub flight: InFlight,
}

/// A note and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Event that carried it.
    pub seq: u64,
    /// Exchange it belongs to.
    pub exchange: Option<u32>,
    /// Number of the last exchange recorded before it; its place when it belongs to none.
    pub after_exchange: u32,
    /// How serious.
    pub tone: Tone,
    /// One sentence.
    pub text: String,
}

/// A place where a conforming client stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Event that carried it.
    pub seq: u64,
    /// Exchange that shows it.
    pub exchange: Option<u32>,
    /// Number of the last exchange recorded before it.
    pub after_exchange: u32,
    /// Why.
    pub reason: String,
    /// Clause.
    pub clause: String,
    /// Whether the flow went on.
    pub continued: bool,
}

/// A person's turn: what was asked, when, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnTaken {
    /// Event that asked.
    pub seq: u64,
    /// When the person was asked.
    pub at: Millis,
    /// Number of the last exchange recorded before it.
    pub after_exchange: u32,
    /// What was asked.
    pub turn: Turn,
    /// When it ended and how; `None` while it lasts.
    pub ended: Option<(Millis, String)>,
}

/// A branch: where it left which other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    /// Its number.
    pub branch: u32,
    /// The one it left.
    pub parent: u32,
    /// First exchange of the parent that is not its history.
    pub before_exchange: u32,
    /// Whether it is an edited request sent again beside the flow, and not the flow itself.
    pub aside: bool,
}

/// A decision with its reason and place.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Event that carried it.
    pub seq: u64,
    /// Branch that was active.
    pub branch: u32,
    /// Number of exchanges recorded before it.
    pub after_exchange: u32,
    /// The choice.
    pub decision: Decision,
    /// Why.
    pub because: String,
}

/// The state a list of events leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// Last sequence number applied.
    pub last_seq: u64,
    /// When the first event was made.
    pub started_at: Millis,
    /// When the last event was made.
    pub last_at: Millis,
    /// The configuration, masked.
    pub config: Option<SessionConfig>,
    /// Our hosted redirect URI.
    pub redirect_uri: String,
    /// Our hosted client document's URL.
    pub client_document_url: String,
    /// Our hosted client document.
    pub client_document: serde_json::Value,
    /// authscope's version that made the recording.
    pub version: String,
    /// Mode.
    pub mode: Mode,
    /// What the session is doing.
    pub status: Status,
    /// Every exchange, in order, all branches.
    pub exchanges: Vec<Exchange>,
    /// Decisions, in order.
    pub decisions: Vec<Decided>,
    /// Facts by exchange, in order.
    pub facts: Vec<(u32, Fact)>,
    /// Notes, in order.
    pub notes: Vec<Note>,
    /// Places where a conforming client stops.
    pub stops: Vec<Stop>,
    /// What people were asked to do, in order.
    pub turns: Vec<TurnTaken>,
    /// Branches beside 0.
    pub branches: Vec<Branch>,
    /// The active branch.
    pub branch: u32,
    /// Where the flow waits for a person.
    pub breakpoints: Vec<Breakpoint>,
    /// Edited requests that are out, beside what the flow does.
    pub resending: Vec<Resending>,
    /// Exchanges whose answer a person edited, with the answer that the flow read.
    pub edited_answers: Vec<Exchange>,
}

impl Default for Transcript {
    fn default() -> Self {
        Self {
            last_seq: 0,
            started_at: 0,
            last_at: 0,
            config: None,
            redirect_uri: String::new(),
            client_document_url: String::new(),
            client_document: serde_json::Value::Null,
            version: String::new(),
            mode: Mode::Run,
            status: Status::Ready,
            exchanges: Vec::new(),
            decisions: Vec::new(),
            facts: Vec::new(),
            notes: Vec::new(),
            stops: Vec::new(),
            turns: Vec::new(),
            branches: Vec::new(),
            branch: 0,
            breakpoints: Vec::new(),
            resending: Vec::new(),
            edited_answers: Vec::new(),
        }
    }
}

impl Transcript {
    /// Folds a list of events.
    #[must_use]
    pub fn from_events(events: &[Event]) -> Self {
        let mut transcript = Self::default();
        for event in events {
            transcript.apply(event);
        }
        transcript
    }

    /// Applies one event. Events already seen (by sequence number) change nothing.
    pub fn apply(&mut self, event: &Event) {
        if self.is_new(event) {
            match &event.kind {
                EventKind::Exchange { exchange } => self.add_exchange(exchange.clone()),
                kind => self.apply_kind(event.seq, event.at, kind),
            }
        }
    }

    /// Applies one event that nobody else needs: what is large in it is not copied.
    pub fn absorb(&mut self, event: Event) {
        if self.is_new(&event) {
            match event.kind {
                EventKind::Exchange { exchange } => self.add_exchange(exchange),
                kind => self.apply_kind(event.seq, event.at, &kind),
            }
        }
    }

    /// Whether an event is not applied yet; then it counts as the last one.
    fn is_new(&mut self, event: &Event) -> bool {
        if event.seq <= self.last_seq && self.last_seq != 0 {
            return false;
        }
        if self.last_seq == 0 {
            self.started_at = event.at;
        }
        self.last_seq = event.seq;
        self.last_at = event.at;
        true
    }

    fn apply_kind(&mut self, seq: u64, at: Millis, kind: &EventKind) {
        match kind {
            EventKind::SessionCreated { .. } => self.created(kind),
            EventKind::Resumed { .. }
            | EventKind::Paused { .. }
            | EventKind::Sending { .. }
            | EventKind::Finished { .. } => self.set_status(kind),
            EventKind::Decision { .. } | EventKind::Note { .. } | EventKind::StopsHere { .. } => {
                self.add_remark(seq, kind);
            }
            EventKind::Fact { exchange, fact } => self.facts.push((*exchange, fact.clone())),
            EventKind::YourTurn { turn } => self.begin_turn(seq, at, turn),
            EventKind::TurnEnded { how } => self.end_turn(at, how),
            EventKind::Branched {
                branch,
                parent,
                before_exchange,
            } => {
                let (branch, parent) = (*branch, *parent);
                self.branches.push(Branch {
                    branch,
                    parent,
                    before_exchange: *before_exchange,
                    aside: false,
                });
                self.branch = branch;
                self.status = Status::Running(None);
            }
            EventKind::Resending { .. } => self.resend(kind),
            EventKind::AnswerEdited { exchange, response } => {
                self.edit_answer(*exchange, response.clone());
            }
            EventKind::BreakpointsSet { breakpoints } => self.breakpoints.clone_from(breakpoints),
            EventKind::Renamed { title } => {
                if let Some(config) = &mut self.config {
                    config.title = Some(title.clone()).filter(|title| !title.is_empty());
                }
            }
            // Exchanges are added where they can be moved.
            EventKind::Exchange { .. } | EventKind::Unknown => {}
        }
    }

    fn created(&mut self, kind: &EventKind) {
        let EventKind::SessionCreated {
            config,
            redirect_uri,
            client_document_url,
            client_document,
            version,
        } = kind
        else {
            return;
        };
        self.breakpoints.clone_from(&config.breakpoints);
        self.config = Some(config.clone());
        self.redirect_uri.clone_from(redirect_uri);
        self.client_document_url.clone_from(client_document_url);
        self.client_document = client_document.clone();
        self.version.clone_from(version);
    }

    fn set_status(&mut self, kind: &EventKind) {
        // Polling goes on while the person enters the code: it is still their turn.
        let polls =
            matches!(kind, EventKind::Sending { step, .. } if *step == StepKind::DevicePoll);
        if polls && matches!(self.status, Status::YourTurn(Turn::DeviceCode { .. })) {
            return;
        }
        self.status = match kind {
            EventKind::Resumed { mode } => {
                self.mode = *mode;
                Status::Running(None)
            }
            EventKind::Paused { next, preview } => Status::Paused {
                next: *next,
                preview: preview.clone(),
            },
            EventKind::Sending {
                exchange,
                step,
                method,
                url,
                ..
            } => Status::Running(Some(InFlight {
                exchange: *exchange,
                step: *step,
                method: method.clone(),
                url: url.clone(),
            })),
            EventKind::Finished { ending, message } => Status::Finished(*ending, message.clone()),
            _ => return,
        };
    }

    /// A branch of one edited request; what the flow does stays as it is.
    fn resend(&mut self, kind: &EventKind) {
        let EventKind::Resending {
            exchange,
            of,
            branch,
            parent,
            method,
            url,
        } = kind
        else {
            return;
        };
        self.branches.push(Branch {
            branch: *branch,
            parent: *parent,
            before_exchange: *of,
            aside: true,
        });
        let flight = InFlight {
            exchange: *exchange,
            step: StepKind::Resend,
            method: method.clone(),
            url: url.clone(),
        };
        self.resending.push(Resending { of: *of, flight });
    }

    /// Decisions, notes and stops: they say something and change no status.
    fn add_remark(&mut self, seq: u64, kind: &EventKind) {
        let after_exchange = self.last_exchange();
        match kind {
            EventKind::Decision { decision, because } => self.decisions.push(Decided {
                seq,
                branch: self.branch,
                after_exchange,
                decision: decision.clone(),
                because: because.clone(),
            }),
            EventKind::Note {
                exchange,
                tone,
                text,
            } => self.notes.push(Note {
                seq,
                exchange: *exchange,
                after_exchange,
                tone: *tone,
                text: text.clone(),
            }),
            EventKind::StopsHere {
                exchange,
                reason,
                clause,
                continued,
            } => self.stops.push(Stop {
                seq,
                exchange: *exchange,
                after_exchange,
                reason: reason.clone(),
                clause: clause.clone(),
                continued: *continued,
            }),
            _ => {}
        }
    }

    fn last_exchange(&self) -> u32 {
        self.exchanges.last().map_or(0, |e| e.id)
    }

    fn begin_turn(&mut self, seq: u64, at: Millis, turn: &Turn) {
        self.status = Status::YourTurn(turn.clone());
        self.turns.push(TurnTaken {
            seq,
            at,
            after_exchange: self.last_exchange(),
            turn: turn.clone(),
            ended: None,
        });
    }

    fn end_turn(&mut self, at: Millis, how: &str) {
        self.status = Status::Running(None);
        if let Some(turn) = self.turns.last_mut().filter(|t| t.ended.is_none()) {
            turn.ended = Some((at, how.to_owned()));
        }
    }

    fn add_exchange(&mut self, exchange: Exchange) {
        let in_flight =
            matches!(&self.status, Status::Running(Some(f)) if f.exchange == exchange.id);
        if in_flight {
            self.status = Status::Running(None);
        }
        self.resending
            .retain(|out| out.flight.exchange != exchange.id);
        self.exchanges.push(exchange);
    }

    /// The same recording with another branch as the active one; nothing when it has no such branch.
    #[must_use]
    pub fn on_branch(mut self, branch: u32) -> Option<Self> {
        let known = branch == 0 || self.branches.iter().any(|b| b.branch == branch);
        self.branch = branch;
        known.then_some(self)
    }

    /// The exchange with a number.
    #[must_use]
    pub fn exchange(&self, id: u32) -> Option<&Exchange> {
        let guess = usize::try_from(id)
            .ok()
            .and_then(|i| i.checked_sub(1))
            .and_then(|i| self.exchanges.get(i));
        guess
            .filter(|e| e.id == id)
            .or_else(|| self.exchanges.iter().find(|e| e.id == id))
    }

    /// Whether an exchange of `branch` numbered `id` is part of the active branch's history.
    #[must_use]
    pub fn in_lineage(&self, branch: u32, id: u32) -> bool {
        let mut current = self.branch;
        let mut limit = u32::MAX;
        // Each turn moves to an older branch, so this ends.
        loop {
            if current == branch {
                return id < limit;
            }
            let Some(left) = self
                .branches
                .iter()
                .find(|b| b.branch == current && b.parent < current)
            else {
                return false;
            };
            limit = limit.min(left.before_exchange);
            current = left.parent;
        }
    }

    /// Whether a branch is an edited request sent again beside the flow.
    #[must_use]
    pub fn is_aside(&self, branch: u32) -> bool {
        self.branches.iter().any(|b| b.branch == branch && b.aside)
    }

    /// The exchanges of the active branch and its history, in order.
    pub fn lineage(&self) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.exchanges
            .iter()
            .filter(|e| self.in_lineage(e.branch, e.id))
    }

    /// The last exchange of a kind in the active branch.
    #[must_use]
    pub fn last_of(&self, step: StepKind) -> Option<&Exchange> {
        self.lineage().rfind(|e| e.step == step)
    }

    /// The first exchange of a kind in the active branch.
    #[must_use]
    pub fn first_of(&self, step: StepKind) -> Option<&Exchange> {
        self.lineage().find(|e| e.step == step)
    }

    /// Facts about an exchange.
    pub fn facts_of(&self, id: u32) -> impl Iterator<Item = &Fact> {
        self.facts
            .iter()
            .filter(move |(exchange, _)| *exchange == id)
            .map(|(_, fact)| fact)
    }

    /// Decisions of the active branch, in order.
    pub fn decided(&self) -> impl DoubleEndedIterator<Item = &Decision> {
        self.decisions
            .iter()
            .filter(|d| self.in_lineage(d.branch, d.after_exchange))
            .map(|d| &d.decision)
    }

    /// The revision in use; the default while undecided.
    #[must_use]
    pub fn revision(&self) -> Revision {
        let decided = self.decided().rev().find_map(|d| match d {
            Decision::Revision { revision } => Some(*revision),
            _ => None,
        });
        let configured = || self.config.as_ref().and_then(|c| c.revision.fixed());
        decided.or_else(configured).unwrap_or(Revision::DEFAULT)
    }

    /// The issuer in use, as received.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.decided().rev().find_map(|d| match d {
            Decision::AuthorizationServer { issuer, .. } => Some(issuer.as_str()),
            _ => None,
        })
    }

    /// The `resource` in use and where it came from.
    #[must_use]
    pub fn resource(&self) -> Option<(&str, ValueSource)> {
        self.decided().rev().find_map(|d| match d {
            Decision::Resource { value, source } => Some((value.as_str(), *source)),
            _ => None,
        })
    }

    /// The scopes chosen and where they came from.
    #[must_use]
    pub fn scope(&self) -> Option<(Option<&str>, ValueSource)> {
        self.decided().rev().find_map(|d| match d {
            Decision::Scope { value, source } => Some((value.as_deref(), *source)),
            _ => None,
        })
    }

    /// The way of registration and the client id known at that time.
    #[must_use]
    pub fn registration(&self) -> Option<(RegistrationChoice, Option<&str>)> {
        self.decided().rev().find_map(|d| match d {
            Decision::Registration { method, client_id } => Some((*method, client_id.as_deref())),
            _ => None,
        })
    }

    /// Whether the run is over.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        matches!(self.status, Status::Finished(..))
    }
}
