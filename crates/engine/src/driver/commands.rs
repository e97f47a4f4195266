//! Commands of a person.

use super::Driver;
use crate::{EngineError, headless, inbound, kept, state};
use authscope_model::api::Command;
use authscope_model::config::ToolCall;
use authscope_model::event::{Ending, Mode, Tone, Turn};
use authscope_model::transcript::Status;
use authscope_model::{EventKind, StepKind};
use authscope_protocol::flow::{Answer, Flow, LifeOp, Output};

/// Characters of a title.
const LONGEST_TITLE: usize = 120;

impl Driver {
    pub(super) async fn command(&mut self, command: Command) -> Result<(), EngineError> {
        if command != Command::Stop {
            self.has_room()?;
        }
        match command {
            Command::Run => self.go(Mode::Run).await,
            Command::Step => self.go(Mode::Step).await,
            Command::Stop => self.stop().await,
            Command::Rename { title } => self.rename(&title).await,
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
            Command::RefreshTwice => {
                let asked = self.state.flow.refresh_twice();
                self.asked(asked).await
            }
            Command::ListEverything => {
                let asked = self.state.flow.list_everything();
                self.asked(asked).await
            }
            Command::ReadRegistration => self.life(LifeOp::ReadRegistration).await,
            Command::DeleteRegistration => self.life(LifeOp::DeleteRegistration).await,
            Command::UpdateRegistration { metadata } => {
                let changes = members(&metadata)?;
                let asked = self.state.flow.update_registration(changes);
                self.asked(asked).await
            }
            Command::SaveClient => self.save_client().await,
            Command::SetBreakpoints { breakpoints } => self.set_breakpoints(breakpoints).await,
            Command::Release => self.release().await,
            Command::EditClient { metadata } => self.edit_client(&metadata).await,
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
        if matches!(
            &self.transcript.status,
            Status::YourTurn(Turn::Breakpoint { .. })
        ) {
            return self.release().await;
        }
        if let Status::YourTurn(turn) = &self.transcript.status {
            // It is the person's turn: only the mode for what comes after changes. Polling never waits for a command.
            self.working |= matches!(turn, Turn::DeviceCode { .. });
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
        events.extend(self.abort_held());
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

    async fn rename(&mut self, title: &str) -> Result<(), EngineError> {
        let words: Vec<&str> = title.split_whitespace().collect();
        let title = words.join(" ");
        if title.chars().count() > LONGEST_TITLE {
            return Err(EngineError::NotNow(format!(
                "a title has at most {LONGEST_TITLE} characters"
            )));
        }
        let title = self.masker.text(&title);
        self.record(vec![EventKind::Renamed { title }]).await
    }

    /// Goes on from before an exchange, as a new branch.
    pub(super) async fn retry(&mut self, exchange: u32) -> Result<(), EngineError> {
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
        if let Some(of) = self
            .transcript
            .exchange(exchange)
            .and_then(|e| e.resent_from)
        {
            return Err(EngineError::NotNow(format!(
                "step {exchange} is step {of} sent again, which is no part of the flow; retry from step {of}, or send it again"
            )));
        }
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
        self.held = None;
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
        if let Some(issuer) = &self.state.flow.context.issuer {
            kept::forget_client(&self.shared, issuer).await?;
        }
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
        self.lend_saved().await?;
        let outputs = self.state.flow.answer(answer);
        self.state.flow.context.saved_clients.clear();
        let outputs = outputs.map_err(EngineError::NotNow)?;
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
        let asked = self.state.flow.life(op);
        self.asked(asked).await
    }

    /// Goes on with an operation that was asked for after the flow, or says why not.
    async fn asked(&mut self, asked: Result<(), String>) -> Result<(), EngineError> {
        asked.map_err(EngineError::NotNow)?;
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
        let asked = self.state.flow.call_tool(ToolCall { name, arguments });
        self.asked(asked).await
    }

    /// Gives the flow the client saved for the issuer in use, for one call: the state of a session holds no client of
    /// another.
    pub(super) async fn lend_saved(&mut self) -> Result<(), EngineError> {
        let Some(issuer) = self.state.flow.context.issuer.clone() else {
            return Ok(());
        };
        if self.state.flow.context.client.is_none() {
            let saved = kept::client_of(&self.shared, &issuer).await?;
            self.state.flow.context.saved_clients = saved.into_iter().collect();
        }
        Ok(())
    }

    async fn save_client(&mut self) -> Result<(), EngineError> {
        let Some(client) = self.state.flow.context.client.clone() else {
            return Err(EngineError::NotNow(
                "save the client: there is none yet".into(),
            ));
        };
        let id = client.id.clone();
        let issuer = kept::save_client(&self.shared, client).await?;
        let text = format!(
            "The client {id} was saved for the issuer {issuer}: later sessions use it there, and with no other issuer."
        );
        let events = self.events_of(0, vec![Output::Note(Tone::Info, text)]);
        self.record(events).await
    }

    async fn edit_client(&mut self, metadata: &str) -> Result<(), EngineError> {
        let members = members(metadata)?;
        let names: Vec<String> = members.keys().map(|name| format!("`{name}`")).collect();
        let text = if names.is_empty() {
            "Nothing is laid over the client metadata any more.".to_owned()
        } else {
            format!(
                "Laid over the client metadata from now on: {}.",
                names.join(", ")
            )
        };
        let mut outputs = vec![Output::Note(Tone::Info, text)];
        outputs.extend(self.state.flow.edit_client(members));
        let events = self.events_of(0, outputs);
        self.record(events).await
    }
}

/// Client metadata as a person typed it.
fn members(text: &str) -> Result<serde_json::Map<String, serde_json::Value>, EngineError> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    serde_json::from_str(text).map_err(|error| {
        EngineError::NotNow(format!(
            "metadata: expected a JSON object such as {{\"client_name\": \"My client\"}}, got {text:?} ({error})"
        ))
    })
}
