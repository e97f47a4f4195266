//! The list of sessions, and one session with everything in it.

use crate::access::{Access, Role};
use crate::extract::QueryOf;
use crate::problem::Problem;
use crate::state::AppState;
use authscope_model::api::SessionSummary;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The longest list that is given out.
const MOST: usize = 500;

const fn fifty() -> usize {
    50
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Limit {
    /// How many at most; 50 when not given, never more than 500.
    #[serde(default = "fifty")]
    limit: usize,
}

/// The sessions of this instance, the newest first.
#[utoipa::path(get, path = "/api/sessions", tag = "sessions", params(Limit), responses(
    (status = 200, body = Vec<SessionSummary>),
    (status = 400, description = "`limit` is not a number",
     body = authscope_model::api::Problem, content_type = "application/problem+json"),
))]
async fn list(
    access: Access,
    QueryOf(query): QueryOf<Limit>,
    State(state): State<AppState>,
) -> Result<Json<Vec<SessionSummary>>, Problem> {
    access.require(Role::Viewer)?;
    let rows = state.store().sessions(query.limit.min(MOST)).await?;
    Ok(Json(rows.into_iter().map(|row| row.summary).collect()))
}
