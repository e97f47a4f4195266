//! A session in the formats of other tools, as a file to keep.

use crate::access::{Access, Role};
use crate::problem::Problem;
use crate::sharing::view;
use crate::state::AppState;
use authscope_formats::export::{self, Format};
use authscope_model::Recording;
use axum::extract::{Path, State};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(exported))
}

/// A session as a file: the recording (`json`), `har` (1.2), `mermaid`, `svg`, `markdown` (a bug report) or
/// `html` (one page that opens offline).
///
/// Secrets in it are masked, as they are everywhere. An extension (`md`, `mmd`) does as well as a name.
#[utoipa::path(get, path = "/api/sessions/{id}/export/{format}", tag = "sessions",
    params(
        ("id" = String, Path, description = "Id of the session"),
        ("format" = String, Path, description = "`json`, `har`, `mermaid`, `svg`, `markdown` or `html`"),
    ),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream",
         headers(("Content-Disposition" = String, description = "`attachment` with a file name"))),
        (status = 404, description = "No such session or format",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn exported(
    access: Access,
    Path((id, format)): Path<(String, String)>,
    State(state): State<AppState>,
) -> Result<([(HeaderName, String); 2], String), Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let format = Format::parse(&format).ok_or_else(|| unknown(&format))?;
    let recording = Recording::new(view::read(&state, &id, &right).await?.events);
    let name = export::file_name(format, &recording);
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, export::export(format, &recording)))
}

fn unknown(format: &str) -> Problem {
    let known = Format::ALL.map(Format::id).join(", ");
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown-format",
        "There is no such format",
        format!("A session cannot be exported as {format:?}; the formats are {known}."),
    )
}
