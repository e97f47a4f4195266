//! Requests to authscope's own API, and why they failed in words.

use crate::dom;
use authscope_model::api::Problem;
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why a request did not give what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The server said why.
    Problem(Problem),
    /// No answer.
    Unreachable,
    /// An answer that is not ours.
    Unreadable(String),
}

impl ApiError {
    /// A sentence a person can act on.
    #[must_use]
    pub fn words(&self) -> String {
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

    /// Whether the thing asked for does not exist (any more), or is not for this browser: asking again changes nothing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Problem(problem) if matches!(problem.status, 403 | 404 | 410))
    }
}

/// Sends a request to a path below the page's base and gives the text of a good answer.
///
/// # Errors
/// When there is no answer, or it is not a good one.
pub async fn exchange(method: &str, path: &str, body: Option<&str>) -> Result<String, ApiError> {
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
    Err(problem(&text).map_or_else(
        || {
            ApiError::Unreadable(format!(
                "status {} without a problem in words",
                response.status()
            ))
        },
        ApiError::Problem,
    ))
}

/// A problem in words, by hand: a derived reader would weigh more than all the rest here.
fn problem(text: &str) -> Option<Problem> {
    let value: Value = serde_json::from_str(text).ok()?;
    let member = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    Some(Problem {
        kind: member("type")?,
        title: member("title")?,
        status: u16::try_from(value.get("status")?.as_u64()?).ok()?,
        detail: member("detail")?,
    })
}

/// The answer that `boot.js` asked for before the app was there; it is given out once.
fn asked(url: &str) -> Option<js_sys::Promise> {
    let name = JsValue::from_str("authscopeAsked");
    let pair = js_sys::Reflect::get(&window(), &name).ok()?;
    let pair: js_sys::Array = pair.dyn_into().ok()?;
    let promise = pair.get(1).dyn_into().ok()?;
    let is_it = pair.get(0).as_string().is_some_and(|known| known == url);
    let _ = js_sys::Reflect::delete_property(&window(), &name);
    is_it.then_some(promise)
}

async fn send(method: &str, path: &str, body: Option<&str>) -> Result<web_sys::Response, JsValue> {
    let url = dom::absolute(path);
    if method == "GET"
        && let Some(promise) = asked(&url)
    {
        return JsFuture::from(promise).await?.dyn_into();
    }
    let options = web_sys::RequestInit::new();
    options.set_method(method);
    if let Some(body) = body {
        options.set_body(&JsValue::from_str(body));
    }
    let request = web_sys::Request::new_with_str_and_init(&url, &options)?;
    request.headers().set("accept", "application/json")?;
    // Without a body too: other sites cannot send this without asking, so that is how ours are told from theirs.
    if method != "GET" {
        request.headers().set("content-type", "application/json")?;
    }
    JsFuture::from(window().fetch_with_request(&request))
        .await?
        .dyn_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_read_as_the_model_reads_it() {
        let text =
            r#"{"type":"/problems/x","title":"No","status":410,"detail":"It is over.","more":1}"#;
        assert_eq!(problem(text), serde_json::from_str(text).ok());
        for other in [
            "",
            "<p>",
            "{}",
            r#"{"type":"x","title":"x","status":99999999,"detail":""}"#,
        ] {
            assert_eq!(problem(other), None, "{other}");
        }
    }
}
