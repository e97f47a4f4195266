//! Going on with a session whose instance was lost in the middle of it.
//!
//! Everything up to the last commit is there, with the sealed state that belongs to it. A request that was out is
//! another matter: whether it arrived is not known. What changes nothing, or nothing that matters, is sent again, as a
//! new branch; what can be done only once (redeeming a code, refreshing, registering, calling a tool) is left to a
//! person, because doing it twice would make a right server look wrong.

use super::Driver;
use crate::EngineError;
use authscope_model::event::{Ending, Tone, Turn};
use authscope_model::transcript::{InFlight, Status};
use authscope_model::{EventKind, StepKind};

/// A run that was quiet for longer (ms) is not gone on with: nobody waits for it any more.
const STALE: u64 = 5 * 60 * 1000;
/// How often a run is taken over before it gets further.
const MOST: u32 = 3;

impl Driver {
    /// Goes on where a lost instance stopped. Done first of all, where several instances may have run the session: what
    /// is at work and has just been taken was left by one.
    pub(super) async fn take_over(&mut self) -> Result<(), EngineError> {
        let out = match self.transcript.status.clone() {
            Status::Running(out) => out,
            // Polling is repeated anyway.
            Status::YourTurn(Turn::DeviceCode { .. }) => {
                self.working = true;
                return Ok(());
            }
            _ => return Ok(()),
        };
        if self.epoch.is_none() {
            return Ok(());
        }
        let quiet = self
            .shared
            .clock
            .now()
            .saturating_sub(self.transcript.last_at);
        if quiet > STALE {
            return self.recover().await;
        }
        self.state.takeovers = self.state.takeovers.saturating_add(1);
        if self.state.takeovers > MOST {
            let message = format!(
                "The authscope that ran this was lost {MOST} times without getting further. Nothing recorded is lost; retry from the last step to go on."
            );
            return self.finish(Ending::Incomplete, &message).await;
        }
        match out {
            None => {
                self.note_takeover().await?;
                self.working = true;
                Ok(())
            }
            Some(out) if self.state.flow.probing().is_none() && may_repeat(out.step) => {
                self.note_takeover().await?;
                match self.retry(out.exchange).await {
                    // Its state before was not kept.
                    Err(EngineError::NotNow(_)) => {
                        self.finish(Ending::Incomplete, &lost(&out)).await
                    }
                    retried => retried,
                }
            }
            Some(out) => self.finish(Ending::Incomplete, &lost(&out)).await,
        }
    }

    async fn note_takeover(&mut self) -> Result<(), EngineError> {
        let text = "The authscope that ran this session was lost; another one goes on from what is recorded.";
        self.record(vec![EventKind::Note {
            exchange: None,
            tone: Tone::Info,
            text: text.into(),
        }])
        .await
    }
}

fn lost(out: &InFlight) -> String {
    format!(
        "The authscope that ran this was lost after it had sent {} {}. Whether the request arrived is not known, so it is not sent again by itself. Nothing recorded is lost; retry from this step, or from an earlier one, to go on.",
        out.method, out.url
    )
}

/// Whether a request can be sent again without harm when it may have arrived.
const fn may_repeat(step: StepKind) -> bool {
    matches!(
        step,
        StepKind::Probe
            | StepKind::PrmFromChallenge
            | StepKind::PrmPathInserted
            | StepKind::PrmRoot
            | StepKind::AsMetadataOrigin
            | StepKind::AsMetadataRfc8414
            | StepKind::AsMetadataOidcInsertion
            | StepKind::AsMetadataOidcAppending
            | StepKind::RegistrationRead
            | StepKind::ClientDocumentCheck
            | StepKind::PushedAuthorization
            | StepKind::DryRun
            | StepKind::ClientCredentials
            | StepKind::DeviceAuthorization
            | StepKind::Jwks
            | StepKind::McpInitialize
            | StepKind::McpInitialized
            | StepKind::McpDiscover
            | StepKind::McpToolsList
            | StepKind::McpResourcesList
            | StepKind::McpPromptsList
            | StepKind::Introspect
            | StepKind::Userinfo
    )
}
