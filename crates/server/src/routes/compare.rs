//! Two sessions side by side.

use crate::access::{Access, Role};
use crate::extract::{QueryOf, SessionId, TwoSessions, of_branch};
use crate::problem::Problem;
use crate::sharing::view;
use crate::state::AppState;
use authscope_compare::{Comparison, PairDetail, Subject};
use authscope_model::Transcript;
use authscope_model::api::Since;
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(compare))
        .routes(routes!(pair))
        .routes(routes!(since))
}

/// What differs between two sessions as they are now: `id` is what was, `other` what is.
///
/// Steps are lined up by their kind. `id@2` stands for the branch 2 of a session, which a retry made; without it the
/// branch that goes on is meant. Values that differ in every run do not count; each row says how many it has.
#[utoipa::path(get, path = "/api/sessions/{id}/compare/{other}", tag = "compare",
    params(("id" = String, Path, description = "Id of the session that was"),
           ("other" = String, Path, description = "Id of the session that is")),
    responses(
        (status = 200, body = Comparison),
        (status = 404, description = "One of them is not there",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn compare(
    access: Access,
    TwoSessions(id, other): TwoSessions,
    State(state): State<AppState>,
) -> Result<Json<Comparison>, Problem> {
    let (a, b) = (
        transcript(&access, &state, &id).await?,
        transcript(&access, &state, &other).await?,
    );
    let found = (authscope_rules::diagnose(&a), authscope_rules::diagnose(&b));
    let subject = |transcript, findings| Subject {
        transcript,
        findings,
    };
    Ok(Json(authscope_compare::compare(
        subject(&a, &found.0),
        subject(&b, &found.1),
    )))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Steps {
    /// Number of the step in the first session; 0 when it has none.
    #[serde(default)]
    a: u32,
    /// Number of the step in the second session; 0 when it has none.
    #[serde(default)]
    b: u32,
}

/// One pair of steps, value by value.
#[utoipa::path(get, path = "/api/sessions/{id}/compare/{other}/pair", tag = "compare",
    params(("id" = String, Path, description = "Id of the session that was"),
           ("other" = String, Path, description = "Id of the session that is"), Steps),
    responses(
        (status = 200, body = PairDetail),
        (status = 400, description = "`a` or `b` is not a number",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "One of the sessions, or the pair, is not there",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn pair(
    access: Access,
    TwoSessions(id, other): TwoSessions,
    QueryOf(steps): QueryOf<Steps>,
    State(state): State<AppState>,
) -> Result<Json<PairDetail>, Problem> {
    let (a, b) = (
        transcript(&access, &state, &id).await?,
        transcript(&access, &state, &other).await?,
    );
    let detail = authscope_compare::pair(&a, steps.a, &b, steps.b);
    detail.map(Json).ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-step",
            "There are no such steps",
            format!(
                "The first session has no step {} and the second no step {}.",
                steps.a, steps.b
            ),
        )
    })
}

/// Earlier sessions that are looked at for one that worked.
const LOOKED_AT: usize = 200;

/// What changed since the same server worked the last time; null when it never did, as far as you may see.
#[utoipa::path(get, path = "/api/sessions/{id}/since", tag = "compare",
    params(("id" = String, Path, description = "Id of the session that is")),
    responses(
        (status = 200, body = Option<Since>),
        (status = 404, description = "It is not there",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn since(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Option<Since>>, Problem> {
    let now = transcript(&access, &state, &id).await?;
    let this = state.store().session(&id).await?.summary;
    let all = super::sessions::visible(&access, &state, LOOKED_AT).await?;
    let candidates = all.into_iter().filter(|it| {
        it.id != id
            && it.server_url == this.server_url
            && it.created_at <= this.created_at
            && it.status == "finished"
            && it.failures == 0
    });
    for it in candidates {
        let before = transcript(&access, &state, &it.id).await?;
        // One that was stopped has no failure either.
        if !matches!(before.status, Status::Finished(Ending::Complete, _)) {
            continue;
        }
        // With an edit it is no sign that the server worked.
        if before.edited_step().is_some() {
            continue;
        }
        let found = (
            authscope_rules::diagnose(&before),
            authscope_rules::diagnose(&now),
        );
        let subject = |transcript, findings| Subject {
            transcript,
            findings,
        };
        let comparison =
            authscope_compare::compare(subject(&before, &found.0), subject(&now, &found.1));
        return Ok(Json(Some(Since {
            before: it.id,
            at: it.created_at,
            sentence: comparison.sentence,
        })));
    }
    Ok(Json(None))
}

/// A session as the one who asks may see it; `id@2`: with its branch 2 as the active one.
pub(crate) async fn transcript(
    access: &Access,
    state: &AppState,
    id: &str,
) -> Result<Transcript, Problem> {
    let (id, branch) = of_branch(id);
    let right = access.on(id, Role::Viewer).await?;
    let seen = view::read(state, id, &right).await?;
    let transcript = Transcript::from_events(&seen.events);
    match branch {
        None => Ok(transcript),
        Some(branch) => on_branch(transcript, branch),
    }
}

fn on_branch(transcript: Transcript, branch: &str) -> Result<Transcript, Problem> {
    let found = branch
        .parse()
        .ok()
        .and_then(|branch| transcript.on_branch(branch));
    found.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-branch",
            "There is no such branch",
            format!("The session has no branch {branch:?}. Its first run is branch 0, each retry makes the next."),
        )
    })
}
