//! Requests that come to us as part of a flow: the callback, and fetches of our client document and keys.

use crate::driver::Driver;
use crate::request::{Answer, Request};
use crate::state::document_bytes;
use crate::{Engine, EngineError};
use authscope_model::exchange::{RawRequest, RawResponse, Timing, header};
use authscope_model::{EventKind, Header, Outcome, Participant, RawExchange, RawOutcome, StepKind};
use authscope_protocol::callback::Callback;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A request that reached us.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct InboundRequest {
    /// Method.
    pub method: String,
    /// Path and query as received.
    pub target: String,
    /// Full URL under our public URL, as asked for.
    pub url: String,
    /// HTTP version, such as `HTTP/1.1`.
    pub version: String,
    /// Header lines in order.
    pub headers: Vec<Header>,
    /// Address of the asker.
    pub peer: Option<String>,
    /// Session that this browser was last sent away from, when known (a cookie): a hint only.
    pub hint: Option<String>,
}

/// The page a browser gets at the redirect URI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackPage {
    /// HTTP status.
    pub status: u16,
    /// Heading.
    pub title: String,
    /// One or two sentences.
    pub message: String,
    /// Session it belongs to.
    pub session: Option<String>,
}

/// Which document is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Served {
    Metadata,
    Jwks,
}

/// A document to answer with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedDocument {
    /// 200, or 304 when the asker has it already.
    pub status: u16,
    /// Header lines.
    pub headers: Vec<Header>,
    /// Body; empty for 304.
    pub body: Vec<u8>,
}

/// What the store keeps of a `state`: its hash.
pub(crate) fn state_hash(state: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(state.as_bytes()))
}

fn nobody(message: &str) -> CallbackPage {
    CallbackPage {
        status: 400,
        title: "No session waits for this".into(),
        message: message.into(),
        session: None,
    }
}

/// Finds the session an authorization response belongs to and hands it over.
pub(crate) async fn callback(engine: &Engine, request: InboundRequest) -> CallbackPage {
    let callback = Callback::parse(&request.target);
    let found = match &callback.state {
        Some(state) => engine
            .store()
            .find_pending(&state_hash(state))
            .await
            .ok()
            .flatten(),
        None => None,
    };
    let session = match found {
        Some(session) => Some(session),
        None => addressee(engine, request.hint.clone()).await,
    };
    let Some(session) = session else {
        return nobody(
            "This authorization response carries a state that no session here has sent. It may be old, meant for another \
             authscope, or altered on its way. Start again from the session's page.",
        );
    };
    match engine.ask(&session, Request::Callback(request)).await {
        Ok(Answer::Page(page)) => page,
        Ok(_) => CallbackPage {
            status: 200,
            title: "Back to authscope".into(),
            message: "The response was taken; the session shows what came of it.".into(),
            session: Some(session),
        },
        Err(error) => nobody(&format!(
            "The session could not take this response: {error}."
        )),
    }
}

/// A response without a known state: the session this browser was sent from, or the only one that waits.
async fn addressee(engine: &Engine, hint: Option<String>) -> Option<String> {
    let rows = engine.store().sessions(100).await.unwrap_or_default();
    let waiting: Vec<String> = rows
        .into_iter()
        .filter(|r| r.summary.status == "your_turn")
        .map(|r| r.summary.id)
        .collect();
    if let Some(hint) = hint.filter(|h| waiting.contains(h)) {
        return Some(hint);
    }
    match waiting.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// A response that was taken, as an exchange.
pub(crate) fn answered(driver: &Driver, request: &InboundRequest) -> RawExchange {
    let response = RawResponse {
        status_line: "HTTP/1.1 200".into(),
        status: 200,
        ..RawResponse::default()
    };
    raw(driver, request, response)
}

fn raw(driver: &Driver, request: &InboundRequest, response: RawResponse) -> RawExchange {
    let version = if request.version.is_empty() {
        "HTTP/1.1"
    } else {
        &request.version
    };
    RawExchange {
        request: RawRequest {
            method: request.method.clone(),
            url: request.url.clone(),
            request_line: format!("{} {} {version}", request.method, request.target),
            headers: request.headers.clone(),
            body: Vec::new(),
        },
        outcome: RawOutcome::Response(response),
        started_at: driver.shared.clock.now(),
        timing: Timing::default(),
        peer: request.peer.clone(),
        tls: None,
    }
}

/// An authorization response at our redirect URI.
pub(crate) async fn receive(
    driver: &mut Driver,
    request: InboundRequest,
) -> Result<CallbackPage, EngineError> {
    if let Err(full) = driver.has_room() {
        return Ok(CallbackPage {
            status: 413,
            title: "This session is full".into(),
            message: format!("This response was not used: {full}."),
            session: Some(driver.state.id.clone()),
        });
    }
    if let Some(page) = driver.take_sign_in(&request).await? {
        return Ok(page);
    }
    let (accepted, message) = absorb(driver, &request, false).await?;
    let (status, title) = if accepted {
        (200, "Back to authscope")
    } else {
        (400, "This response was not used")
    };
    Ok(CallbackPage {
        status,
        title: title.into(),
        message,
        session: Some(driver.state.id.clone()),
    })
}

/// The redirected URL, pasted by a person.
pub(crate) async fn paste(driver: &mut Driver, url: &str) -> Result<(), EngineError> {
    let url = url.trim();
    if !url.contains("code=") && !url.contains("error=") {
        return Err(EngineError::NotNow(format!(
            "paste: expected the whole address the browser was sent back to, with code=… or error=… in it, got {:?}",
            driver.masker.url(url)
        )));
    }
    let request = InboundRequest {
        method: "GET".into(),
        target: url.into(),
        url: url.into(),
        ..InboundRequest::default()
    };
    if driver.take_sign_in(&request).await?.is_some() {
        return Ok(());
    }
    if driver.state.flow.awaited_state().is_none() {
        return Err(EngineError::NotNow(
            "paste: no authorization response is awaited".into(),
        ));
    }
    let (accepted, message) = absorb(driver, &request, true).await?;
    if accepted {
        Ok(())
    } else {
        Err(EngineError::NotNow(message))
    }
}

/// The redirect URI was reached by following redirects.
pub(crate) async fn followed(driver: &mut Driver, url: &str) -> Result<(), EngineError> {
    let request = InboundRequest {
        method: "GET".into(),
        target: url.into(),
        url: url.into(),
        ..InboundRequest::default()
    };
    absorb(driver, &request, true).await?;
    driver.resume_work();
    Ok(())
}

/// Reads the response, records it, and sets the flow going again when it was taken.
async fn absorb(
    driver: &mut Driver,
    request: &InboundRequest,
    unseen: bool,
) -> Result<(bool, String), EngineError> {
    let keys = driver.shared.keys;
    let fresh = driver.fresh(&keys);
    driver.begin_exchange();
    let outcome = driver.state.flow.callback(&request.url, &fresh);
    let id = driver.next_exchange();
    let more = driver.events_of(id, outcome.outputs);
    let status = if outcome.accepted { 200 } else { 400 };
    let response = RawResponse {
        status_line: format!("HTTP/1.1 {status}"),
        status,
        ..RawResponse::default()
    };
    let raw = raw(driver, request, response);
    driver.learn_from(&raw);
    let mut event = driver.masked(
        &raw,
        id,
        StepKind::Callback,
        Participant::You,
        Participant::Client,
    );
    if let (true, EventKind::Exchange { exchange }) = (unseen, &mut event) {
        exchange.outcome = Outcome::Unseen;
    }
    let mut events = vec![event];
    events.extend(more);
    let message = driver.masker.text(&outcome.message);
    if outcome.accepted {
        events.push(EventKind::TurnEnded {
            how: message.clone(),
        });
        driver.resume_work();
    }
    driver.record(events).await?;
    Ok((outcome.accepted, message))
}

/// Serves the client document or its keys, and records the fetch.
pub(crate) async fn serve(
    driver: &mut Driver,
    served: Served,
    request: InboundRequest,
) -> Result<ServedDocument, EngineError> {
    let (document, step) = match served {
        Served::Metadata => {
            driver.state.flow.document_served();
            (
                driver.state.flow.client_document(),
                StepKind::ClientDocumentFetch,
            )
        }
        Served::Jwks => (driver.state.flow.client_jwks(), StepKind::ClientJwksFetch),
    };
    let body = document_bytes(&document);
    let etag = format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(Sha256::digest(&body).get(..12).unwrap_or_default())
    );
    let fresh = header(&request.headers, "if-none-match")
        .is_some_and(|value| value.split(',').any(|tag| tag.trim() == etag));
    let mut headers = vec![
        Header::new("Content-Type", "application/json"),
        Header::new("Cache-Control", "max-age=60"),
        Header::new("ETag", etag),
        Header::new("Access-Control-Allow-Origin", "*"),
    ];
    let (status, line) = if fresh {
        (304, "HTTP/1.1 304 Not Modified")
    } else {
        (200, "HTTP/1.1 200 OK")
    };
    let body = if fresh { Vec::new() } else { body };
    headers.push(Header::new("Content-Length", body.len().to_string()));
    let response = RawResponse {
        status_line: line.into(),
        status,
        headers: headers.clone(),
        body_length: u64::try_from(body.len()).unwrap_or(u64::MAX),
        body: body.clone(),
        cut: None,
    };
    headers.retain(|h| h.name != "Content-Length");
    let raw = raw(driver, &request, response);
    let id = driver.next_exchange();
    let event = driver.masked(
        &raw,
        id,
        step,
        Participant::AuthorizationServer,
        Participant::Client,
    );
    // Anybody may fetch a client document, and as often as they like: a full session answers and records nothing.
    if driver.has_room().is_ok() {
        driver.record(vec![event]).await?;
    }
    Ok(ServedDocument {
        status,
        headers,
        body,
    })
}
