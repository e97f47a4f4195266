//! The pages that are written here instead of in the interface: comparison and matrix.
//!
//! They are read more than worked in, so they cost the first load of the interface nothing.

use crate::access::{Access, Role};
use crate::extract::{QueryOf, of_branch};
use crate::problem::Problem;
use crate::state::AppState;
use crate::ui::{Html, Shell, compare_view, design, matrix_view, pick};
use authscope_compare::{Comparison, Subject};
use authscope_model::{Finding, Transcript};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;

/// How many sessions are offered.
const OFFERED: usize = 200;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/compare", get(pick_first))
        .route("/compare/{a}", get(pick_second))
        .route("/compare/{a}/{b}", get(compare))
        .route("/compare/{a}/{b}/{x}/{y}", get(compare_pair))
        .route("/matrix", get(matrix_form))
        .route("/design", get(design))
        .route("/matrix/{id}", get(matrix))
        .route(
            "/pages.css",
            get(async || file("text/css", include_str!("../ui/compare.css"))),
        )
        .route(
            "/pages.js",
            get(async || file("text/javascript", include_str!("../ui/pages.js"))),
        )
}

/// Title of the pages of the matrix.
const MATRIX: &str = "Every revision at once";

const fn shell<'a>(title: &'a str, section: &'a str, live: bool) -> Shell<'a> {
    Shell {
        title,
        section,
        live,
    }
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text).into_response()
}

/// A page that says what went wrong.
fn sorry(state: &AppState, problem: &Problem) -> Response {
    let mut html = Html::default();
    html.raw("<main class=\"words\" id=\"main\"><h2>")
        .text(problem.title())
        .raw("</h2><p>")
        .text(problem.detail());
    html.raw("</p><p><a class=\"button\" href=\"./\">Go to the start page</a></p></main>");
    let mut response = html.page(state, &shell("Not found", "", false));
    *response.status_mut() = problem.status();
    response
}

async fn design(State(state): State<AppState>) -> Response {
    design::page().page(&state, &shell("Design", "design", false))
}

async fn pick_first(access: Access, State(state): State<AppState>) -> Response {
    picked(access, &state, None)
        .await
        .unwrap_or_else(|problem| sorry(&state, &problem))
}

async fn pick_second(
    access: Access,
    Path(a): Path<String>,
    State(state): State<AppState>,
) -> Response {
    picked(access, &state, Some(a))
        .await
        .unwrap_or_else(|problem| sorry(&state, &problem))
}

async fn picked(access: Access, state: &AppState, a: Option<String>) -> Result<Response, Problem> {
    if let Some(address) = beside(&access, state, a.as_deref()).await? {
        return Ok(Redirect::to(&address).into_response());
    }
    let all = super::sessions::visible(&access, state, OFFERED).await?;
    let chosen = match a {
        Some(a) => {
            access.on(&a, Role::Viewer).await?;
            Some(state.store().session(&a).await?.summary)
        }
        None => None,
    };
    let html = pick::page(chosen.as_ref(), &all);
    Ok(html.page(state, &shell("Compare two sessions", "compare", false)))
}

/// Of a branch: where it is seen beside the one it left.
async fn beside(
    access: &Access,
    state: &AppState,
    a: Option<&str>,
) -> Result<Option<String>, Problem> {
    let Some(a) = a.filter(|a| a.contains('@')) else {
        return Ok(None);
    };
    let transcript = super::compare::transcript(access, state, a).await?;
    let (id, _) = of_branch(a);
    let this = transcript.branch;
    let mark = transcript.branches.iter().find(|b| b.branch == this);
    let left = mark.map_or(0, |mark| mark.parent);
    let base = state.public_url().base_path();
    Ok(Some(format!("{base}compare/{id}@{left}/{id}@{this}")))
}

#[derive(Deserialize)]
struct Shown {
    /// `show`: values that differ in every run count.
    #[serde(default)]
    volatile: String,
}

async fn compare(
    access: Access,
    Path((a, b)): Path<(String, String)>,
    QueryOf(shown): QueryOf<Shown>,
    State(state): State<AppState>,
) -> Response {
    let page = compared(access, &state, &a, &b, None, &shown).await;
    page.unwrap_or_else(|problem| sorry(&state, &problem))
}

async fn compare_pair(
    access: Access,
    Path((a, b, x, y)): Path<(String, String, u32, u32)>,
    QueryOf(shown): QueryOf<Shown>,
    State(state): State<AppState>,
) -> Response {
    let page = compared(access, &state, &a, &b, Some((x, y)), &shown).await;
    page.unwrap_or_else(|problem| sorry(&state, &problem))
}

async fn compared(
    access: Access,
    state: &AppState,
    a: &str,
    b: &str,
    pair: Option<(u32, u32)>,
    shown: &Shown,
) -> Result<Response, Problem> {
    let both = both(&access, state, a, b).await?;
    let comparison = both.comparison();
    let view = compare_view::View {
        a,
        b,
        comparison: &comparison,
        pair,
        detail: pair.and_then(|(x, y)| authscope_compare::pair(&both.left, x, &both.right, y)),
        hide: shown.volatile != "show",
    };
    let live = [&comparison.a, &comparison.b]
        .iter()
        .any(|side| side.status != "finished");
    Ok(view
        .html()
        .page(state, &shell("Compare two sessions", "compare", live)))
}

async fn matrix_form(access: Access, State(state): State<AppState>) -> Response {
    match access.may_create() {
        Ok(()) => matrix_view::form().page(&state, &shell(MATRIX, "matrix", false)),
        Err(problem) => sorry(&state, &problem),
    }
}

async fn matrix(access: Access, Path(id): Path<String>, State(state): State<AppState>) -> Response {
    match tabled(access, &state, &id).await {
        Ok(page) => page,
        Err(problem) => sorry(&state, &problem),
    }
}

async fn tabled(access: Access, state: &AppState, id: &str) -> Result<Response, Problem> {
    access.on(id, Role::Viewer).await?;
    let matrix = super::matrix::find(state, id).await?;
    let live = matrix.cells.iter().any(matrix_view::is_open);
    let mut moves = Vec::new();
    for (before, after, way) in matrix_view::moves(&matrix) {
        let comparison = both(&access, state, &before.1, &after).await?.comparison();
        moves.push(matrix_view::Move {
            from: before.0,
            way,
            before: before.1,
            after,
            findings: comparison.findings,
        });
    }
    let html = matrix_view::table(&matrix, &moves);
    Ok(html.page(state, &shell(MATRIX, "matrix", live)))
}

/// Two sessions with what the rules found in them.
struct Both {
    left: Transcript,
    right: Transcript,
    found: (Vec<Finding>, Vec<Finding>),
}

impl Both {
    fn comparison(&self) -> Comparison {
        authscope_compare::compare(
            Subject {
                transcript: &self.left,
                findings: &self.found.0,
            },
            Subject {
                transcript: &self.right,
                findings: &self.found.1,
            },
        )
    }
}

async fn both(access: &Access, state: &AppState, a: &str, b: &str) -> Result<Both, Problem> {
    let left = super::compare::transcript(access, state, a).await?;
    let right = super::compare::transcript(access, state, b).await?;
    let found = (
        authscope_rules::diagnose(&left),
        authscope_rules::diagnose(&right),
    );
    Ok(Both { left, right, found })
}
