//! Breakpoints: the flow waits for a person before a request of a kind is sent, or before its answer is read.
//!
//! Waiting is a person's turn, recorded as such. The flow does not know of it: no timer of it runs meanwhile, because a
//! request that is let go is made anew.

use super::Driver;
use crate::resend::{self, Sent};
use crate::{EngineError, headless};
use authscope_model::api::{Draft, Resend, Resent};
use authscope_model::config::{BreakAt, Breakpoint};
use authscope_model::event::{Tone, Turn};
use authscope_model::transcript::Status;
use authscope_model::{EventKind, Participant, RawExchange, RawRequest, StepKind};
use authscope_protocol::flow::{Prepared, redirect};

/// Breakpoints of one session: two for each kind of step are more than there are kinds.
const MOST: usize = 100;

/// What waits at a breakpoint.
pub(super) enum Held {
    /// A request that is not sent yet.
    Request(Prepared),
    /// An answer that is recorded and not read yet.
    Answer {
        exchange: u32,
        raw: Box<RawExchange>,
    },
}

/// The process that held an answer is another one.
pub(super) fn answer_is_gone(exchange: Option<u32>) -> EngineError {
    EngineError::NotNow(format!(
        "authscope was restarted while this answer waited, and the answer is not kept unmasked; retry from step {}",
        exchange.unwrap_or_default()
    ))
}

pub(super) fn not_held() -> EngineError {
    EngineError::NotNow("nothing waits at a breakpoint".into())
}

/// Refuses another address: the flow reads the answer, and the answer can say where secrets are sent next.
fn goes_where_it_went(prepared: &Prepared, filled: &resend::Filled) -> Result<(), EngineError> {
    let place = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    if place(&prepared.url) != place(&filled.url) {
        return Err(EngineError::NotNow(
            "only the owner of the session sends a request of the flow to another address, because its answer can say where secrets are sent next; it can be sent there beside the flow"
                .into(),
        ));
    }
    let origin = authscope_net::origin(&filled.url).map_err(EngineError::NotNow)?;
    resend::stays_there(&origin, &filled.headers, &filled.body).map_err(EngineError::NotNow)
}

impl Driver {
    pub(super) async fn set_breakpoints(
        &mut self,
        breakpoints: Vec<Breakpoint>,
    ) -> Result<(), EngineError> {
        if breakpoints.len() > MOST {
            return Err(EngineError::NotNow(format!(
                "a session has at most {MOST} breakpoints"
            )));
        }
        self.state.breakpoints.clone_from(&breakpoints);
        self.record(vec![EventKind::BreakpointsSet { breakpoints }])
            .await
    }

    fn breaks(&self, prepared: &Prepared, at: BreakAt) -> bool {
        // Polls are the waiting for a person already; without one, nobody would ever go on.
        let may = self.shared.settings.interactive && prepared.step != StepKind::DevicePoll;
        let step = match self.state.flow.probing() {
            Some(_) => StepKind::NegativeProbe,
            None => prepared.step,
        };
        may && self.state.breakpoints.contains(&Breakpoint { step, at })
    }

    pub(super) fn breaks_before(&self, prepared: &Prepared) -> bool {
        self.released != Some(prepared.step) && self.breaks(prepared, BreakAt::BeforeSend)
    }

    pub(super) fn breaks_after(&self, prepared: &Prepared) -> bool {
        self.breaks(prepared, BreakAt::AfterReceive)
    }

    fn turn_at(&self, prepared: &Prepared, at: BreakAt, exchange: Option<u32>) -> EventKind {
        let preview = format!("{} {}", prepared.method, self.masker.url(&prepared.url));
        let turn = Turn::Breakpoint {
            step: prepared.step,
            at,
            exchange,
            preview,
        };
        EventKind::YourTurn { turn }
    }

    pub(super) async fn hold_request(&mut self, prepared: Prepared) -> Result<(), EngineError> {
        self.working = false;
        let event = self.turn_at(&prepared, BreakAt::BeforeSend, None);
        self.held = Some(Held::Request(prepared));
        self.record(vec![event]).await
    }

    pub(super) async fn hold_answer(
        &mut self,
        recorded: EventKind,
        prepared: &Prepared,
        exchange: u32,
        raw: RawExchange,
    ) -> Result<(), EngineError> {
        self.working = false;
        let turn = self.turn_at(prepared, BreakAt::AfterReceive, Some(exchange));
        self.held = Some(Held::Answer {
            exchange,
            raw: Box::new(raw),
        });
        self.record(vec![recorded, turn]).await
    }

    /// Goes on: the request is made anew, so that nothing in it is older than its sending; the answer is read.
    pub(super) async fn release(&mut self) -> Result<(), EngineError> {
        let Status::YourTurn(Turn::Breakpoint {
            step, at, exchange, ..
        }) = &self.transcript.status
        else {
            return Err(not_held());
        };
        let (step, at, exchange) = (*step, *at, *exchange);
        let held = self.held.take();
        let ended = |how: &str| EventKind::TurnEnded { how: how.into() };
        if at == BreakAt::BeforeSend {
            self.released = Some(step);
            self.permit = true;
            self.working = true;
            return self.record(vec![ended("Sent as it was.")]).await;
        }
        let Some(Held::Answer { exchange, raw }) = held else {
            return Err(answer_is_gone(exchange));
        };
        self.working = true;
        self.read_answer(vec![ended("The answer was let through.")], exchange, &raw)
            .await
    }

    /// The run is stopped: the request that waits is recorded as aborted.
    pub(super) fn abort_held(&mut self) -> Vec<EventKind> {
        if !matches!(
            &self.transcript.status,
            Status::YourTurn(Turn::Breakpoint { .. })
        ) {
            return Vec::new();
        }
        let mut events = vec![EventKind::TurnEnded {
            how: "Aborted.".into(),
        }];
        if let Some(Held::Request(prepared)) = self.held.take() {
            let raw = headless::aborted(&prepared, self.shared.clock.now());
            self.begin_exchange();
            let id = self.next_exchange();
            events.push(self.exchange_event(&prepared, id, None, &raw));
        }
        events
    }

    /// The request that waits, and the values masked in it: they may go where it goes.
    fn held_request(&self) -> Result<(&Prepared, RawRequest, Vec<Sent>), EngineError> {
        let Some(Held::Request(prepared)) = &self.held else {
            return Err(not_held());
        };
        let raw = headless::aborted(prepared, 0).request;
        let mut sent = self.state.sent.clone();
        if let Ok(origin) = authscope_net::origin(&raw.url) {
            resend::note(&mut sent, &origin, self.masker.marked(&raw));
        }
        Ok((prepared, raw, sent))
    }

    /// What waits, as it is edited.
    pub(super) fn held_draft(&self) -> Result<Draft, EngineError> {
        if self.answer_waits() {
            return self.answer_draft();
        }
        let (_, raw, sent) = self.held_request()?;
        Ok(resend::draft_of(&sent, &self.masker.request(&raw), false))
    }

    /// What waits, edited: the request is sent, and the flow reads the answer as it would have read the other; the
    /// answer is read.
    pub(super) async fn send_held(
        &mut self,
        resend: Resend,
        trusted: bool,
    ) -> Result<Resent, EngineError> {
        self.has_room()?;
        if let Some(status) = resend.status {
            return self.read_edited(resend, status, trusted).await;
        }
        let (prepared, _, sent) = self.held_request()?;
        let prepared = prepared.clone();
        let mut filled = resend::fill(&sent, &resend, "", trusted).map_err(EngineError::NotNow)?;
        if !trusted {
            goes_where_it_went(&prepared, &filled)?;
        }
        self.learn_used(&filled.used);
        self.prove(&resend.method, &mut filled)?;
        let edited = Prepared {
            to: self.party_at(&filled.url).unwrap_or(prepared.to),
            method: resend.method,
            url: filled.url,
            headers: filled.headers,
            body: filled.body.into_bytes(),
            ..prepared
        };
        self.learn_from(&headless::aborted(&edited, 0));
        let exchange = self.next_exchange();
        self.held = None;
        self.released = None;
        self.permit = false;
        self.edited = Some(exchange);
        self.state.snapshots.push(exchange);
        let text =
            "A person edited this request, so what comes of it says nothing about the server.";
        let note = EventKind::Note {
            exchange: Some(exchange),
            tone: Tone::Info,
            text: text.into(),
        };
        let ended = EventKind::TurnEnded {
            how: "Sent edited.".into(),
        };
        self.working = true;
        self.record(vec![ended, note]).await?;
        self.dispatch(edited, exchange, None, redirect::MAX_HOPS)
            .await?;
        Ok(Resent {
            exchange,
            sign_in: None,
        })
    }

    /// Who of the session is at an address.
    pub(super) fn party_at(&self, url: &str) -> Option<Participant> {
        let origin = authscope_net::origin(url).ok()?;
        let mut sent = self.transcript.exchanges.iter();
        let known = sent.find(|e| {
            e.from == Participant::Client
                && authscope_net::origin(&e.request.url) == Ok(origin.clone())
        });
        known.map(|e| e.to)
    }
}
