//! Links to a session: made, listed, revoked; what they hide; the end of the session. For its owner.

use crate::access::{Access, Role};
use crate::extract::{JsonBody, SessionId, TwoSessions};
use crate::problem::Problem;
use crate::sharing::links::{self, Kind, Link};
use crate::sharing::records::{self, Allowed};
use crate::sharing::view::{self, Hidden};
use crate::state::AppState;
use authscope_model::Millis;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, make, revoke_all))
        .routes(routes!(revoke))
        .routes(routes!(hidden))
        .routes(routes!(allow))
        .routes(routes!(delete))
}

/// The shortest time a link is valid, in seconds.
const SHORTEST: u64 = 60;
/// Characters of a name.
const NAME: usize = 80;

/// What a link shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeLink {
    kind: Kind,
    /// For whom, up to 80 characters; they and the others in the session see it.
    #[serde(default)]
    name: String,
    /// How long it is valid; 24 h for live links and 7 d for snapshots when not given.
    #[serde(default)]
    seconds: Option<u64>,
}

/// A link that was made.
#[derive(Serialize, utoipa::ToSchema)]
struct MadeLink {
    /// The address to send. It is told this once: only a hash of it is kept.
    url: String,
    link: LinkRow,
}

/// A link in the list.
#[derive(Serialize, utoipa::ToSchema)]
struct LinkRow {
    /// Its name in the API.
    id: String,
    kind: Kind,
    /// For whom.
    name: String,
    /// When it was made (ms since the epoch).
    #[schema(value_type = u64)]
    made_at: Millis,
    /// When it ends (ms since the epoch); absent: with the session.
    #[schema(value_type = Option<u64>)]
    ends_at: Option<Millis>,
    /// `active`, `expired` or `revoked`.
    state: &'static str,
    /// How many are connected by it now, on every instance that shares the store.
    watching: usize,
    /// Of a snapshot: number of the last event in it.
    until: Option<u64>,
}

fn row(state: &AppState, session: &str, link: Link) -> LinkRow {
    let over = link.check(state.engine().now()).is_err();
    LinkRow {
        state: match (over, link.revoked_at) {
            (_, Some(_)) => "revoked",
            (true, None) => "expired",
            (false, None) => "active",
        },
        watching: state.runtime().rooms.by_link(session, &link.id),
        id: link.id,
        kind: link.kind,
        name: link.name,
        made_at: link.made_at,
        ends_at: link.ends_at,
        until: link.until,
    }
}

/// The links of a session, the newest first, with how many are connected by each.
#[utoipa::path(get, path = "/api/sessions/{id}/links", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Vec<LinkRow>),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Vec<LinkRow>>, Problem> {
    access.on(&id, Role::Owner).await?;
    let links = links::list(&state, &id).await?;
    Ok(Json(
        links
            .into_iter()
            .map(|link| row(&state, &id, link))
            .collect(),
    ))
}

/// Makes a link. Whoever has it can use it until it ends or is revoked.
#[utoipa::path(post, path = "/api/sessions/{id}/links", tag = "sharing", request_body = MakeLink,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 201, body = MadeLink),
        (status = 400, description = "The name or the time cannot be used; `detail` says why",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn make(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<MakeLink>,
) -> Result<(StatusCode, Json<MadeLink>), Problem> {
    let right = access.on(&id, Role::Owner).await?;
    let name = body.name.trim();
    if name.chars().count() > NAME {
        return Err(Problem::bad_request(format!(
            "The name has more than {NAME} characters."
        )));
    }
    let seconds = lifetime(&state, &body)?;
    let (link, token) = links::make(&state, &id, body.kind, name, seconds).await?;
    let what = format!("made a link ({:?}) {}", body.kind, quoted(name));
    records::audit(&state, &id, &access.name(&right), what).await?;
    let made = MadeLink {
        url: state.public_url().join(&format!("s/{token}")),
        link: row(&state, &id, link),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

fn quoted(name: &str) -> String {
    match name {
        "" => "without a name".into(),
        name => format!("{name:?}"),
    }
}

fn lifetime(state: &AppState, body: &MakeLink) -> Result<Option<u64>, Problem> {
    let longest = state.sharing().longest.as_secs();
    let Some(seconds) = body.seconds else {
        return Ok(body.kind.lifetime().map(|usual| usual.min(longest)));
    };
    if !(SHORTEST..=longest).contains(&seconds) {
        return Err(Problem::bad_request(format!(
            "A link here is valid between {SHORTEST} and {longest} seconds (the operator's --share-max); {seconds} was asked for."
        )));
    }
    Ok(Some(seconds))
}

/// Takes a link back. Whoever is connected by it is disconnected within a second.
#[utoipa::path(delete, path = "/api/sessions/{id}/links/{link}", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session"),
           ("link" = String, Path, description = "Id of the link")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session or link",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn revoke(
    access: Access,
    TwoSessions(id, link): TwoSessions,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let right = access.on(&id, Role::Owner).await?;
    if !links::revoke(&state, &id, &link).await? {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-link",
            "There is no such link",
            format!("The session has no link {link:?}."),
        ));
    }
    state.runtime().rooms.wake(&id);
    records::audit(
        &state,
        &id,
        &access.name(&right),
        format!("revoked the link {link}"),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes all links back, but for the owner's way back.
#[utoipa::path(delete, path = "/api/sessions/{id}/links", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn revoke_all(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let right = access.on(&id, Role::Owner).await?;
    for link in links::list(&state, &id).await? {
        if link.kind != Kind::Owner {
            links::revoke(&state, &id, &link.id).await?;
        }
    }
    state.runtime().rooms.wake(&id);
    records::audit(
        &state,
        &id,
        &access.name(&right),
        "revoked all links".into(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What those who come by a link do not see.
#[utoipa::path(get, path = "/api/sessions/{id}/hidden", tag = "sharing",
    params(("id" = String, Path, description = "Id of the session")),
    responses((status = 200, body = Vec<Hidden>)))]
async fn hidden(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Vec<Hidden>>, Problem> {
    access.on(&id, Role::Owner).await?;
    let events = state.store().events(&id, 0, usize::MAX).await?;
    let allowed = records::allowed(&state, &id).await?;
    Ok(Json(view::hidden(&events, !allowed.personal_claims)))
}

/// Changes what those who come by a link may see.
#[utoipa::path(post, path = "/api/sessions/{id}/sharing", tag = "sharing", request_body = Allowed,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Allowed),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn allow(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Allowed>,
) -> Result<Json<Allowed>, Problem> {
    let right = access.on(&id, Role::Owner).await?;
    let what = match body.personal_claims {
        true => "showed personal claims on links",
        false => "hid personal claims on links",
    };
    records::audit(&state, &id, &access.name(&right), what.into()).await?;
    records::allow(&state, &id, body).await?;
    Ok(Json(body))
}

/// Ends a session and deletes everything recorded in it; its links say so from now on.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn delete(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    access.on(&id, Role::Owner).await?;
    state.engine().delete(&id).await?;
    state.runtime().deleted(&id);
    access.forget(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
