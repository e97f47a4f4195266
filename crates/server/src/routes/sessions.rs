//! The list of sessions, making one, one with everything in it, and commands to it.

use crate::access::{Access, Role};
use crate::extract::{JsonBody, QueryOf, SessionId};
use crate::problem::Problem;
use crate::sharing::view;
use crate::state::AppState;
use authscope_model::api::{Command, CreateSession, Diagnosis, SessionSnapshot, SessionSummary};
use authscope_store::StoreError;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use http::header::{HeaderName, LOCATION};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(snapshot))
        .routes(routes!(diagnosis))
        .routes(routes!(command))
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

/// The sessions that are yours (on a machine of one's own: all), the newest first.
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
    visible(&access, &state, query.limit.min(MOST))
        .await
        .map(Json)
}

/// The sessions that somebody may list, the newest first.
pub(crate) async fn visible(
    access: &Access,
    state: &AppState,
    limit: usize,
) -> Result<Vec<SessionSummary>, Problem> {
    let Some(ids) = access.sessions().await? else {
        let rows = state.store().sessions(limit).await?;
        return Ok(rows.into_iter().map(|row| row.summary).collect());
    };
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        match state.store().session(&id).await {
            Ok(row) => rows.push(row.summary),
            Err(StoreError::UnknownSession(_)) => access.forget(&id).await?,
            Err(error) => return Err(error.into()),
        }
    }
    rows.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    rows.truncate(limit);
    Ok(rows)
}

/// Makes a session and, when asked to, sets it going.
#[utoipa::path(post, path = "/api/sessions", tag = "sessions", request_body = CreateSession, responses(
    (status = 201, body = SessionSummary, description = "Made; `Location` is its address",
     headers(("Location" = String, description = "Address of the session in the API"))),
    (status = 400, description = "The body or a setting in it cannot be used; `detail` names it",
     body = authscope_model::api::Problem, content_type = "application/problem+json"),
    (status = 413, description = "The body is too large",
     body = authscope_model::api::Problem, content_type = "application/problem+json"),
))]
async fn create(
    access: Access,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<CreateSession>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<SessionSummary>), Problem> {
    access.may_create()?;
    let id = state.engine().create(body.config, body.start).await?;
    access.own(&id).await?;
    let summary = state.store().session(&id).await?.summary;
    let location = state.public_url().path_to(&format!("api/sessions/{id}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(summary)))
}

/// A session with all its events so far and what they show.
#[utoipa::path(get, path = "/api/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = SessionSnapshot),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn snapshot(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<SessionSnapshot>, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let seen = view::read(&state, &id, &right).await?;
    let summary = state.store().session(&id).await?.summary;
    Ok(Json(SessionSnapshot {
        summary: seen.summary(summary, &right),
        events: seen.events,
        findings: seen.findings,
    }))
}

/// The verdict and the findings of a session as it is now, without its events.
///
/// A page that follows the event stream asks for this after new events; the rules are too large to be
/// part of the page.
#[utoipa::path(get, path = "/api/sessions/{id}/diagnosis", tag = "sessions",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Diagnosis),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn diagnosis(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Diagnosis>, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let seen = view::read(&state, &id, &right).await?;
    let summary = state.store().session(&id).await?.summary;
    Ok(Json(Diagnosis {
        kept_until: state
            .settings()
            .retention
            .until(&summary.status, summary.updated_at),
        ..seen.diagnosis()
    }))
}

/// Tells a session what to do. What comes of it are events.
#[utoipa::path(post, path = "/api/sessions/{id}/commands", tag = "sessions", request_body = Command,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "Taken"),
        (status = 400, description = "The body cannot be read; `detail` names the place",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It does not fit the state of the session; `detail` says why",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn command(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(command): JsonBody<Command>,
) -> Result<StatusCode, Problem> {
    access.on(&id, Role::Controller).await?;
    state.engine().command(&id, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
