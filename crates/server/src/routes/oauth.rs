//! The addresses that providers and authorization servers use: the redirect URI and the client's documents.
//!
//! What happens there belongs to a session and is recorded by the engine; here it is only received and
//! answered. The documents are for machines elsewhere, so they name no session's secrets and need no role.

use crate::problem::Problem;
use crate::security::headers::OPENER_POLICY;
use crate::state::AppState;
use crate::ui::Page;
use authscope_engine::{InboundRequest, ServedDocument};
use authscope_model::Header;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, OriginalUri, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use http::header::{ALLOW, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::net::SocketAddr;

/// Tells at the callback which session the browser was sent away from. A hint only: `state` decides.
pub(crate) const HINT_COOKIE: &str = "authscope_session";

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        // Not `get`: that takes HEAD as well, and whoever looks ahead must not redeem a code.
        .route("/oauth/callback", any(callback))
        .route("/oauth/client/{session}/metadata.json", get(metadata))
        .route("/oauth/client/{session}/jwks.json", get(jwks))
}

/// The redirect URI.
async fn callback(State(state): State<AppState>, request: Request) -> Response {
    let mut response = match *request.method() {
        Method::GET => receive(&state, inbound(&state, &request)).await,
        Method::POST => refuse(
            &state,
            "The provider sent the browser back with POST. authscope asks for the answer in the query \
             (response_mode=query), so this one was not read.",
        ),
        _ => refuse(&state, "The redirect URI takes GET only. Nothing happened."),
    };
    // The window may come from a provider's page and has to stay connected with the page that opened it.
    let policy = HeaderValue::from_static("unsafe-none");
    response.headers_mut().insert(OPENER_POLICY, policy);
    response
}

async fn receive(state: &AppState, inbound: InboundRequest) -> Response {
    let page = state.engine().callback(inbound).await;
    let path = page.session.map(|id| format!("sessions/{id}"));
    let link = match &path {
        Some(path) => ("Return to the session", path.as_str()),
        None => ("Go to the start page", ""),
    };
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let done = "You can close this window; the session goes on where you left it.";
    let paragraphs: &[&str] = match status.is_success() {
        true => &[&page.message, done],
        false => &[&page.message],
    };
    let page = Page {
        status,
        title: &page.title,
        paragraphs,
        link: Some(link),
        callback: Some(status.is_success()),
    };
    page.response(state.public_url())
}

fn refuse(state: &AppState, why: &str) -> Response {
    let page = Page {
        status: StatusCode::METHOD_NOT_ALLOWED,
        title: "This is not how a provider answers",
        paragraphs: &[why],
        link: Some(("Go to the start page", "")),
        callback: Some(false),
    };
    let mut response = page.response(state.public_url());
    let allow = HeaderValue::from_static("GET");
    response.headers_mut().insert(ALLOW, allow);
    response
}

async fn metadata(
    State(state): State<AppState>,
    Path(session): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let inbound = inbound(&state, &request);
    let document = state.engine().client_document(&session, inbound).await;
    document
        .map(answer)
        .ok_or_else(|| Problem::unknown_session(&session))
}

async fn jwks(
    State(state): State<AppState>,
    Path(session): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let inbound = inbound(&state, &request);
    let document = state.engine().client_jwks(&session, inbound).await;
    document
        .map(answer)
        .ok_or_else(|| Problem::unknown_session(&session))
}

/// Exactly what the engine recorded as the answer.
fn answer(document: ServedDocument) -> Response {
    let status = StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Body::from(document.body)).into_response();
    let headers = response.headers_mut();
    headers.clear();
    for Header { name, value } in document.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.append(name, value);
        }
    }
    response
}

/// The request as the engine records it.
fn inbound(state: &AppState, request: &Request) -> InboundRequest {
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let original = request.extensions().get::<OriginalUri>();
    let target = original
        .and_then(|original| original.path_and_query())
        .map_or(path, |target| target.as_str());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    InboundRequest {
        method: request.method().to_string(),
        target: target.to_owned(),
        url: state.public_url().join(path.trim_start_matches('/')),
        version: format!("{:?}", request.version()),
        headers: lines(request.headers()),
        peer: peer.map(|peer| peer.0.to_string()),
        hint: cookie(request.headers(), HINT_COOKIE),
    }
}

/// Header lines in order; bytes that are not UTF-8 are read as ISO 8859-1. Names are in lower case: the
/// HTTP library does not keep their spelling.
fn lines(headers: &HeaderMap) -> Vec<Header> {
    let text = |value: &HeaderValue| match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    };
    headers
        .iter()
        .map(|(name, value)| Header::new(name.as_str(), text(value)))
        .collect()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter();
    cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; authscope_session=abc;b=2".parse().unwrap());
        assert_eq!(cookie(&headers, HINT_COOKIE).as_deref(), Some("abc"));
        assert_eq!(cookie(&headers, "b").as_deref(), Some("2"));
        assert_eq!(cookie(&headers, "session"), None);
    }

    #[test]
    fn no_header_byte_is_lost() {
        let mut headers = HeaderMap::new();
        let latin = HeaderValue::from_bytes(b"caf\xe9").unwrap();
        headers.append("x-a", latin);
        headers.append("x-a", "two".parse().unwrap());
        let expected = [Header::new("x-a", "café"), Header::new("x-a", "two")];
        assert_eq!(lines(&headers), expected);
    }
}
