//! The flow machine, without I/O: [`Flow::next`] says what to do, [`Flow::absorb`] reads what came of it.
//!
//! The caller sends requests, waits for people and records; the flow decides. It reads no clock and
//! draws no randomness ([`Fresh`] brings both), never panics, and is serialisable, so that it can be
//! stored between any two steps and go on after a restart. What differs between revisions is read from
//! `model::revision::Behaviour`; nothing here compares revisions.

mod context;
mod learned;
mod output;
pub mod redirect;
mod stage;
mod steps;

pub use context::{Context, Settings};
pub use learned::{Client, Tokens};
pub use output::{Action, Answer, Follow, Fresh, Output, Prepared, Reply, Signer};
pub use stage::{LifeOp, McpOp, Stage};
pub use steps::callback::CallbackOutcome;
pub use steps::probes::ProbeKind;

use authscope_model::config::{SessionConfig, ToolCall};
use authscope_model::event::{Ending, Turn};
use authscope_model::{Participant, StepKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One flow: where it stands and what it knows. Holds secrets; store it sealed only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flow {
    stage: Stage,
    /// What the flow has learned.
    pub context: Context,
}

impl Flow {
    /// A flow at its start.
    #[must_use]
    pub fn new(config: SessionConfig, settings: Settings) -> Self {
        Self {
            stage: Stage::Probe,
            context: Context::new(config, settings),
        }
    }

    /// Where the flow stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What to do next. Asking twice without an outcome in between asks for the same step again.
    pub fn next(&mut self, fresh: &Fresh<'_>) -> Action {
        steps::manage::clean_up(self);
        let stage = self.stage.clone();
        let made = match stage {
            Stage::Probe => steps::probe::prepare(self),
            Stage::Prm(index) => steps::prm::prepare(self, index),
            Stage::ChooseServer => Ok(steps::prm::ask(self)),
            Stage::AsMetadata(index) => steps::as_metadata::prepare(self, index),
            Stage::CheckDocument => steps::document::prepare(self),
            Stage::Register => steps::register::prepare(self, fresh),
            Stage::AskClient(reason) => Ok(self.ask_or_finish(
                Turn::ProvideClientId {
                    reason: reason.clone(),
                },
                Ending::Blocked,
                reason,
            )),
            Stage::Par => steps::authorize::prepare_par(self, fresh),
            Stage::DryRun => steps::dry_run::prepare(self, fresh),
            Stage::Authorize if steps::dry_run::is_due(self) => {
                self.stage = Stage::DryRun;
                steps::dry_run::prepare(self, fresh)
            }
            Stage::Authorize => steps::authorize::front(self, fresh),
            Stage::AwaitCallback => Ok(steps::authorize::await_callback(self)),
            Stage::Token => steps::token::prepare(self, fresh),
            Stage::ClientCredentials => steps::grants::prepare_client_credentials(self, fresh),
            Stage::TokenExchange => steps::grants::prepare_token_exchange(self),
            Stage::JwtBearer => steps::grants::prepare_jwt_bearer(self, fresh),
            Stage::Device => steps::device::prepare(self, fresh),
            Stage::DevicePoll(wait) => steps::device::prepare_poll(self, wait, fresh),
            Stage::Mcp(op) => steps::mcp::prepare(self, op, fresh),
            Stage::Life(op) => steps::life::prepare(self, op, fresh),
            Stage::Negative(kind) => steps::probes::prepare(self, kind, fresh),
            Stage::Hold { reason, clause, .. } => Ok(self.hold(reason, clause)),
            Stage::Finished { ending, message } => Ok(Action::Finish { ending, message }),
        };
        made.unwrap_or_else(|message| {
            self.finish(Ending::Blocked, message.clone());
            Action::Finish {
                ending: Ending::Blocked,
                message,
            }
        })
    }

    /// Reads the outcome of the request that `next` asked for.
    pub fn absorb(&mut self, reply: &Reply<'_>, fresh: &Fresh<'_>) -> Vec<Output> {
        let before = self.stage.clone();
        let mut outputs = self.absorb_step(reply, fresh);
        if before != Stage::Register {
            outputs.extend(steps::register::settle(self));
        }
        outputs
    }

    fn absorb_step(&mut self, reply: &Reply<'_>, fresh: &Fresh<'_>) -> Vec<Output> {
        match self.stage.clone() {
            Stage::Probe => steps::probe::absorb(self, reply),
            Stage::Prm(index) => steps::prm::absorb(self, index, reply),
            Stage::AsMetadata(index) => steps::as_metadata::absorb(self, index, reply),
            Stage::CheckDocument => steps::document::absorb(self, reply),
            Stage::Register => steps::register::absorb(self, reply),
            Stage::Par => steps::authorize::absorb_par(self, reply, fresh),
            Stage::DryRun => steps::dry_run::absorb(self, reply),
            Stage::Token | Stage::ClientCredentials => steps::token::absorb(self, reply, fresh),
            Stage::TokenExchange => steps::grants::absorb_token_exchange(self, reply),
            Stage::JwtBearer => steps::token::absorb(self, reply, fresh),
            Stage::Device => steps::device::absorb(self, reply, fresh),
            Stage::DevicePoll(_) => steps::device::absorb_poll(self, reply, fresh),
            Stage::Mcp(op) => steps::mcp::absorb(self, op, reply),
            Stage::Life(op) => steps::life::absorb(self, op, reply, fresh),
            Stage::Negative(kind) => steps::probes::absorb(self, kind, reply),
            Stage::ChooseServer
            | Stage::AskClient(_)
            | Stage::Authorize
            | Stage::AwaitCallback
            | Stage::Hold { .. }
            | Stage::Finished { .. } => Vec::new(),
        }
    }

    /// The authorization request has been handed to the browser.
    pub fn front_sent(&mut self) {
        if self.stage == Stage::Authorize {
            self.stage = Stage::AwaitCallback;
        }
    }

    /// Reads an authorization response: the query of the redirect URI that was hit, or a pasted URL.
    pub fn callback(&mut self, url_or_query: &str, fresh: &Fresh<'_>) -> CallbackOutcome {
        steps::callback::absorb(self, url_or_query, fresh)
    }

    /// The `state` of the authorization request that is out.
    #[must_use]
    pub fn awaited_state(&self) -> Option<&str> {
        if self.stage != Stage::AwaitCallback {
            return None;
        }
        self.context.request.as_ref().map(|r| r.state.as_str())
    }

    /// The authorization URL that is out.
    #[must_use]
    pub fn authorization_url(&self) -> Option<&str> {
        if self.stage != Stage::AwaitCallback {
            return None;
        }
        self.context.request.as_ref().map(|r| r.url.as_str())
    }

    /// A DPoP proof for a request that the flow does not send itself, with the key in use.
    ///
    /// # Errors
    /// A sentence when there is no key yet, or it cannot sign.
    pub fn proof(
        &self,
        method: &str,
        url: &str,
        token: Option<&str>,
        fresh: &Fresh<'_>,
    ) -> Result<String, String> {
        if self.context.dpop_key.is_none() {
            return Err("there is no DPoP key in this session yet".into());
        }
        let mut prepared = Prepared {
            method: method.to_owned(),
            headers: Vec::new(),
            ..Prepared::get(StepKind::Resend, Participant::Other, url)
        };
        // The flow that goes on is not the one that signs: nothing of it changes.
        steps::dpop::prove(&mut self.clone(), &mut prepared, token, fresh)?;
        let proof = prepared.headers.pop().map(|header| header.value);
        proof.ok_or_else(|| "no proof was made".to_owned())
    }

    /// A person's answer to the turn at hand.
    ///
    /// # Errors
    /// A sentence when nothing of the kind was asked.
    pub fn answer(&mut self, answer: Answer) -> Result<Vec<Output>, String> {
        match (self.stage.clone(), answer) {
            (Stage::ChooseServer, Answer::AuthorizationServer(issuer)) => {
                steps::prm::choose(self, &issuer)
            }
            (
                Stage::AskClient(_),
                Answer::Client {
                    client_id,
                    client_secret,
                },
            ) => {
                self.context.config.client_id = Some(client_id);
                self.context.config.client_secret = client_secret;
                self.stage = Stage::Register;
                Ok(steps::register::settle(self))
            }
            (Stage::Hold { resume, .. }, Answer::GoOn) => {
                self.stage = *resume;
                Ok(steps::register::settle(self))
            }
            // What the answer holds may be a secret: its kind is all that is said.
            (_, answer) => Err(format!(
                "nothing asked for this answer ({}); reload to see what the session waits for",
                answer.kind()
            )),
        }
    }

    /// Our client document, as served at our client document URL.
    #[must_use]
    pub fn client_document(&self) -> Value {
        steps::register::client_document(self)
    }

    /// Our client's public keys, as served at our JWKS URL.
    #[must_use]
    pub fn client_jwks(&self) -> Value {
        steps::client_auth::public_jwks(self)
    }

    /// The negative probe under way: what is recorded then is marked as one.
    #[must_use]
    pub const fn probing(&self) -> Option<ProbeKind> {
        self.context.probing
    }

    /// The authorization leg of a negative probe came to nothing: on to the next.
    pub fn abandon_probe(&mut self, why: &str) -> Vec<Output> {
        steps::probes::abandon(self, why)
    }

    /// Starts an operation on the token in hand, asked for by the person.
    ///
    /// # Errors
    /// A sentence when there is no token, or the flow is busy.
    pub fn life(&mut self, op: LifeOp) -> Result<(), String> {
        steps::life::start(self, op)
    }

    /// Lists tools, resources and prompts with the token in hand, asked for by the person.
    ///
    /// # Errors
    /// A sentence when the flow is busy or the MCP session is not ready.
    pub fn list_everything(&mut self) -> Result<(), String> {
        if !matches!(self.stage, Stage::Finished { .. }) || !self.context.mcp.ready {
            return Err("list: the MCP session is not ready; run the flow to its end first".into());
        }
        self.context.config.list_everything = true;
        self.context.config.call_tool = None;
        self.stage = Stage::Mcp(McpOp::ToolsList);
        Ok(())
    }

    /// Refreshes, and uses the same refresh token once more.
    ///
    /// # Errors
    /// As [`Flow::life`].
    pub fn refresh_twice(&mut self) -> Result<(), String> {
        self.life(LifeOp::Refresh)?;
        self.context.reuse_wanted = true;
        Ok(())
    }

    /// Replaces the registered metadata (RFC 7592): `changes` are laid over it.
    ///
    /// # Errors
    /// As [`Flow::life`].
    pub fn update_registration(&mut self, changes: Map<String, Value>) -> Result<(), String> {
        self.life(LifeOp::UpdateRegistration)?;
        self.context.registration_changes = changes;
        Ok(())
    }

    /// Replaces the members laid over our client metadata.
    pub fn edit_client(&mut self, members: Map<String, Value>) -> Vec<Output> {
        self.context.config.client_metadata = members;
        steps::document::notes_on_ours(self)
    }

    /// Calls a tool with the token in hand, asked for by the person.
    ///
    /// # Errors
    /// A sentence when the flow is busy or the MCP session is not ready.
    pub fn call_tool(&mut self, call: ToolCall) -> Result<(), String> {
        if !matches!(self.stage, Stage::Finished { .. }) || !self.context.mcp.ready {
            return Err(
                "call a tool: the MCP session is not ready; run the flow to its end first".into(),
            );
        }
        self.context.config.call_tool = Some(call);
        self.stage = Stage::Mcp(McpOp::ToolsCall);
        Ok(())
    }

    /// Forgets the client and goes back to registration.
    pub fn reregister(&mut self) -> Vec<Output> {
        self.context.client = None;
        self.context.tokens = None;
        self.context.pending_op = None;
        self.stage = Stage::Register;
        steps::register::settle(self)
    }

    /// Ends the flow for a reason that only the caller sees (a sign-in page without a person, say).
    pub fn end(&mut self, ending: Ending, message: &str) -> Vec<Output> {
        let outputs = steps::document::not_fetched(self, true)
            .into_iter()
            .collect();
        self.finish(ending, message);
        outputs
    }

    /// Somebody was given our client document.
    pub fn document_served(&mut self) {
        self.context.document_fetches = self.context.document_fetches.saturating_add(1);
    }

    /// Ends the flow at a person's wish: no authorization response and no answer is taken any more.
    pub fn stop(&mut self, message: &str) {
        self.context.cleaned_up = true;
        self.finish(Ending::Stopped, message);
    }

    fn finish(&mut self, ending: Ending, message: impl Into<String>) {
        self.stage = Stage::Finished {
            ending,
            message: message.into(),
        };
    }

    /// A place where a conforming client stops: asks the person, or ends, or goes on with `keep_going`.
    fn stop_here(&mut self, reason: impl Into<String>, clause: &str, resume: Stage) -> Output {
        let reason = reason.into();
        let continued = self.context.config.keep_going;
        self.stage = if continued {
            resume
        } else {
            Stage::Hold {
                reason: reason.clone(),
                clause: clause.into(),
                resume: Box::new(resume),
            }
        };
        Output::Stop {
            reason,
            clause: clause.into(),
            continued,
        }
    }

    fn hold(&mut self, reason: String, clause: String) -> Action {
        let message = format!("A conforming client stops here: {reason}");
        self.ask_or_finish(
            Turn::GoOn { reason, clause },
            Ending::ConformingClientStops,
            message,
        )
    }

    fn ask_or_finish(&mut self, turn: Turn, ending: Ending, message: String) -> Action {
        if self.context.settings.interactive {
            return Action::Ask(turn);
        }
        self.finish(ending, message.clone());
        Action::Finish { ending, message }
    }
}
