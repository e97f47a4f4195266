//! What the UI must know about this instance.

use crate::state::AppState;
use authscope_model::api::Info;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(info))
}

/// What this instance is and how it is reached.
#[utoipa::path(get, path = "/api/info", tag = "instance", responses((status = 200, body = Info)))]
async fn info(State(state): State<AppState>) -> Json<Info> {
    let settings = state.settings();
    Json(Info {
        version: env!("CARGO_PKG_VERSION").into(),
        public_url: settings.public_url.to_string(),
        redirect_uri: settings.public_url.redirect_uri(),
        guard: settings.guard.clone(),
        lab: settings.lab.clone(),
        reachability_note: settings.public_url.reachability_note(),
    })
}
