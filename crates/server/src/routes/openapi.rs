//! The description of the API.

use crate::state::AppState;
use axum::{Json, Router, routing};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/openapi.json",
        routing::get(async || Json(crate::openapi())),
    )
}
