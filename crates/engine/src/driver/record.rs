//! Recording: what happened becomes events, masked and committed together with the state that follows from them.

use super::{Driver, Place};
use crate::aside::aside;
use crate::{EngineError, state, summary};
use authscope_model::event::Turn;
use authscope_model::exchange::{Failure, FailureKind, RawRequest, Timing};
use authscope_model::mask::ExchangeMeta;
use authscope_model::{Event, EventKind, Outcome, Participant, RawExchange, RawOutcome, StepKind};
use authscope_protocol::flow::{Fresh, Output, Prepared, ProbeKind};
use authscope_store::Batch;
use std::collections::HashSet;

/// Bytes of secrets that are searched for by value in one session.
const MOST_LEARNED: usize = 256 * 1024;

impl Driver {
    /// Makes events durable, together with the state that follows from them.
    pub(crate) async fn record(&mut self, kinds: Vec<EventKind>) -> Result<(), EngineError> {
        self.record_batch(kinds, Batch::default()).await
    }

    pub(super) async fn record_batch(
        &mut self,
        kinds: Vec<EventKind>,
        batch: Batch,
    ) -> Result<(), EngineError> {
        let now = self.shared.clock.now();
        for kind in &kinds {
            let event = Event {
                seq: self.transcript.last_seq + 1,
                at: now,
                kind: kind.clone(),
            };
            self.transcript.apply(&event);
        }
        let mut batch = Batch {
            events: kinds.into_iter().map(|kind| (now, kind)).collect(),
            ..batch
        };
        if self.shared.settings.keep_state {
            batch = state::seal(batch, &self.state);
        }
        batch = batch.summary(aside(|| summary::of(&self.transcript)));
        batch.epoch = self.epoch;
        batch.mail = self.mail.take();
        self.shared.store.commit(&self.state.id, batch).await?;
        Ok(())
    }

    /// Refuses when the session has as many events as it may have.
    pub(crate) fn has_room(&self) -> Result<(), EngineError> {
        let events = self.transcript.last_seq;
        match self.shared.max_events {
            Some(limit) if events >= limit => Err(EngineError::Full { events, limit }),
            _ => Ok(()),
        }
    }

    /// Turns the flow's outputs into events; secrets are learned before anything is masked.
    pub(crate) fn events_of(&mut self, exchange: u32, outputs: Vec<Output>) -> Vec<EventKind> {
        for output in &outputs {
            if let Output::Secret { kind, value } = output {
                self.masker.learn(kind, value);
                self.state.secrets.push(((*kind).to_owned(), value.clone()));
            }
        }
        outputs
            .into_iter()
            .filter_map(|output| self.event_of(exchange, output))
            .collect()
    }

    /// Learns the secrets of an exchange by value, so that they are masked wherever they turn up later.
    pub(crate) fn learn_from(&mut self, raw: &RawExchange) {
        // Names in answers give secrets away, and a server may make up as many as it likes. Those of the flow itself
        // are learned as such.
        let learned: usize = self
            .state
            .secrets
            .iter()
            .map(|(_, value)| value.len())
            .sum();
        if learned > MOST_LEARNED {
            return;
        }
        let found = aside(|| self.masker.secrets(raw));
        self.masker.learn_all(found.iter().cloned());
        let known: HashSet<&(String, String)> = self.state.secrets.iter().collect();
        let pairs = found.into_iter().map(|secret| (secret.kind, secret.value));
        let new: Vec<_> = pairs.filter(|pair| !known.contains(pair)).collect();
        self.state.secrets.extend(new);
    }

    pub(super) fn event_of(&self, exchange: u32, output: Output) -> Option<EventKind> {
        let place = (exchange != 0).then_some(exchange);
        Some(match output {
            Output::Decision(decision, because) => EventKind::Decision {
                decision,
                because: self.masker.text(&because),
            },
            Output::Fact(fact) => EventKind::Fact { exchange, fact },
            Output::Note(tone, text) => EventKind::Note {
                exchange: place,
                tone,
                text: self.masker.text(&text),
            },
            Output::Stop {
                reason,
                clause,
                continued,
            } => EventKind::StopsHere {
                exchange: place,
                reason: self.masker.text(&reason),
                clause,
                continued,
            },
            Output::Turn(turn) => EventKind::YourTurn {
                turn: self.masked_turn(turn),
            },
            Output::TurnEnded(how) => EventKind::TurnEnded {
                how: self.masker.text(&how),
            },
            Output::Secret { .. } => return None,
        })
    }

    /// A turn without secrets: an address may repeat the device code.
    fn masked_turn(&self, turn: Turn) -> Turn {
        match turn {
            Turn::DeviceCode {
                user_code,
                verification_uri,
                verification_uri_complete,
                expires_at,
            } => Turn::DeviceCode {
                user_code: self.masker.text(&user_code),
                verification_uri: self.masker.text(&verification_uri),
                verification_uri_complete: verification_uri_complete
                    .map(|uri| self.masker.text(&uri)),
                expires_at,
            },
            other => other,
        }
    }

    pub(crate) fn fresh<'a>(&self, keys: &'a crate::Keys) -> Fresh<'a> {
        let mut random = [0u8; 96];
        self.shared.entropy.fill(&mut random);
        Fresh {
            now: self.shared.clock.now(),
            random,
            signer: keys,
        }
    }

    /// Notes what the exchange that begins now belongs to.
    pub(crate) fn begin_exchange(&mut self) {
        self.place = Place {
            probing: self.state.flow.probing(),
            step_ups: self.state.flow.context.step_ups,
        };
    }

    pub(crate) fn next_exchange(&mut self) -> u32 {
        self.state.exchanges = self.state.exchanges.saturating_add(1);
        self.state.exchanges
    }

    /// Masks an exchange of the active branch.
    pub(crate) fn masked(
        &self,
        raw: &RawExchange,
        id: u32,
        step: StepKind,
        from: Participant,
        to: Participant,
    ) -> EventKind {
        let meta = self.meta(id, step, from, to);
        EventKind::Exchange {
            exchange: aside(|| self.masker.exchange(raw, meta)),
        }
    }

    pub(super) fn meta(
        &self,
        id: u32,
        step: StepKind,
        from: Participant,
        to: Participant,
    ) -> ExchangeMeta {
        let Place { probing, step_ups } = self.place;
        ExchangeMeta {
            id,
            branch: self.state.branch,
            step: if probing.is_some() {
                StepKind::NegativeProbe
            } else {
                step
            },
            from,
            to,
            step_up: (step_ups > 0).then_some(step_ups),
            redirected_from: None,
            resent_from: None,
            edited: false,
            extra: probing.is_some(),
            purpose: probing.map(ProbeKind::label).unwrap_or_default(),
        }
    }

    pub(crate) fn exchange_event(
        &self,
        prepared: &Prepared,
        id: u32,
        from: Option<u32>,
        raw: &RawExchange,
    ) -> EventKind {
        let meta = ExchangeMeta {
            redirected_from: from,
            extra: prepared.extra || self.place.probing.is_some(),
            edited: self.edited == Some(id),
            purpose: self
                .place
                .probing
                .map_or_else(|| prepared.purpose.clone(), ProbeKind::label),
            ..self.meta(id, prepared.step, Participant::Client, prepared.to)
        };
        EventKind::Exchange {
            exchange: aside(|| self.masker.exchange(raw, meta)),
        }
    }

    pub(super) fn front_event(&self, id: u32, url: &str) -> EventKind {
        let request = RawRequest {
            method: "GET".into(),
            url: url.to_owned(),
            request_line: format!("GET {url}"),
            ..RawRequest::default()
        };
        let failure = Failure {
            kind: FailureKind::Aborted,
            message: String::new(),
            setting: None,
            received: None,
        };
        let raw = RawExchange {
            request,
            outcome: RawOutcome::Failed(failure),
            started_at: self.shared.clock.now(),
            timing: Timing::default(),
            peer: None,
            tls: None,
        };
        let meta = self.meta(
            id,
            StepKind::Authorize,
            Participant::You,
            Participant::AuthorizationServer,
        );
        let mut exchange = self.masker.exchange(&raw, meta);
        // The browser sends it; its response is not ours to see.
        exchange.outcome = Outcome::Unseen;
        EventKind::Exchange { exchange }
    }
}
