//! Being in a session with others: what one may do, who else is there, notes, previewing and leaving.

use super::enter::for_session;
use crate::access::{Access, LINK_COOKIE, PREVIEW_COOKIE, Role};
use crate::extract::{JsonBody, SessionId, TwoSessions};
use crate::problem::Problem;
use crate::sharing::links::Kind;
use crate::sharing::presence::Presence;
use crate::sharing::records::{self, Allowed, Note};
use crate::state::AppState;
use authscope_model::Millis;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(mine))
        .routes(routes!(presence))
        .routes(routes!(preview))
        .routes(routes!(claim))
        .routes(routes!(leave))
        .routes(routes!(notes, pin))
        .routes(routes!(unpin))
}

/// Characters of a note.
const NOTE: usize = 2000;
/// Seconds until a preview ends by itself.
const PREVIEW: u64 = 600;

/// What the one who asks may do in a session.
#[derive(Serialize, utoipa::ToSchema)]
struct Mine {
    /// `owner`, `controller` or `viewer`.
    role: &'static str,
    /// What kind of link it comes from.
    link: Option<Kind>,
    /// When the link ends (ms since the epoch).
    #[schema(value_type = Option<u64>)]
    ends_at: Option<Millis>,
    /// Whether an owner looks at it as a viewer.
    preview: bool,
    /// Who else is there.
    presence: Presence,
    /// What the owner allows those who come by a link.
    allowed: Allowed,
    /// The longest time a link is valid here, in seconds.
    longest: u64,
    /// Why links to this instance do not work everywhere, in words.
    reach: Option<String>,
}

/// What the one who asks may do in a session, and who else is there.
#[utoipa::path(get, path = "/api/sessions/{id}/access", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Mine),
        (status = 410, description = "The link is over, or the session was deleted",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn mine(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Mine>, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    Ok(Json(Mine {
        role: right.role.title(),
        link: right.link.as_ref().map(|link| link.kind),
        ends_at: right.link.as_ref().and_then(|link| link.ends_at),
        preview: right.preview,
        presence: state.runtime().rooms.presence(&id),
        allowed: records::allowed(&state, &id).await?,
        longest: state.sharing().longest.as_secs(),
        reach: reach(&state),
    }))
}

fn reach(state: &AppState) -> Option<String> {
    let public = state.public_url();
    if public.is_loopback() {
        return Some(format!(
            "This link works only on this machine: authscope is at {}. Start it with --public-url and an address that others reach.",
            public.origin()
        ));
    }
    (!public.is_https()).then(|| {
        "This link goes over plain http: everybody on the way can read it and use it. Put a proxy with a certificate in front.".into()
    })
}

/// Which step the owner looks at.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Look {
    /// Number of the step; null: none.
    step: Option<u32>,
}

/// Tells those who follow which step the owner looks at.
#[utoipa::path(post, path = "/api/sessions/{id}/presence", tag = "sharing", request_body = Look,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "Told"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn presence(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Look>,
) -> Result<StatusCode, Problem> {
    access.on(&id, Role::Owner).await?;
    state.runtime().rooms.look_at(&id, body.step);
    Ok(StatusCode::NO_CONTENT)
}

/// Whether to look as a viewer.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Preview {
    on: bool,
}

fn with_cookie(state: &AppState, id: &str, name: &str, value: &str, age: u64) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    for cookie in for_session(state, id, name, value, age) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Lets the owner see the session as a viewer does, in this browser, for ten minutes or until switched off.
#[utoipa::path(post, path = "/api/sessions/{id}/preview", tag = "sharing", request_body = Preview,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "Done"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn preview(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Preview>,
) -> Result<Response, Problem> {
    if !access.owns_or_local(&id).await? {
        access.on(&id, Role::Owner).await?;
    }
    let (value, age) = if body.on { ("1", PREVIEW) } else { ("", 0) };
    Ok(with_cookie(&state, &id, PREVIEW_COOKIE, value, age))
}

/// Makes a session this browser's own; for whoever came by the owner's link.
#[utoipa::path(post, path = "/api/sessions/{id}/claim", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "It is in the list on the start page"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn claim(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let right = access.on(&id, Role::Owner).await?;
    records::audit(
        &state,
        &id,
        &access.name(&right),
        "opened the session with the owner's link".into(),
    )
    .await?;
    access.own(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets the link this browser came by.
#[utoipa::path(post, path = "/api/sessions/{id}/leave", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses((status = 204, description = "Forgotten")))]
async fn leave(SessionId(id): SessionId, State(state): State<AppState>) -> Response {
    with_cookie(&state, &id, LINK_COOKIE, "", 0)
}

/// The notes pinned to the steps of a session, in the order they were written.
#[utoipa::path(get, path = "/api/sessions/{id}/notes", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses((status = 200, body = Vec<Note>)))]
async fn notes(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Vec<Note>>, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let mut notes = records::notes(&state, &id).await?;
    if let (Some(link), Some(_)) = (&right.link, right.until) {
        notes.retain(|note| note.at <= link.made_at);
    }
    Ok(Json(notes))
}

/// What to pin.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PinNote {
    /// Number of the step.
    step: u32,
    /// Plain text, up to 2,000 characters. What looks like a secret is masked before it is kept.
    text: String,
}

/// Pins a note to a step.
#[utoipa::path(post, path = "/api/sessions/{id}/notes", tag = "sharing", request_body = PinNote,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 201, body = Note),
        (status = 400, description = "The text is empty or too long",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 403, description = "For owner and controllers",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "The session has as many notes as it keeps",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn pin(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<PinNote>,
) -> Result<(StatusCode, Json<Note>), Problem> {
    let right = access.on(&id, Role::Controller).await?;
    let text = body.text.trim();
    if text.is_empty() || text.chars().count() > NOTE {
        return Err(Problem::bad_request(format!(
            "A note has between 1 and {NOTE} characters."
        )));
    }
    let note = records::pin(&state, &id, &access.name(&right), body.step, text).await?;
    state.runtime().rooms.noted(&id);
    Ok((StatusCode::CREATED, Json(note)))
}

/// Takes a note away; no error when it is not there.
#[utoipa::path(delete, path = "/api/sessions/{id}/notes/{note}", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session"),
           ("note" = String, Path, description = "Id of the note")),
    responses(
        (status = 204, description = "Taken away"),
        (status = 403, description = "For owner and controllers",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn unpin(
    access: Access,
    TwoSessions(id, note): TwoSessions,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    access.on(&id, Role::Controller).await?;
    records::unpin(&state, &id, &note).await?;
    state.runtime().rooms.noted(&id);
    Ok(StatusCode::NO_CONTENT)
}
