//! Requests to authscope's own API.

use crate::wire;
use authscope_model::Event;
use authscope_model::api::{Command, CreateSession, SaveTarget};
pub(crate) use authscope_ui_kit::http::ApiError;
use authscope_ui_kit::http::exchange;
use serde::Serialize;
use serde_json::Value;

/// How a document is read.
pub(crate) type Reader<T> = fn(&Value) -> Option<T>;

/// `GET` a JSON document.
pub(crate) async fn get<T>(path: &str, read: Reader<T>) -> Result<T, ApiError> {
    let text = exchange("GET", path, None).await?;
    parse(&text, read)
}

/// `GET` a text.
pub(crate) async fn text(path: &str) -> Result<String, ApiError> {
    exchange("GET", path, None).await
}

/// The events of a session so far.
pub(crate) async fn history(path: &str) -> Result<Vec<Event>, ApiError> {
    wire::history(&text(path).await?).ok_or_else(unreadable)
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

/// Keeps a target.
pub(crate) async fn save(target: &SaveTarget) -> Result<(), ApiError> {
    post("api/targets", target).await?;
    Ok(())
}

/// Makes a session with a saved target and sets it going; gives its id.
pub(crate) async fn start_saved(id: &str) -> Result<String, ApiError> {
    let path = format!("api/targets/{id}/sessions");
    let text = exchange("POST", &path, Some(r#"{"start":"run"}"#)).await?;
    Ok(parse(&text, wire::summary)?.id)
}

/// Removes something that is saved.
pub(crate) async fn remove(path: &str) -> Result<(), ApiError> {
    exchange("DELETE", path, None).await?;
    Ok(())
}

/// Sends JSON for which nothing is awaited.
pub(crate) async fn send(path: &str, body: &str) -> Result<(), ApiError> {
    exchange("POST", path, Some(body)).await?;
    Ok(())
}

async fn post<B: Serialize>(path: &str, body: &B) -> Result<String, ApiError> {
    let body = serde_json::to_string(body).map_err(|e| ApiError::Unreadable(e.to_string()))?;
    exchange("POST", path, Some(&body)).await
}

fn parse<T>(text: &str, read: Reader<T>) -> Result<T, ApiError> {
    let value = serde_json::from_str::<Value>(text);
    let value = value.map_err(|error| ApiError::Unreadable(error.to_string()))?;
    read(&value).ok_or_else(unreadable)
}

fn unreadable() -> ApiError {
    ApiError::Unreadable("a member is missing or of another type".into())
}
