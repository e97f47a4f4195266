//! Editing a recorded request and sending it again, beside the flow: the draft that is edited, and what is made of it.
//!
//! A masked value can be used without being seen: a placeholder stands for it, and it is put back here, from the vault,
//! in a request to an origin that the value was sent to before. The flow itself neither knows of such a request nor
//! changes by it.

mod fill;
mod sent;

pub(crate) use fill::{Filled, fill, stays_there};
pub(crate) use sent::{Sent, note};

use crate::state;
use crate::{Engine, EngineError};
use authscope_model::api::{Draft, Resend, Resent};
use authscope_model::exchange::Request;
use authscope_model::mask::marked::{self, Piece, hash_of, pieces};
use authscope_model::{Exchange, Header, Outcome, Participant, StepKind};
use authscope_protocol::flow::Prepared;
use serde::{Deserialize, Serialize};

/// Stands for a `state` of its own in an authorization request.
pub(crate) const NEW_STATE: &str = "⟨state · new⟩";
/// Stands for a DPoP proof made for the request as it is sent: a proof is good for one request only.
pub(crate) const NEW_PROOF: &str = "⟨DPoP proof · new⟩";

/// A resent request that is out.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Out {
    pub(crate) exchange: u32,
    pub(crate) of: u32,
    pub(crate) branch: u32,
    pub(crate) to: Participant,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Vec<u8>,
    pub(crate) started_at: u64,
}

impl Out {
    /// As it is sent.
    pub(crate) fn prepared(&self) -> Prepared {
        Prepared {
            method: self.method.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            reply_id: reply_id(&self.headers, &self.body),
            follow: authscope_protocol::flow::Follow::No,
            extra: true,
            ..Prepared::get(StepKind::Resend, self.to, self.url.clone())
        }
    }
}

/// The JSON-RPC id whose answer ends an event stream.
fn reply_id(headers: &[Header], body: &[u8]) -> Option<String> {
    let accept = authscope_model::exchange::header(headers, "accept")?;
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let id = body.get("id").filter(|_| accept.contains("event-stream"))?;
    Some(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

/// An edited authorization request that was offered to the browser.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) exchange: u32,
    pub(crate) branch: u32,
    pub(crate) url: String,
    /// By which its response is known.
    pub(crate) state: Option<String>,
}

/// Whether the browser sends a request, and not we.
pub(crate) fn is_browsers(exchange: &Exchange) -> bool {
    exchange.from == Participant::You
        && matches!(exchange.outcome, Outcome::Unseen)
        && exchange.step != StepKind::Callback
}

/// Refuses what authscope did not send.
pub(crate) fn check(exchange: &Exchange) -> Result<(), EngineError> {
    if exchange.from == Participant::Client || is_browsers(exchange) {
        return Ok(());
    }
    Err(EngineError::NotNow(format!(
        "step {} was sent to authscope; what authscope sent itself can be sent again",
        exchange.id
    )))
}

/// A masked request as it is edited.
pub(crate) fn draft_of(sent: &[Sent], request: &Request, browser: bool) -> Draft {
    let known = |hash: &str| sent::find(sent, hash).map(|sent| &sent.marked);
    let url = marked::draft(&request.url, known);
    let headers = marked::draft_headers(&request.headers, known);
    Draft {
        method: request.method.clone(),
        url: if browser { with_new_state(&url) } else { url },
        headers: headers.into_iter().map(with_new_proof).collect(),
        body: marked::draft(&request.body.text, known),
        browser,
        status: None,
    }
}

/// The state of the running flow stays its own.
fn with_new_state(url: &str) -> String {
    let replaced = pieces(url).into_iter().map(|piece| match piece {
        Piece::Placeholder(whole) if whole.starts_with("⟨state · ") => NEW_STATE,
        Piece::Placeholder(text) | Piece::Text(text) => text,
    });
    replaced.collect()
}

fn with_new_proof(mut header: Header) -> Header {
    if header.name.eq_ignore_ascii_case("dpop") && hash_of(&header.value).is_some() {
        header.value = NEW_PROOF.into();
    }
    header
}

impl Engine {
    /// A recorded request as it is edited before it is sent again.
    ///
    /// # Errors
    /// When there is no such session, its vault was wiped, or authscope did not send the request.
    pub async fn draft(&self, id: &str, exchange: &Exchange) -> Result<Draft, EngineError> {
        check(exchange)?;
        let state = state::load(&self.shared, id).await?;
        Ok(draft_of(
            &state.sent,
            &exchange.request,
            is_browsers(exchange),
        ))
    }

    /// Sends an edited request, beside the flow. `trusted`: who asks may see the values behind masks anyway.
    ///
    /// # Errors
    /// When it cannot be sent; a sentence says why, and nothing was sent.
    pub async fn resend(
        &self,
        id: &str,
        resend: Resend,
        trusted: bool,
    ) -> Result<Resent, EngineError> {
        match self
            .ask(id, crate::request::Request::Resend(resend, trusted))
            .await?
        {
            crate::request::Answer::Resent(resent) => Ok(resent),
            _ => Err(EngineError::NotNow(
                "the request was sent, and what came of it is in the session".into(),
            )),
        }
    }

    /// What waits at a breakpoint, as it is edited: a request before it is sent, an answer before it is read.
    ///
    /// # Errors
    /// When nothing waits.
    pub async fn held(&self, id: &str) -> Result<Draft, EngineError> {
        match self.ask(id, crate::request::Request::Held).await? {
            crate::request::Answer::Draft(draft) => Ok(draft),
            _ => Err(EngineError::NotNow("nothing waits at a breakpoint".into())),
        }
    }

    /// Sends the request that waits at a breakpoint, edited, and the flow goes on with its answer; or has the flow read
    /// the answer that waits, edited, which takes who is `trusted` as in [`Engine::resend`].
    ///
    /// # Errors
    /// When nothing waits or it cannot be sent; a sentence says why, and nothing was sent.
    pub async fn send_held(
        &self,
        id: &str,
        resend: Resend,
        trusted: bool,
    ) -> Result<Resent, EngineError> {
        let request = crate::request::Request::SendHeld(resend, trusted);
        match self.ask(id, request).await? {
            crate::request::Answer::Resent(resent) => Ok(resent),
            _ => Err(EngineError::NotNow(
                "the request was sent, and what came of it is in the session".into(),
            )),
        }
    }

    /// The edited authorization request of a step, unmasked. `None` when it is none, or was answered.
    pub async fn resent_url(&self, id: &str, exchange: u32) -> Option<String> {
        let state = state::load(&self.shared, id).await.ok()?;
        let mut offered = state.sign_ins.into_iter();
        offered.find(|s| s.exchange == exchange).map(|s| s.url)
    }
}
