//! Opening a link: the token becomes a cookie for the API of one session, and the address loses it.
//!
//! Nothing happens here that a bot which looks ahead could use up: no link is consumed, nobody is counted.

use crate::access::LINK_COOKIE;
use crate::sharing::identity::Identity;
use crate::sharing::links::{self, Link};
use crate::state::AppState;
use crate::ui::{self, Page};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, StatusCode};

/// A link without an end is asked for again after this many seconds.
const AGE: u64 = 30 * 24 * 3600;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/s/{token}", get(enter))
        .route("/s/{token}/step/{step}", get(enter_at))
}

async fn enter(
    State(state): State<AppState>,
    who: Option<Extension<Identity>>,
    Path(token): Path<String>,
) -> Response {
    go(&state, who, &token, "").await
}

async fn enter_at(
    State(state): State<AppState>,
    who: Option<Extension<Identity>>,
    Path((token, step)): Path<(String, u32)>,
) -> Response {
    go(&state, who, &token, &format!("/step/{step}")).await
}

async fn go(
    state: &AppState,
    who: Option<Extension<Identity>>,
    token: &str,
    place: &str,
) -> Response {
    let address = who.and_then(|who| who.address);
    let now = state.engine().now();
    if let Some(seconds) = state.runtime().tries.wait(address, now) {
        return slower(state, seconds);
    }
    match links::open(state, token).await {
        Ok((session, link)) => {
            let path = state
                .public_url()
                .path_to(&format!("sessions/{session}{place}"));
            let mut response = StatusCode::SEE_OTHER.into_response();
            if let Ok(location) = HeaderValue::from_str(&path) {
                response.headers_mut().insert(LOCATION, location);
            }
            for cookie in cookies(state, &session, &link, token, now) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Err(problem) => {
            if problem.status() == StatusCode::NOT_FOUND {
                state.runtime().tries.failed(address, now);
            }
            ui::problem(&problem, state.public_url())
        }
    }
}

/// Lasts as long as the link, at most a month at a time.
fn cookies(
    state: &AppState,
    session: &str,
    link: &Link,
    token: &str,
    now: u64,
) -> Vec<HeaderValue> {
    let left = link
        .ends_at
        .map(|end| end.saturating_sub(now).div_ceil(1000));
    let age = left.map_or(AGE, |left| left.min(AGE));
    for_session(state, session, LINK_COOKIE, token, age)
}

/// A cookie for the API of one session and for its pages, and for nothing else.
pub(crate) fn for_session(
    state: &AppState,
    session: &str,
    name: &str,
    value: &str,
    age: u64,
) -> Vec<HeaderValue> {
    let public = state.public_url();
    let secure = if public.is_https() { "; Secure" } else { "" };
    ["api/sessions", "sessions"]
        .iter()
        .filter_map(|place| {
            let path = public.path_to(&format!("{place}/{session}"));
            let cookie = format!(
                "{name}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"
            );
            // An id that does not fit into a cookie is none of ours.
            cookie.parse().ok()
        })
        .collect()
}

fn slower(state: &AppState, seconds: u64) -> Response {
    let page = Page {
        status: StatusCode::TOO_MANY_REQUESTS,
        title: "Too many links that lead nowhere",
        paragraphs: &[
            "Somebody at your address has opened many links that do not exist. Wait a minute and open yours again.",
        ],
        link: None,
        callback: None,
    };
    let mut response = page.response(state.public_url());
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}
