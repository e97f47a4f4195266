//! The task of one session: takes commands, runs the flow, records.
//!
//! One loop waits for messages, for the request that is out, and for timers; nothing blocks it. The only
//! writer of a session's events is its task.

mod answer;
mod commands;
mod hold;
mod record;
mod resend;
mod takeover;
mod work;

use crate::request::{Answer, Message, Request};
use crate::state::State;
use crate::{EngineError, Shared, headless, inbound, tasks};
use authscope_model::event::{Ending, Turn};
use authscope_model::mask::Masker;
use authscope_model::transcript::Status;
use authscope_model::{RawExchange, StepKind, Transcript};
use authscope_protocol::flow::{Action, Prepared, ProbeKind};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// A task with nothing to do ends after this time; the next command starts it again from the store.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// While an answer waits at a breakpoint. It is nowhere else unmasked, so it is gone with the task.
const HOLDS: Duration = Duration::from_secs(12 * 60 * 60);

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
    /// The answer to an edited request that is out beside the flow.
    beside: Option<resend::Answer>,
    /// What waits at a breakpoint.
    held: Option<hold::Held>,
    /// A step of this kind was let go at its breakpoint and is sent next.
    released: Option<StepKind>,
    /// The exchange whose request a person edited.
    edited: Option<u32>,
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
    /// In which epoch the session was taken, where the store has several users; what is written names it.
    epoch: Option<u64>,
    /// The message from another instance that is being carried out; done with the first write.
    mail: Option<i64>,
}

/// Groups an exchange may belong to.
#[derive(Clone, Copy, Default)]
struct Place {
    probing: Option<ProbeKind>,
    step_ups: u32,
}

impl Driver {
    pub(crate) fn new(
        shared: Arc<Shared>,
        state: State,
        mailbox: mpsc::Receiver<Message>,
        epoch: Option<u64>,
    ) -> Self {
        let masker = state.masker();
        Self {
            shared,
            state,
            transcript: Transcript::default(),
            masker,
            mailbox,
            in_flight: None,
            beside: None,
            held: None,
            released: None,
            edited: None,
            ready: None,
            permit: false,
            working: false,
            wake_at: None,
            jar: headless::Jar::default(),
            place: Place::default(),
            epoch,
            mail: None,
        }
    }

    /// Runs until idle, then gives the session back.
    pub(crate) async fn run(mut self) {
        self.work().await;
        self.mailbox.close();
        tasks::give_back(&self.shared, &self.state.id, self.epoch).await;
    }

    async fn work(&mut self) {
        if let Err(error) = self.read_history().await {
            tracing::error!(session = self.state.id, %error, "session not read");
            return;
        }
        if let Err(error) = self.give_up_resent().await {
            tracing::error!(session = self.state.id, %error, "the request that was out is not recorded");
            return;
        }
        if let Err(error) = self.take_over().await {
            tracing::error!(session = self.state.id, %error, "session not taken over");
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
        self.in_flight.is_none() && self.beside.is_none() && !self.working && self.wake_at.is_none()
    }

    /// Waits for a message while idle; true when none came for long.
    async fn nothing_came(&mut self) -> bool {
        let limit = match &self.held {
            Some(hold::Held::Answer { .. }) => HOLDS,
            _ => IDLE,
        };
        match tokio::time::timeout(limit, self.mailbox.recv()).await {
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
        let (mailbox, in_flight, beside) =
            (&mut self.mailbox, &mut self.in_flight, &mut self.beside);
        let resent = async move {
            match beside {
                Some(answer) => answer.as_mut().await,
                None => std::future::pending().await,
            }
        };
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
            raw = resent => self.resent(raw).await,
            () = timer => {
                self.wake_at = None;
                Ok(())
            }
        }
    }

    async fn handle(&mut self, message: Message) -> Result<(), EngineError> {
        self.mail = message.mail;
        let result = self.carry_out(message.request).await;
        self.mail = None;
        let fatal = matches!(result, Err(EngineError::Store(_)));
        // The asker may be gone; it was carried out all the same.
        let _ = message.reply.send(result);
        match fatal {
            true => Err(EngineError::NotNow("the store failed".into())),
            false => Ok(()),
        }
    }

    async fn carry_out(&mut self, request: Request) -> Result<Answer, EngineError> {
        match request {
            Request::Command(command) => self.command(command).await?,
            Request::Resend(resend, trusted) => {
                return self.resend(resend, trusted).await.map(Answer::Resent);
            }
            Request::Held => return self.held_draft().map(Answer::Draft),
            Request::SendHeld(resend, trusted) => {
                return self.send_held(resend, trusted).await.map(Answer::Resent);
            }
            Request::Callback(request) => {
                return inbound::receive(self, request).await.map(Answer::Page);
            }
            Request::Document(served, request) => {
                let document = inbound::serve(self, served, request).await?;
                return Ok(Answer::Document(document));
            }
            Request::AuthorizationUrl => {
                let url = self.state.flow.authorization_url().map(str::to_owned);
                return Ok(Answer::AuthorizationUrl(url));
            }
            Request::Recover => self.recover().await?,
        }
        Ok(Answer::Done)
    }

    async fn recover(&mut self) -> Result<(), EngineError> {
        match self.transcript.status {
            Status::Running(_) => {}
            Status::YourTurn(Turn::DeviceCode { .. }) => {
                self.working = true;
                return Ok(());
            }
            _ => return Ok(()),
        }
        let message = "authscope was restarted while this run was at work. Nothing recorded is lost; retry from the last step to go on.";
        self.finish(Ending::Incomplete, message).await
    }

    pub(crate) fn resume_work(&mut self) {
        self.working = true;
    }
}
