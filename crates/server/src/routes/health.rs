//! For supervisors and proxies: alive, ready, which version.

use crate::problem::Problem;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(version))
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "instance", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can do its work: the storage answers, and it is not shutting down.
#[utoipa::path(get, path = "/readyz", tag = "instance", responses(
    (status = 200, body = String),
    (status = 503, description = "Not ready; `detail` says why",
     body = authscope_model::api::Problem, content_type = "application/problem+json"),
))]
async fn readyz(State(state): State<AppState>) -> Result<&'static str, Problem> {
    let not_ready = |detail: &str| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-ready",
            "authscope is not ready",
            detail.into(),
        )
    };
    if state.stopping().is_cancelled() {
        return Err(not_ready("It is shutting down."));
    }
    state.store().check().await.map_err(|error| {
        tracing::error!(%error, "the store does not answer");
        not_ready("Its storage does not answer; the reason is in its log.")
    })?;
    Ok("ready\n")
}

/// A version.
#[derive(Serialize, utoipa::ToSchema)]
struct Version {
    /// Of authscope.
    version: &'static str,
}

/// Which version this is.
#[utoipa::path(get, path = "/version", tag = "instance", responses((status = 200, body = Version)))]
async fn version() -> Json<Version> {
    Json(Version {
        version: env!("CARGO_PKG_VERSION"),
    })
}
