//! Saved targets and clients. Secrets go in here and never come out.

use crate::access::{Access, Role};
use crate::extract::{JsonBody, SessionId};
use crate::problem::Problem;
use crate::state::AppState;
use authscope_model::api::{SaveTarget, SavedClient, SavedTarget, SessionSummary, StartTarget};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(targets, save))
        .routes(routes!(delete))
        .routes(routes!(start))
        .routes(routes!(clients))
        .routes(routes!(forget))
}

fn unknown(what: &str, id: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-saved",
        "It is not saved",
        format!("No saved {what} has the id {id:?}: it was removed, or the link was cut."),
    )
}

/// The saved targets, the newest first.
#[utoipa::path(get, path = "/api/targets", tag = "saved", responses((status = 200, body = Vec<SavedTarget>)))]
async fn targets(
    access: Access,
    State(state): State<AppState>,
) -> Result<Json<Vec<SavedTarget>>, Problem> {
    if state.sharing().owned {
        // A shared instance keeps nothing beyond sessions.
        return Ok(Json(Vec::new()));
    }
    access.require(Role::Owner)?;
    Ok(Json(state.engine().targets().await?))
}

/// Keeps a configuration under a name, sealed.
#[utoipa::path(post, path = "/api/targets", tag = "saved", request_body = SaveTarget, responses(
    (status = 201, body = SavedTarget),
    (status = 400, description = "The body or a setting in it cannot be used; `detail` names it",
     body = authscope_model::api::Problem, content_type = "application/problem+json"),
))]
async fn save(
    access: Access,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<SaveTarget>,
) -> Result<(StatusCode, Json<SavedTarget>), Problem> {
    access.require(Role::Owner)?;
    let saved = state.engine().save_target(body.name, body.config).await?;
    Ok((StatusCode::CREATED, Json(saved)))
}

/// Removes a saved target.
#[utoipa::path(delete, path = "/api/targets/{id}", tag = "saved",
    params(("id" = String, Path, description = "Id of the target")),
    responses(
        (status = 204, description = "Removed"),
        (status = 404, description = "No such target",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn delete(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    access.require(Role::Owner)?;
    if state.engine().delete_target(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(unknown("target", &id))
}

/// Makes a session with a saved target, its secrets included.
#[utoipa::path(post, path = "/api/targets/{id}/sessions", tag = "saved", request_body = StartTarget,
    params(("id" = String, Path, description = "Id of the target")),
    responses(
        (status = 201, body = SessionSummary),
        (status = 404, description = "No such target",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn start(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<StartTarget>,
) -> Result<(StatusCode, Json<SessionSummary>), Problem> {
    access.require(Role::Owner)?;
    let made = state.engine().start_target(&id, body.start).await?;
    let session = made.ok_or_else(|| unknown("target", &id))?;
    access.own(&session).await?;
    let summary = state.store().session(&session).await?.summary;
    Ok((StatusCode::CREATED, Json(summary)))
}

/// The saved clients, by issuer.
#[utoipa::path(get, path = "/api/clients", tag = "saved", responses((status = 200, body = Vec<SavedClient>)))]
async fn clients(
    access: Access,
    State(state): State<AppState>,
) -> Result<Json<Vec<SavedClient>>, Problem> {
    if state.sharing().owned {
        // A shared instance keeps nothing beyond sessions.
        return Ok(Json(Vec::new()));
    }
    access.require(Role::Owner)?;
    Ok(Json(state.engine().clients().await?))
}

/// Forgets a saved client.
#[utoipa::path(delete, path = "/api/clients/{id}", tag = "saved",
    params(("id" = String, Path, description = "Id of the entry")),
    responses(
        (status = 204, description = "Forgotten"),
        (status = 404, description = "No such entry",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn forget(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    access.require(Role::Owner)?;
    if state.engine().forget_client(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(unknown("client", &id))
}
