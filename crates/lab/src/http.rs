//! The request a lab handler reads and the reply it writes.
//!
//! Handlers are plain functions from [`Req`] to [`Reply`]; the listener turns them from and into HTTP. A reply can be
//! something no framework would send on purpose: a body that never ends, or a connection closed in its middle.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;
use tokio::sync::watch;
use url::form_urlencoded;

/// The largest request body the lab reads.
const BODY_LIMIT: usize = 1 << 20;

/// A request as received.
pub(crate) struct Req {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Req {
    /// Reads a whole request; `Err` is the reply to a body that is too large or broke off.
    pub(crate) async fn read(request: axum::extract::Request) -> Result<Self, Reply> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_LIMIT).await.map_err(|_| {
            Reply::text(
                413,
                "the request body is larger than 1 MiB or was cut short",
            )
        })?;
        Ok(Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
            body,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn query_params(&self) -> Params {
        Params::parse(self.query.as_deref().unwrap_or_default().as_bytes())
    }

    /// The body as form parameters, if it is labelled as a form.
    pub(crate) fn form(&self) -> Option<Params> {
        self.has_content_type("application/x-www-form-urlencoded")
            .then(|| Params::parse(&self.body))
    }

    pub(crate) fn has_content_type(&self, wanted: &str) -> bool {
        let value = self.header("content-type").unwrap_or_default();
        value
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
    }

    /// Whether a person in a browser is asking, as opposed to a program.
    pub(crate) fn wants_html(&self) -> bool {
        self.header("accept")
            .is_some_and(|accept| accept.contains("text/html"))
    }
}

/// Query or form parameters in the order received, duplicates kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(pub(crate) Vec<(String, String)>);

impl Params {
    fn parse(raw: &[u8]) -> Self {
        Self(form_urlencoded::parse(raw).into_owned().collect())
    }

    /// The value of a parameter; an empty value counts as absent (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The first parameter of those that may appear once and appears more often.
    pub(crate) fn repeated(&self, names: &[&'static str]) -> Option<&'static str> {
        names
            .iter()
            .copied()
            .find(|name| self.0.iter().filter(|(key, _)| key == name).count() > 1)
    }
}

/// A reply in the making.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Payload,
}

/// How the body goes out.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    /// All at once, with a correct `Content-Length`.
    Whole(Vec<u8>),
    /// In steps, for the faults that are about time and broken connections.
    Steps(Vec<Step>),
}

/// One step of a body that is not sent in one piece.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Keep the connection open and send nothing more.
    Hang,
    /// Close the connection although more was promised.
    Break,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: Payload::Whole(body.into()),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Payload::Whole(Vec::new()),
        }
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }

    pub(crate) fn html(status: u16, page: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", page)
    }

    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).with("Location", location)
    }

    /// An OAuth error body (RFC 6749 §5.2).
    pub(crate) fn oauth_error(status: u16, error: &str, description: &str) -> Self {
        Self::json(
            status,
            &serde_json::json!({ "error": error, "error_description": description }),
        )
        .with("Cache-Control", "no-store")
    }

    /// Adds a header line, keeping others of the same name.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.headers
            .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// The JSON document of the body, if it is one.
    pub(crate) fn document(&self) -> Option<Value> {
        match &self.body {
            Payload::Whole(bytes) => serde_json::from_slice(bytes).ok(),
            Payload::Steps(_) => None,
        }
    }

    /// Makes the HTTP response; `stop` ends bodies that would hang for ever when the lab shuts down.
    pub(crate) fn into_response(self, stop: watch::Receiver<bool>) -> Response {
        let body = match self.body {
            Payload::Whole(bytes) => Body::from(bytes),
            Payload::Steps(steps) => stepwise(steps, stop),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// A body that plays its steps one after the other.
fn stepwise(steps: Vec<Step>, stop: watch::Receiver<bool>) -> Body {
    let state = (steps.into_iter(), stop);
    Body::from_stream(stream::unfold(state, |(mut steps, mut stop)| async move {
        loop {
            match steps.next()? {
                Step::Send(bytes) => return Some((Ok(Bytes::from(bytes)), (steps, stop))),
                Step::Break => {
                    return Some((
                        Err(std::io::Error::other("closed on purpose")),
                        (steps, stop),
                    ));
                }
                Step::Wait(time) => {
                    tokio::select! {
                        () = tokio::time::sleep(time) => {}
                        _ = stop.wait_for(|stopped| *stopped) => return None,
                    }
                }
                Step::Hang => {
                    let _ = stop.wait_for(|stopped| *stopped).await;
                    return None;
                }
            }
        }
    }))
}
