//! The task of one session: takes commands, runs the flow, records.
//!
//! One loop waits for messages, for the request that is out, and for timers; nothing blocks it. The only
//! writer of a session's events is its task.

use crate::inbound::{self, InboundRequest, Served, ServedDocument};
use crate::state::{self, State};
use crate::{EngineError, Leg, Shared, headless, summary};
use authscope_model::api::Command;
use authscope_model::config::ToolCall;
use authscope_model::event::{Ending, Mode, Tone, Turn};
use authscope_model::exchange::{Failure, FailureKind, RawRequest, Timing};
use authscope_model::mask::{ExchangeMeta, Masker};
use authscope_model::transcript::Status;
use authscope_model::{
    Event, EventKind, Outcome, Participant, RawExchange, RawOutcome, StepKind, Transcript,
};
use authscope_protocol::flow::{
    Action, Answer, Flow, Fresh, LifeOp, Output, Prepared, ProbeKind, Reply, redirect,
};
use authscope_store::Batch;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A task with nothing to do ends after this time; the next command starts it again from the store.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// What a task is told.
pub(crate) enum Message {
    /// A command of a person.
    Command(Command, oneshot::Sender<Result<(), EngineError>>),
    /// A hit on the redirect URI.
    Callback(InboundRequest, oneshot::Sender<inbound::CallbackPage>),
    /// A fetch of one of our documents.
    Document(Served, InboundRequest, oneshot::Sender<ServedDocument>),
    /// What is the authorization URL?
    AuthorizationUrl(oneshot::Sender<Option<String>>),
    /// The process was restarted.
    Recover(oneshot::Sender<()>),
}

/// A request that is out.
struct InFlight {
    prepared: Prepared,
    exchange: u32,
    redirected_from: Option<u32>,
    hops: usize,
    started_at: u64,
    reply: Pin<Box<dyn Future<Output = RawExchange> + Send>>,
}

/// The task.
pub(crate) struct Driver {
    pub(crate) shared: Arc<Shared>,
    pub(crate) state: State,
    pub(crate) transcript: Transcript,
    pub(crate) masker: Masker,
    mailbox: mpsc::Receiver<Message>,
    in_flight: Option<InFlight>,
    /// Asked for and not yet permitted (step mode).
    ready: Option<Action>,
    /// In step mode: one exchange may go.
    permit: bool,
    /// Whether the flow is being worked on.
    working: bool,
    wake_at: Option<tokio::time::Instant>,
    pub(crate) jar: headless::Jar,
    /// What the exchange under way belongs to, as it was when it began: reading its outcome changes the flow.
    place: Place,
}

/// Groups an exchange may belong to.
#[derive(Clone, Copy, Default)]
struct Place {
    probing: Option<ProbeKind>,
    step_ups: u32,
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>, state: State, mailbox: mpsc::Receiver<Message>) -> Self {
        let masker = state.masker();
        Self {
            shared,
            state,
            transcript: Transcript::default(),
            masker,
            mailbox,
            in_flight: None,
            ready: None,
            permit: false,
            working: false,
            wake_at: None,
            jar: headless::Jar::default(),
            place: Place::default(),
        }
    }

    /// Runs until idle.
    pub(crate) async fn run(mut self) {
        if let Err(error) = self.read_history().await {
            tracing::error!(session = self.state.id, %error, "session not read");
            return;
        }
        loop {
            if let Err(error) = self.turn().await {
                // Nothing recorded is lost: what was committed stays; the next command starts from it.
                tracing::error!(session = self.state.id, %error, "session task ends");
                return;
            }
            if self.mailbox.is_closed() || (self.is_idle() && self.nothing_came().await) {
                return;
            }
        }
    }

    async fn read_history(&mut self) -> Result<(), EngineError> {
        loop {
            let events = self
                .shared
                .store
                .events(&self.state.id, self.transcript.last_seq, 500)
                .await?;
            if events.is_empty() {
                return Ok(());
            }
            events.iter().for_each(|event| self.transcript.apply(event));
        }
    }

    const fn is_idle(&self) -> bool {
        self.in_flight.is_none() && !self.working && self.wake_at.is_none()
    }

    /// Waits for a message while idle; true when none came for long.
    async fn nothing_came(&mut self) -> bool {
        match tokio::time::timeout(IDLE, self.mailbox.recv()).await {
            Ok(Some(message)) => {
                if let Err(error) = self.handle(message).await {
                    tracing::error!(session = self.state.id, %error, "message not handled");
                    return true;
                }
                false
            }
            Ok(None) | Err(_) => true,
        }
    }

    /// One thing: the request's outcome, a message, a timer, or the flow's next action.
    async fn turn(&mut self) -> Result<(), EngineError> {
        if self.working && self.in_flight.is_none() && self.wake_at.is_none() {
            return self.proceed().await;
        }
        if self.is_idle() {
            return Ok(());
        }
        let wake = self.wake_at;
        let timer = async move {
            match wake {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let (mailbox, in_flight) = (&mut self.mailbox, &mut self.in_flight);
        let outcome = async move {
            match in_flight {
                Some(in_flight) => in_flight.reply.as_mut().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            message = mailbox.recv() => match message {
                Some(message) => self.handle(message).await,
                None => Ok(()),
            },
            raw = outcome => self.replied(raw).await,
            () = timer => {
                self.wake_at = None;
                Ok(())
            }
        }
    }

    // ---- recording ----

    /// Makes events durable, together with the state that follows from them.
    pub(crate) async fn record(&mut self, kinds: Vec<EventKind>) -> Result<(), EngineError> {
        self.record_batch(kinds, Batch::default()).await
    }

    async fn record_batch(
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
        batch = batch.summary(summary::of(&self.transcript));
        self.shared.store.commit(&self.state.id, batch).await?;
        Ok(())
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
        for secret in self.masker.secrets(raw) {
            let pair = (secret.kind, secret.value);
            self.masker.learn(&pair.0, &pair.1);
            if !self.state.secrets.contains(&pair) {
                self.state.secrets.push(pair);
            }
        }
    }

    fn event_of(&self, exchange: u32, output: Output) -> Option<EventKind> {
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
            Output::Secret { .. } => return None,
        })
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
            exchange: self.masker.exchange(raw, meta),
        }
    }

    fn meta(&self, id: u32, step: StepKind, from: Participant, to: Participant) -> ExchangeMeta {
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
            extra: probing.is_some(),
            purpose: probing.map(ProbeKind::label).unwrap_or_default(),
        }
    }

    // ---- the flow ----

    async fn proceed(&mut self) -> Result<(), EngineError> {
        let action = match self.ready.take() {
            Some(action) => action,
            None => {
                let keys = self.shared.keys;
                let fresh = self.fresh(&keys);
                self.state.flow.next(&fresh)
            }
        };
        let stepping = self.state.mode == Mode::Step && !self.permit;
        match action {
            Action::Send(prepared) if stepping => self.pause(Action::Send(prepared)).await,
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

    async fn pause(&mut self, action: Action) -> Result<(), EngineError> {
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

    async fn ask(&mut self, turn: Turn) -> Result<(), EngineError> {
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

    async fn send(&mut self, prepared: Prepared) -> Result<(), EngineError> {
        self.permit = false;
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

    async fn replied(&mut self, raw: RawExchange) -> Result<(), EngineError> {
        let Some(out) = self.in_flight.take() else {
            return Ok(());
        };
        self.learn_from(&raw);
        let reply = Reply { exchange: &raw };
        if headless::is_authorization_leg(out.prepared.step) {
            return self
                .leg_replied(&out.prepared, out.exchange, out.redirected_from, &raw)
                .await;
        }
        if out.hops < redirect::MAX_HOPS
            && let Some(next) = redirect::next_hop(&out.prepared, &reply)
        {
            let event = self.exchange_event(&out.prepared, out.exchange, out.redirected_from, &raw);
            self.record(vec![event]).await?;
            let id = self.next_exchange();
            return self
                .dispatch(next, id, Some(out.exchange), out.hops + 1)
                .await;
        }
        let keys = self.shared.keys;
        let fresh = self.fresh(&keys);
        let outputs = self.state.flow.absorb(&reply, &fresh);
        let more = self.events_of(out.exchange, outputs);
        let mut events =
            vec![self.exchange_event(&out.prepared, out.exchange, out.redirected_from, &raw)];
        events.extend(more);
        self.record(events).await
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
            purpose: self
                .place
                .probing
                .map_or_else(|| prepared.purpose.clone(), ProbeKind::label),
            ..self.meta(id, prepared.step, Participant::Client, prepared.to)
        };
        EventKind::Exchange {
            exchange: self.masker.exchange(raw, meta),
        }
    }

    /// The authorization request: shown to a person, or followed.
    async fn front(&mut self, url: String) -> Result<(), EngineError> {
        self.permit = false;
        if self.shared.settings.leg == Leg::Follow {
            return self.follow_leg(url).await;
        }
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

    fn front_event(&self, id: u32, url: &str) -> EventKind {
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

    // ---- messages ----

    async fn handle(&mut self, message: Message) -> Result<(), EngineError> {
        match message {
            Message::Command(command, reply) => {
                let result = self.command(command).await;
                let fatal = matches!(result, Err(EngineError::Store(_)));
                // The asker may be gone; the command was carried out all the same.
                let _ = reply.send(result);
                if fatal {
                    return Err(EngineError::NotNow("the store failed".into()));
                }
            }
            Message::Callback(request, reply) => {
                let page = inbound::receive(self, request).await?;
                let _ = reply.send(page);
            }
            Message::Document(served, request, reply) => {
                let document = inbound::serve(self, served, request).await?;
                let _ = reply.send(document);
            }
            Message::AuthorizationUrl(reply) => {
                let _ = reply.send(self.state.flow.authorization_url().map(str::to_owned));
            }
            Message::Recover(reply) => {
                self.recover().await?;
                let _ = reply.send(());
            }
        }
        Ok(())
    }

    async fn recover(&mut self) -> Result<(), EngineError> {
        if !matches!(self.transcript.status, Status::Running(_)) {
            return Ok(());
        }
        let message = "authscope was restarted while this run was at work. Nothing recorded is lost; retry from the last step to go on.";
        self.finish(Ending::Incomplete, message).await
    }

    pub(crate) fn resume_work(&mut self) {
        self.working = true;
    }

    async fn command(&mut self, command: Command) -> Result<(), EngineError> {
        match command {
            Command::Run => self.go(Mode::Run).await,
            Command::Step => self.go(Mode::Step).await,
            Command::Stop => self.stop().await,
            Command::Retry { exchange } => self.retry(exchange).await,
            Command::Reregister => self.reregister().await,
            Command::Callback { url } => inbound::paste(self, &url).await,
            Command::ChooseAuthorizationServer { issuer } => {
                self.answer(Answer::AuthorizationServer(issuer)).await
            }
            Command::ProvideClient {
                client_id,
                client_secret,
            } => {
                self.answer(Answer::Client {
                    client_id,
                    client_secret,
                })
                .await
            }
            Command::GoOn => self.answer(Answer::GoOn).await,
            Command::PopupClosed { how } => self.popup(&how).await,
            Command::Refresh => self.life(LifeOp::Refresh).await,
            Command::Revoke => self.life(LifeOp::Revoke).await,
            Command::Introspect => self.life(LifeOp::Introspect).await,
            Command::Userinfo => self.life(LifeOp::Userinfo).await,
            Command::CallTool { name, arguments } => self.call_tool(name, &arguments).await,
        }
    }

    async fn go(&mut self, mode: Mode) -> Result<(), EngineError> {
        if self.transcript.is_finished() {
            return Err(EngineError::NotNow(
                "the run is over; retry from a step, or make a new session".into(),
            ));
        }
        self.state.mode = mode;
        if matches!(self.transcript.status, Status::YourTurn(_)) {
            // It is the person's turn: only the mode for what comes after changes.
            return self.record(Vec::new()).await;
        }
        self.permit = true;
        self.working = true;
        if self.in_flight.is_some() {
            self.permit = false;
        }
        self.record(vec![EventKind::Resumed { mode }]).await
    }

    async fn stop(&mut self) -> Result<(), EngineError> {
        if self.transcript.is_finished() {
            return Err(EngineError::NotNow("the run is over already".into()));
        }
        let mut events = Vec::new();
        if let Some(out) = self.in_flight.take() {
            let raw = headless::aborted(&out.prepared, out.started_at);
            events.push(self.exchange_event(
                &out.prepared,
                out.exchange,
                out.redirected_from,
                &raw,
            ));
        }
        self.ready = None;
        self.working = false;
        self.wake_at = None;
        let message = "Stopped by a person; nothing more is sent.";
        self.state.flow.stop(message);
        events.push(EventKind::Finished {
            ending: Ending::Stopped,
            message: message.into(),
        });
        self.record(events).await
    }

    /// Goes on from before an exchange, as a new branch.
    async fn retry(&mut self, exchange: u32) -> Result<(), EngineError> {
        let from = self
            .state
            .snapshots
            .iter()
            .rev()
            .copied()
            .find(|id| *id <= exchange);
        let Some(from) = from.filter(|_| exchange != 0 && exchange <= self.state.exchanges) else {
            return Err(EngineError::NotNow(format!(
                "there is no step {exchange} to retry from; steps go from 1 to {}",
                self.state.exchanges
            )));
        };
        let flow = state::snapshot(&self.shared, &self.state.id, from).await?;
        let Some(flow) = flow else {
            return Err(EngineError::NotNow(format!(
                "the state before step {from} was not kept, so it cannot be retried"
            )));
        };
        self.branch(flow, from, Vec::new()).await
    }

    async fn branch(
        &mut self,
        flow: Flow,
        before_exchange: u32,
        outputs: Vec<Output>,
    ) -> Result<(), EngineError> {
        self.in_flight = None;
        self.ready = None;
        self.wake_at = None;
        let parent = self.state.branch;
        self.state.branches = self.state.branches.saturating_add(1);
        self.state.branch = self.state.branches;
        self.state.flow = flow;
        self.permit = true;
        self.working = true;
        let mut events = vec![EventKind::Branched {
            branch: self.state.branch,
            parent,
            before_exchange,
        }];
        events.extend(self.events_of(0, outputs));
        self.record(events).await
    }

    async fn reregister(&mut self) -> Result<(), EngineError> {
        let steps = [
            StepKind::Register,
            StepKind::PushedAuthorization,
            StepKind::Authorize,
        ];
        let from = self
            .transcript
            .lineage()
            .find(|e| steps.contains(&e.step))
            .map(|e| e.id);
        let Some(from) = from else {
            return Err(EngineError::NotNow("nothing is registered yet".into()));
        };
        let mut flow = self.state.flow.clone();
        let outputs = flow.reregister();
        self.branch(flow, from, outputs).await
    }

    async fn answer(&mut self, answer: Answer) -> Result<(), EngineError> {
        if let Answer::Client {
            client_secret: Some(secret),
            ..
        } = &answer
        {
            self.masker.learn("client_secret", secret);
            self.state
                .secrets
                .push(("client_secret".into(), secret.clone()));
        }
        let how = match &answer {
            Answer::AuthorizationServer(issuer) => format!("Chosen: {issuer}."),
            Answer::Client { client_id, .. } => format!("Client id given: {client_id}."),
            Answer::GoOn => "Went on deliberately, where a conforming client stops.".to_owned(),
        };
        let outputs = self
            .state
            .flow
            .answer(answer)
            .map_err(EngineError::NotNow)?;
        let mut events = vec![EventKind::TurnEnded { how }];
        events.extend(self.events_of(0, outputs));
        self.permit = true;
        self.working = true;
        self.record(events).await
    }

    async fn popup(&mut self, how: &str) -> Result<(), EngineError> {
        let text = match how {
            "blocked" => {
                "The browser blocked the sign-in window. Open the authorization link yourself."
            }
            _ => {
                "The sign-in window was closed before the authorization server sent the browser back."
            }
        };
        let exchange = Some(self.state.front_exchange).filter(|id| *id != 0);
        self.record(vec![EventKind::Note {
            exchange,
            tone: Tone::Warning,
            text: text.into(),
        }])
        .await
    }

    async fn life(&mut self, op: LifeOp) -> Result<(), EngineError> {
        self.state.flow.life(op).map_err(EngineError::NotNow)?;
        self.permit = true;
        self.working = true;
        self.record(vec![EventKind::Resumed {
            mode: self.state.mode,
        }])
        .await
    }

    async fn call_tool(&mut self, name: String, arguments: &str) -> Result<(), EngineError> {
        let arguments = if arguments.trim().is_empty() {
            "{}"
        } else {
            arguments
        };
        let arguments = serde_json::from_str(arguments).map_err(|error| {
            EngineError::NotNow(format!(
                "arguments: expected JSON such as {{\"a\": 1}}, got {arguments:?} ({error})"
            ))
        })?;
        self.state
            .flow
            .call_tool(ToolCall { name, arguments })
            .map_err(EngineError::NotNow)?;
        self.permit = true;
        self.working = true;
        self.record(vec![EventKind::Resumed {
            mode: self.state.mode,
        }])
        .await
    }
}
