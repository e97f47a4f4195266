//! One server under several revisions and ways of registration, as ordinary sessions; and one session again.
//!
//! Which sessions belong together is sealed with the first of them: a matrix is as durable as its sessions.

use crate::access::{Access, Role};
use crate::extract::{JsonBody, SessionId};
use crate::problem::Problem;
use crate::state::AppState;
use authscope_model::api::{Again, Command, CreateMatrix, Matrix, MatrixCell, SessionSummary};
use authscope_model::matrix::{self, Planned};
use authscope_model::{RevisionChoice, SessionConfig, Transcript};
use axum::Json;
use axum::extract::State;
use futures_util::StreamExt as _;
use http::StatusCode;
use http::header::{HeaderName, LOCATION};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Name of the sealed list of cells.
const SEALED: &str = "matrix";
/// Level of a cell whose session was not started.
const READY: &str = "ready";
/// Cells that run at the same time: they share the target.
const AT_ONCE: usize = 3;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(read))
        .routes(routes!(resume))
        .routes(routes!(again))
}

type Made<T> = (StatusCode, [(HeaderName, String); 1], Json<T>);

/// Runs one server under every revision and way of registration that makes sense, a few at a time.
///
/// Each cell is an ordinary session. Cells that make no sense are in the answer too, with the reason.
#[utoipa::path(post, path = "/api/matrix", tag = "matrix", request_body = CreateMatrix, responses(
    (status = 201, body = Matrix, description = "Made and running; `Location` is its address",
     headers(("Location" = String, description = "Address of the matrix in the API"))),
    (status = 400, description = "The body or a setting in it cannot be used, or no cell makes sense",
     body = authscope_model::api::Problem, content_type = "application/problem+json"),
))]
async fn create(
    access: Access,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<CreateMatrix>,
) -> Result<Made<Matrix>, Problem> {
    access.may_create()?;
    let mut cells = Vec::new();
    for planned in wanted(&body) {
        let session = match planned.skipped {
            Some(_) => None,
            None => {
                let config = config_of(&body.config, &planned, body.follow_redirects);
                let made = state.engine().create(config, None).await?;
                access.own(&made).await?;
                Some(made)
            }
        };
        cells.push(MatrixCell::new(planned, session));
    }
    let ids: Vec<String> = cells
        .iter()
        .filter_map(|cell| cell.session.clone())
        .collect();
    let Some(id) = ids.first().cloned() else {
        return Err(Problem::bad_request(
            "No combination of the revisions and ways of registration makes sense; a pre-registered client needs a client_id.".into(),
        ));
    };
    let bytes = serde_json::to_vec(&cells).map_err(|_| Problem::internal())?;
    state.store().put_sealed(&id, SEALED, &bytes).await?;
    run_apart(&state, &id, ids);
    let matrix = filled(&state, &id, cells).await?;
    let location = state.public_url().path_to(&format!("api/matrix/{id}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(matrix)))
}

/// The cells that were asked for; all when nothing was said.
fn wanted(body: &CreateMatrix) -> Vec<Planned> {
    let mut planned = matrix::plan(&body.config, true);
    planned.retain(|cell| {
        let revision = RevisionChoice::from(cell.revision);
        (body.revisions.is_empty() || body.revisions.contains(&revision))
            && (body.registrations.is_empty() || body.registrations.contains(&cell.registration))
    });
    planned
}

fn config_of(base: &SessionConfig, cell: &Planned, follow: bool) -> SessionConfig {
    let mut config = base.clone();
    config.revision = cell.revision.into();
    config.registration = cell.registration;
    config.follow_redirects = follow;
    let title = base.title.clone().unwrap_or_else(|| host(&base.server_url));
    config.title = Some(format!(
        "{title} · {} · {}",
        cell.revision,
        matrix::name(cell.registration)
    ));
    config
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// Runs the cells of a matrix while everything else goes on.
fn run_apart(state: &AppState, matrix: &str, ids: Vec<String>) {
    let (state, matrix) = (state.clone(), matrix.to_owned());
    // Twice at the same time would run each cell twice.
    if !state.matrices().insert(matrix.clone()) {
        return;
    }
    tokio::spawn(async move {
        run_all(state.clone(), ids).await;
        state.matrices().remove(&matrix);
    });
}

/// Runs sessions, a few at a time; one that waits for a person makes room for the next.
async fn run_all(state: AppState, ids: Vec<String>) {
    let run = |id: String| {
        let state = state.clone();
        async move {
            if let Err(error) = run_one(&state, &id).await {
                tracing::warn!(session = id, ?error, "a cell of a matrix was not run");
            }
        }
    };
    futures_util::stream::iter(ids)
        .for_each_concurrent(AT_ONCE, run)
        .await;
}

async fn run_one(state: &AppState, id: &str) -> Result<(), Problem> {
    let mut changes = state.store().watch(id).await?;
    state.engine().command(id, Command::Run).await?;
    loop {
        changes.mark_unchanged();
        let status = state.store().session(id).await?.summary.status;
        if !matches!(status.as_str(), "ready" | "running") {
            return Ok(());
        }
        tokio::select! {
            () = state.stopping().cancelled() => return Ok(()),
            changed = changes.changed() => if changed.is_err() {
                // Deleted.
                return Ok(());
            },
        }
    }
}

/// A matrix as it is now.
#[utoipa::path(get, path = "/api/matrix/{id}", tag = "matrix",
    params(("id" = String, Path, description = "Id of the matrix")),
    responses(
        (status = 200, body = Matrix),
        (status = 404, description = "No such matrix",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn read(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Matrix>, Problem> {
    access.on(&id, Role::Viewer).await?;
    find(&state, &id).await.map(Json)
}

/// Runs the cells that were not run yet, a few at a time: after a restart nobody does.
#[utoipa::path(post, path = "/api/matrix/{id}/run", tag = "matrix",
    params(("id" = String, Path, description = "Id of the matrix")),
    responses(
        (status = 202, body = Matrix, description = "They run"),
        (status = 404, description = "No such matrix",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn resume(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<(StatusCode, Json<Matrix>), Problem> {
    // The right on the first session says nothing about the others, so it has to be the creator.
    access.on(&id, Role::Owner).await?;
    let mut matrix = find(&state, &id).await?;
    if matrix.interrupted {
        let queued = matrix.cells.iter().filter(|cell| cell.level == READY);
        let ids = queued.filter_map(|cell| cell.session.clone()).collect();
        run_apart(&state, &id, ids);
        matrix.interrupted = false;
    }
    Ok((StatusCode::ACCEPTED, Json(matrix)))
}

/// The matrix with an id, as it is now.
pub(crate) async fn find(state: &AppState, id: &str) -> Result<Matrix, Problem> {
    let sealed = state.store().get_sealed(id, SEALED).await?;
    let cells = sealed.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let cells = cells.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-matrix",
            "There is no such matrix",
            format!("The session {id:?} was not run as part of a matrix."),
        )
    })?;
    filled(state, id, cells).await
}

/// The cells with what their sessions say by now.
async fn filled(state: &AppState, id: &str, cells: Vec<MatrixCell>) -> Result<Matrix, Problem> {
    let mut out = Vec::with_capacity(cells.len());
    for mut cell in cells {
        if let Some(session) = cell.session.clone() {
            fill(state, &session, &mut cell).await?;
        }
        out.push(cell);
    }
    let at_work = state.matrices().contains(id);
    // Another instance on the same store may be at work: then one of the cells is.
    let is = |level: &str| out.iter().any(|cell| cell.level == level);
    Ok(Matrix {
        id: id.to_owned(),
        server_url: state.store().session(id).await?.summary.server_url,
        interrupted: !at_work && is(READY) && !is("running"),
        cells: out,
    })
}

async fn fill(state: &AppState, session: &str, cell: &mut MatrixCell) -> Result<(), Problem> {
    let events = match state.store().events(session, 0, usize::MAX).await {
        Ok(events) => events,
        Err(authscope_store::StoreError::UnknownSession(_)) => {
            cell.session = None;
            cell.skipped = Some("Its session was deleted.".into());
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let transcript = Transcript::from_events(&events);
    let findings = authscope_rules::diagnose(&transcript);
    let verdict = authscope_rules::verdict(&transcript, &findings);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    cell.level = verdict.level.as_str().into();
    cell.sentence = verdict.sentence;
    cell.failures = number(verdict.failures);
    cell.warnings = number(verdict.warnings);
    Ok(())
}

/// Runs a session again as a new one, with the same settings (secrets included) but for those given.
#[utoipa::path(post, path = "/api/sessions/{id}/again", tag = "sessions", request_body = Again,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 201, body = SessionSummary, description = "Made and running",
         headers(("Location" = String, description = "Address of the new session in the API"))),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "Its settings are not kept here; `detail` says why",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn again(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Again>,
) -> Result<Made<SessionSummary>, Problem> {
    access.may_create()?;
    access.on(&id, Role::Owner).await?;
    let mut config = state.engine().settings_of(&id).await?;
    if let Some(revision) = body.revision {
        config.revision = revision;
        // A title that names a revision would lie.
        config.title = None;
    }
    config.registration = body.registration.unwrap_or(config.registration);
    let mode = Some(authscope_model::event::Mode::Run);
    let new = state.engine().create(config, mode).await?;
    access.own(&new).await?;
    let summary = state.store().session(&new).await?.summary;
    let location = state.public_url().path_to(&format!("api/sessions/{new}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(summary)))
}
