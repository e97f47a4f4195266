//! The few files of our own that pages outside the UI use.

use crate::state::AppState;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

pub(crate) fn routes() -> Router<AppState> {
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route(
            "/static/callback.js",
            get(async move || file(script, include_str!("../../static/callback.js"))),
        )
        .route(
            "/static/page.css",
            get(async || {
                file(
                    "text/css; charset=utf-8",
                    include_str!("../../static/page.css"),
                )
            }),
        )
        .route(
            "/static/reference.css",
            get(async || {
                file(
                    "text/css; charset=utf-8",
                    include_str!("../../static/reference.css"),
                )
            }),
        )
        .route(
            "/static/reference.js",
            get(async move || file(script, include_str!("../../static/reference.js"))),
        )
        .route(
            "/static/frame.css",
            get(async || {
                file(
                    "text/css; charset=utf-8",
                    include_str!("../../static/frame.css"),
                )
            }),
        )
        .route(
            "/static/frame.js",
            get(async move || file(script, include_str!("../../static/frame.js"))),
        )
        .route(
            "/static/favicon.svg",
            get(async || {
                file(
                    "image/svg+xml",
                    include_str!("../../../../static/favicon.svg"),
                )
            }),
        )
        .route(
            "/robots.txt",
            get(async || file("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n")),
        )
}

fn file(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-cache")];
    (headers, text)
}
