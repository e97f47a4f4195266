//! The pages and files of the UI, and what is said where there is nothing.

use crate::access::{Access, Role};
use crate::problem::Problem;
use crate::sharing::view;
use crate::state::AppState;
use crate::ui::{Page, frame, is_hashed, media_type, shell};
use authscope_model::Transcript;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName,
    IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, Method, StatusCode};
use sha2::{Digest as _, Sha256};

/// The addresses of the app. Anything else is not found, so that a wrong link says so.
const PAGES: [&str; 5] = [
    "/",
    "/new",
    "/sessions",
    "/sessions/{id}",
    "/sessions/{id}/step/{n}",
];

pub(crate) fn routes() -> Router<AppState> {
    PAGES
        .iter()
        .fold(Router::new(), |router, path| router.route(path, get(page)))
}

async fn page(access: Access, State(state): State<AppState>, request: Request) -> Response {
    let Some(html) = state.ui().index() else {
        return no_ui(&state);
    };
    let html = shelled(&access, &state, request.uri().path(), &html).await;
    // A session's page is not kept by the browser; the others are asked for again, cheaply.
    let session = request.uri().path().starts_with("/sessions");
    let cache = if session { "no-store" } else { "no-cache" };
    let etag = etag(html.as_bytes());
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CACHE_CONTROL, cache.to_owned()),
        (ETAG, etag.clone()),
    ];
    if !session && is_known(request.headers(), &etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, html).into_response()
}

/// The page with what can be read before the app is there.
async fn shelled(access: &Access, state: &AppState, path: &str, html: &str) -> String {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let shell = match (parts.next(), parts.next()) {
        (None | Some("new"), _) => shell::home(),
        (Some("sessions"), Some(id)) => session_shell(access, state, id).await,
        _ => String::new(),
    };
    shell::within(html, &frame::bare(state.public_url().base_path()), &shell)
}

/// The rows of a session; nothing where the one who asks may not see it: the app says that in words.
async fn session_shell(access: &Access, state: &AppState, id: &str) -> String {
    let Ok(right) = access.on(id, Role::Viewer).await else {
        return String::new();
    };
    let Ok(seen) = view::read(state, id, &right).await else {
        return String::new();
    };
    let transcript = Transcript::from_events(&seen.events);
    shell::session(id, &seen.diagnosis.sentence, &transcript, &seen.findings)
}

fn no_ui(state: &AppState) -> Response {
    let page = Page {
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: "This authscope was built without its user interface",
        paragraphs: &[
            "The HTTP API works, and so does the command line, but there are no pages to show.",
            "In a checkout of authscope, run `cargo xtask build`: it builds the interface and a binary that \
             has it inside. Or give the folder of a built interface with --ui-dir.",
        ],
        link: None,
        callback: None,
    };
    page.response(state.public_url())
}

/// A file of the UI, or what is said where there is nothing.
pub(crate) async fn fallback(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if reading
        && !path.ends_with(".html")
        && let Some(response) = file(&state, path, &request)
    {
        return response;
    }
    if path == "api" || path.starts_with("api/") || !wants_html(request.headers()) {
        return Problem::unknown_route(request.uri().path()).into_response();
    }
    let page = Page {
        status: StatusCode::NOT_FOUND,
        title: "There is nothing at this address",
        paragraphs: &["The link may have been cut, or it belongs to another authscope."],
        link: Some(("Go to the start page", "")),
        callback: None,
    };
    page.response(state.public_url())
}

/// Said where the address is right and the method is not.
pub(crate) async fn method_not_allowed(request: Request) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong-method",
        "This address does not take that method",
        format!(
            "{} is not something {:?} takes; the Allow header names what it does.",
            request.method(),
            request.uri().path()
        ),
    )
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn file(state: &AppState, path: &str, request: &Request) -> Option<Response> {
    let plain = state.ui().file(path)?;
    let brotli = takes_brotli(request.headers())
        .then(|| state.ui().file(&format!("{path}.br")))
        .flatten();
    let mut headers = vec![
        (CONTENT_TYPE, media_type(path).to_owned()),
        (VARY, ACCEPT_ENCODING.as_str().to_owned()),
    ];
    if is_hashed(path) {
        let for_ever = "public, max-age=31536000, immutable";
        headers.push((CACHE_CONTROL, for_ever.to_owned()));
    } else {
        let etag = etag(&plain);
        headers.push((CACHE_CONTROL, "no-cache".to_owned()));
        headers.push((ETAG, etag.clone()));
        if is_known(request.headers(), &etag) {
            return Some(with_headers(
                StatusCode::NOT_MODIFIED,
                headers,
                Body::empty(),
            ));
        }
    }
    let body = match brotli {
        Some(compressed) => {
            headers.push((CONTENT_ENCODING, "br".to_owned()));
            compressed
        }
        None => plain,
    };
    Some(with_headers(StatusCode::OK, headers, Body::from(body)))
}

fn with_headers(status: StatusCode, headers: Vec<(HeaderName, String)>, body: Body) -> Response {
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Whether `br` is among the codings, and not with a weight of zero.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let refused = parts.any(|part| {
                let weight = part.strip_prefix("q=").and_then(|w| w.parse::<f32>().ok());
                weight.is_some_and(|weight| weight <= 0.0)
            });
            name.eq_ignore_ascii_case("br") && !refused
        })
}

/// An entity tag of the content; weak, because the compressed form has the same.
fn etag(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(bytes);
    let mut tag = String::from("W/\"");
    for byte in hash.iter().take(12) {
        // Writing to a String does not fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether the one who asks has this version already.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let strong = etag.trim_start_matches("W/");
    let known = headers.get_all(IF_NONE_MATCH).iter();
    known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || tag.trim().trim_start_matches("W/") == strong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_taken_when_it_is_asked_for() {
        let takes = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
            takes_brotli(&headers)
        };
        assert!(takes("gzip, deflate, br, zstd"));
        assert!(takes("BR;q=0.5"));
        assert!(!takes("br;q=0, gzip"));
        assert!(!takes("br;q=0.0"));
        assert!(!takes("gzip, brotli"));
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
