//! Raw values: revealed one at a time, for the owner, and written down each time.

use crate::access::{Access, Role};
use crate::extract::{JsonBody, SessionId};
use crate::problem::Problem;
use crate::sharing::records::{self, Audit};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reveal))
        .routes(routes!(wipe))
        .routes(routes!(audit))
}

/// Which value.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Reveal {
    /// The six hexadecimal digits behind `#` in its mask.
    hash: String,
}

/// A raw value.
#[derive(Serialize, utoipa::ToSchema)]
struct RawValue {
    /// What it is, such as `access_token`.
    kind: String,
    value: String,
}

/// The raw value behind one mask. Who asked, when and for what is written to the audit list first.
#[utoipa::path(post, path = "/api/sessions/{id}/reveal", tag = "secrets", request_body = Reveal,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = RawValue),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "The value is not in the vault",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "The vault was wiped",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn reveal(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Reveal>,
) -> Result<Json<RawValue>, Problem> {
    let right = access.on(&id, Role::Owner).await?;
    let hash = body.hash.trim_start_matches('#');
    if hash.len() != 6 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Problem::bad_request(
            "The member \"hash\" is not the six hexadecimal digits of a mask.".into(),
        ));
    }
    let Some(found) = state.engine().reveal(&id, hash).await? else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not-in-vault",
            "The value is not in the vault",
            format!(
                "No value with the mark #{hash} is kept: values that the flow does not need again, such as state, are not."
            ),
        ));
    };
    let what = format!("revealed {} #{hash}", found.kind);
    records::audit(&state, &id, &access.name(&right), what).await?;
    Ok(Json(RawValue {
        kind: found.kind,
        value: found.value,
    }))
}

/// Wipes the raw values of a session. The recording stays; the flow can neither go on nor be retried.
#[utoipa::path(post, path = "/api/sessions/{id}/wipe", tag = "secrets",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "Wiped, or there were none"),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is running",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn wipe(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let right = access.on(&id, Role::Owner).await?;
    if state.engine().wipe(&id).await? {
        records::audit(
            &state,
            &id,
            &access.name(&right),
            "wiped the raw values".into(),
        )
        .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Who revealed, shared and revoked what, the newest line first.
#[utoipa::path(get, path = "/api/sessions/{id}/audit", tag = "secrets",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Vec<Audit>),
        (status = 403, description = "For the owner",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn audit(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Vec<Audit>>, Problem> {
    access.on(&id, Role::Owner).await?;
    Ok(Json(records::audited(&state, &id).await?))
}
