//! Requests to authscope's own API.

use crate::dom;
use crate::wire;
use authscope_model::api::{Command, CreateSession, Problem};
use leptos::prelude::window;
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why a request did not give what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The server said why.
    Problem(Problem),
    /// No answer.
    Unreachable,
    /// An answer that is not ours.
    Unreadable(String),
}

impl ApiError {
    /// A sentence a person can act on.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Problem(problem) => problem.detail.clone(),
            Self::Unreachable => {
                "authscope does not answer. Is it still running, and can this browser reach it?"
                    .into()
            }
            Self::Unreadable(what) => format!(
                "The answer was not authscope's ({what}). Something between this browser and authscope may have answered instead."
            ),
        }
    }

    /// Whether the thing asked for does not exist (any more).
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Problem(problem) if matches!(problem.status, 404 | 410))
    }
}

/// How a document is read.
pub(crate) type Reader<T> = fn(&Value) -> Option<T>;

/// `GET` a JSON document.
pub(crate) async fn get<T>(path: &str, read: Reader<T>) -> Result<T, ApiError> {
    let text = exchange("GET", path, None).await?;
    parse(&text, read)
}

/// Makes a session; gives its id.
pub(crate) async fn create(body: &CreateSession) -> Result<String, ApiError> {
    let text = post("api/sessions", body).await?;
    Ok(parse(&text, wire::summary)?.id)
}

/// Sends a command to a session.
pub(crate) async fn command(id: &str, command: &Command) -> Result<(), ApiError> {
    post(&format!("api/sessions/{id}/commands"), command).await?;
    Ok(())
}

async fn post<B: Serialize>(path: &str, body: &B) -> Result<String, ApiError> {
    let body = serde_json::to_string(body).map_err(|e| ApiError::Unreadable(e.to_string()))?;
    exchange("POST", path, Some(&body)).await
}

fn parse<T>(text: &str, read: Reader<T>) -> Result<T, ApiError> {
    let value = serde_json::from_str::<Value>(text);
    let value = value.map_err(|error| ApiError::Unreadable(error.to_string()))?;
    read(&value)
        .ok_or_else(|| ApiError::Unreadable("a member is missing or of another type".into()))
}

async fn exchange(method: &str, path: &str, body: Option<&str>) -> Result<String, ApiError> {
    let response = send(method, path, body)
        .await
        .map_err(|_| ApiError::Unreachable)?;
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await.ok().and_then(|t| t.as_string()),
        Err(_) => None,
    };
    // The connection broke while the body was coming.
    let text = text.ok_or(ApiError::Unreachable)?;
    if response.ok() {
        return Ok(text);
    }
    let problem = parse(&text, wire::problem).map(ApiError::Problem);
    Err(problem.unwrap_or_else(|_| {
        ApiError::Unreadable(format!(
            "status {} without a problem in words",
            response.status()
        ))
    }))
}

async fn send(method: &str, path: &str, body: Option<&str>) -> Result<web_sys::Response, JsValue> {
    let options = web_sys::RequestInit::new();
    options.set_method(method);
    if let Some(body) = body {
        options.set_body(&JsValue::from_str(body));
    }
    let request = web_sys::Request::new_with_str_and_init(&dom::absolute(path), &options)?;
    request.headers().set("accept", "application/json")?;
    if body.is_some() {
        request.headers().set("content-type", "application/json")?;
    }
    JsFuture::from(window().fetch_with_request(&request))
        .await?
        .dyn_into()
}
