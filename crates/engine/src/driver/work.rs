//! Carrying out what the flow asks for: requests, the authorization leg, questions, waits, the end.

use super::{Driver, InFlight};
use crate::aside::aside;
use crate::{EngineError, Leg, headless, inbound, state};
use authscope_model::event::{Ending, Mode, Turn};
use authscope_model::transcript::Status;
use authscope_model::{EventKind, RawExchange, RawRequest, StepKind};
use authscope_protocol::flow::{Action, Prepared, Reply, redirect};
use authscope_store::Batch;
use std::time::Duration;

impl Driver {
    pub(super) async fn proceed(&mut self) -> Result<(), EngineError> {
        let action = match self.ready.take() {
            Some(action) => action,
            None => {
                let keys = self.shared.keys;
                let fresh = self.fresh(&keys);
                self.state.flow.next(&fresh)
            }
        };
        let stepping = self.state.mode == Mode::Step && !self.permit;
        if let (Action::Send(_) | Action::Front { .. }, Err(full)) = (&action, self.has_room()) {
            return self.finish(Ending::Incomplete, &sentence(&full)).await;
        }
        match action {
            Action::Send(prepared) if self.breaks_before(&prepared) => {
                self.hold_request(prepared).await
            }
            // Polls are the waiting for a person, not steps of their own.
            Action::Send(prepared) if stepping && prepared.step != StepKind::DevicePoll => {
                self.pause(Action::Send(prepared)).await
            }
            Action::Front { url } if stepping => self.pause(Action::Front { url }).await,
            Action::Send(prepared) => self.send(prepared).await,
            Action::Front { url } => self.front(url).await,
            Action::Ask(turn) => self.ask(turn).await,
            Action::Wait { millis } => {
                self.wake_at = Some(tokio::time::Instant::now() + Duration::from_millis(millis));
                Ok(())
            }
            Action::Finish { ending, message } => self.finish(ending, &message).await,
        }
    }

    pub(super) async fn pause(&mut self, action: Action) -> Result<(), EngineError> {
        let (next, preview) = match &action {
            Action::Send(prepared) => (
                prepared.step,
                format!("{} {}", prepared.method, self.masker.url(&prepared.url)),
            ),
            _ => (
                StepKind::Authorize,
                "the authorization request, in your browser".to_owned(),
            ),
        };
        self.ready = Some(action);
        self.working = false;
        self.record(vec![EventKind::Paused { next, preview }]).await
    }

    pub(crate) async fn finish(
        &mut self,
        ending: Ending,
        message: &str,
    ) -> Result<(), EngineError> {
        self.working = false;
        let message = self.masker.text(message);
        self.record(vec![EventKind::Finished { ending, message }])
            .await
    }

    pub(super) async fn ask(&mut self, turn: Turn) -> Result<(), EngineError> {
        self.working = false;
        let turn = match turn {
            Turn::Authorize {
                host,
                scope,
                redirect_uri,
                hosted,
                ..
            } => Turn::Authorize {
                exchange: self.state.front_exchange,
                host,
                scope,
                redirect_uri,
                hosted,
            },
            other => other,
        };
        if matches!(&self.transcript.status, Status::YourTurn(asked) if *asked == turn) {
            return Ok(());
        }
        self.record(vec![EventKind::YourTurn { turn }]).await
    }

    pub(super) async fn send(&mut self, prepared: Prepared) -> Result<(), EngineError> {
        self.permit = false;
        self.released = None;
        let exchange = self.next_exchange();
        self.state.snapshots.push(exchange);
        self.dispatch(prepared, exchange, None, 0).await
    }

    pub(crate) async fn dispatch(
        &mut self,
        prepared: Prepared,
        exchange: u32,
        from: Option<u32>,
        hops: usize,
    ) -> Result<(), EngineError> {
        self.begin_exchange();
        let sending = EventKind::Sending {
            exchange,
            branch: self.state.branch,
            step: prepared.step,
            method: prepared.method.clone(),
            url: self.masker.url(&prepared.url),
        };
        let mut batch = Batch::default();
        if self.shared.settings.keep_state && from.is_none() {
            batch = state::seal_snapshot(batch, exchange, &self.state.flow);
        }
        self.record_batch(vec![sending], batch).await?;
        let net = self.shared.net.clone();
        let request = headless::net_request(&prepared, self.shared.clock.now());
        self.in_flight = Some(InFlight {
            prepared,
            exchange,
            redirected_from: from,
            hops,
            started_at: self.shared.clock.now(),
            reply: Box::pin(async move { net.send(request).await }),
        });
        Ok(())
    }

    pub(super) async fn replied(&mut self, raw: RawExchange) -> Result<(), EngineError> {
        let Some(out) = self.in_flight.take() else {
            return Ok(());
        };
        self.learn_from(&raw);
        self.note_sent(&raw.request);
        self.state.takeovers = 0;
        let reply = Reply { exchange: &raw };
        if headless::is_authorization_leg(out.prepared.step) {
            return self
                .leg_replied(&out.prepared, out.exchange, out.redirected_from, &raw)
                .await;
        }
        if out.hops < redirect::MAX_HOPS
            && self.has_room().is_ok()
            && let Some(next) = redirect::next_hop(&out.prepared, &reply)
        {
            let event = self.exchange_event(&out.prepared, out.exchange, out.redirected_from, &raw);
            self.record(vec![event]).await?;
            let id = self.next_exchange();
            return self
                .dispatch(next, id, Some(out.exchange), out.hops + 1)
                .await;
        }
        let event = self.exchange_event(&out.prepared, out.exchange, out.redirected_from, &raw);
        if self.breaks_after(&out.prepared) {
            return self
                .hold_answer(event, &out.prepared, out.exchange, raw)
                .await;
        }
        self.read_answer(vec![event], out.exchange, &raw).await
    }

    /// Gives an answer to the flow, and records it with what the flow makes of it.
    pub(super) async fn read_answer(
        &mut self,
        mut events: Vec<EventKind>,
        exchange: u32,
        raw: &RawExchange,
    ) -> Result<(), EngineError> {
        self.lend_saved().await?;
        let keys = self.shared.keys;
        let fresh = self.fresh(&keys);
        let reply = Reply { exchange: raw };
        let outputs = aside(|| self.state.flow.absorb(&reply, &fresh));
        self.state.flow.context.saved_clients.clear();
        events.extend(self.events_of(exchange, outputs));
        self.record(events).await
    }

    /// The authorization request: shown to a person, or followed.
    pub(super) async fn front(&mut self, url: String) -> Result<(), EngineError> {
        self.permit = false;
        if self.shared.settings.leg == Leg::Follow
            || self.state.flow.context.config.follow_redirects
        {
            return self.follow_leg(url).await;
        }
        self.ask_person(url).await
    }

    /// Shows the authorization request to a person and waits for the response.
    pub(crate) async fn ask_person(&mut self, url: String) -> Result<(), EngineError> {
        let id = self.next_exchange();
        self.state.snapshots.push(id);
        self.state.front_exchange = id;
        let mut batch = Batch::default();
        if self.shared.settings.keep_state {
            batch = state::seal_snapshot(batch, id, &self.state.flow);
        }
        if let Some(request) = &self.state.flow.context.request {
            batch = batch.pending(&inbound::state_hash(&request.state));
        }
        self.state.flow.front_sent();
        self.begin_exchange();
        let event = self.front_event(id, &url);
        self.note_sent(&RawRequest {
            method: "GET".into(),
            url: url.clone(),
            ..RawRequest::default()
        });
        let keys = self.shared.keys;
        let fresh = self.fresh(&keys);
        let Action::Ask(Turn::Authorize {
            host,
            scope,
            redirect_uri,
            hosted,
            ..
        }) = self.state.flow.next(&fresh)
        else {
            return self.record_batch(vec![event], batch).await;
        };
        let turn = Turn::Authorize {
            exchange: id,
            host,
            scope,
            redirect_uri,
            hosted,
        };
        self.working = false;
        self.record_batch(vec![event, EventKind::YourTurn { turn }], batch)
            .await
    }
}

/// An error as a sentence of its own.
fn sentence(error: &EngineError) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), characters.as_str())
}
