//! Sends the browser to the provider.
//!
//! The authorization URL holds `state` and, with some providers, secrets; it goes from the flow to the
//! browser's address bar and is in no JSON, no event and no log.

use super::oauth::HINT_COOKIE;
use crate::access::{Access, Role};
use crate::extract::{QueryOf, SessionId};
use crate::problem::Problem;
use crate::security::headers::OPENER_POLICY;
use crate::state::AppState;
use crate::ui::Page;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/sessions/{id}/authorize", get(authorize))
}

/// Which authorization request.
#[derive(Deserialize)]
struct Which {
    /// The step of an edited one; the one that is out when not given.
    step: Option<u32>,
}

async fn authorize(
    access: Access,
    SessionId(id): SessionId,
    QueryOf(query): QueryOf<Which>,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    access.on(&id, Role::Controller).await?;
    let url = match query.step {
        Some(step) => state.engine().resent_url(&id, step).await,
        None => state.engine().authorization_url(&id).await,
    };
    let location = url.as_deref().filter(|url| is_web(url)).and_then(|url| {
        // The bytes as they are: a parsed and rewritten URL would be another one.
        HeaderValue::from_bytes(url.as_bytes()).ok()
    });
    let mut response = match location {
        Some(location) => away(&state, &id, location),
        None => nowhere(&state, &id),
    };
    // The window that was opened for this must stay connected with the page that opened it.
    let policy = HeaderValue::from_static("unsafe-none");
    response.headers_mut().insert(OPENER_POLICY, policy);
    Ok(response)
}

/// Whatever metadata said: a browser is sent to web pages only, never to `javascript:` and the like.
fn is_web(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

fn away(state: &AppState, id: &str, location: HeaderValue) -> Response {
    let public = state.public_url();
    let secure = if public.is_https() { "; Secure" } else { "" };
    let cookie = format!(
        "{HINT_COOKIE}={id}; Path={}; Max-Age=3600; HttpOnly; SameSite=Lax{secure}",
        public.path_to("oauth/callback")
    );
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response();
    // An id that does not fit into a cookie is none of ours; the hint is left out then.
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn nowhere(state: &AppState, id: &str) -> Response {
    let path = format!("sessions/{id}");
    let page = Page {
        status: StatusCode::CONFLICT,
        title: "Nothing waits for you to sign in",
        paragraphs: &[
            "The session is not at that step: you have signed in already, it was stopped, or it is another \
             session.",
        ],
        link: Some(("Return to the session", &path)),
        callback: None,
    };
    page.response(state.public_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_sent_to_web_pages_only() {
        assert!(is_web("https://as.example/authorize?state=x"));
        assert!(is_web("HTTP://localhost:1/"));
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//as.example/",
            "",
            "file:///",
        ] {
            assert!(!is_web(url), "{url}");
        }
    }
}
