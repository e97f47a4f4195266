//! What the task of a session is asked and what it answers. The same within a process and, as JSON, between instances
//! that share a store.

use crate::EngineError;
use crate::inbound::{CallbackPage, InboundRequest, Served, ServedDocument};
use authscope_model::api::{Command, Draft, Resend, Resent};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// What a task is asked. Cloned when another one has to be asked; it may hold secrets, hence no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// A command of a person.
    Command(Command),
    /// An edited request to send beside the flow, and whether who asks may see masked values.
    Resend(Resend, bool),
    /// What waits at a breakpoint, as it is edited.
    Held,
    /// What waits at a breakpoint, edited, and whether who asks may see masked values.
    SendHeld(Resend, bool),
    /// A hit on the redirect URI.
    Callback(InboundRequest),
    /// A fetch of one of our documents.
    Document(Served, InboundRequest),
    /// What is the authorization URL?
    AuthorizationUrl,
    /// The process was restarted.
    Recover,
}

/// What a task answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// It was carried out.
    Done,
    /// The edited request was sent.
    Resent(Resent),
    /// What waits at a breakpoint.
    Draft(Draft),
    /// The page for the browser at the redirect URI.
    Page(CallbackPage),
    /// The document.
    Document(ServedDocument),
    /// The authorization URL that is out.
    AuthorizationUrl(Option<String>),
    /// It does not fit the state of the session; between instances only.
    Refused(String),
}

impl Request {
    /// Whether carrying it out twice is something else than doing it once.
    pub(crate) const fn happens_once(&self) -> bool {
        matches!(
            self,
            Self::Command(_) | Self::Resend(..) | Self::SendHeld(..) | Self::Callback(_)
        )
    }
}

/// A question on its way to a task.
pub(crate) struct Message {
    pub(crate) request: Request,
    /// Its number, when it came from another instance.
    pub(crate) mail: Option<i64>,
    pub(crate) reply: oneshot::Sender<Result<Answer, EngineError>>,
}

impl Answer {
    /// What became of a question, for another instance. `None`: it was not carried out here and may be elsewhere.
    pub(crate) fn of(result: Result<Self, EngineError>) -> Option<Self> {
        match result {
            Ok(answer) => Some(answer),
            Err(EngineError::Store(_)) => None,
            Err(error) => Some(Self::Refused(error.to_string())),
        }
    }

    /// What another instance said.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, EngineError> {
        match serde_json::from_slice(bytes) {
            Ok(Self::Refused(why)) => Err(EngineError::NotNow(why)),
            Ok(answer) => Ok(answer),
            Err(_) => Err(EngineError::NotNow(
                "the authscope that runs this session is of another version, and its answer cannot be read; see what the session shows".into(),
            )),
        }
    }
}
