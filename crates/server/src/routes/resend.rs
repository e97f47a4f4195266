//! One recorded exchange, the draft of its request, and sending it again edited; the same for a request that waits at a
//! breakpoint.

use crate::access::{Access, Right, Role};
use crate::extract::{ExchangeOf, JsonBody, SessionId};
use crate::problem::Problem;
use crate::sharing::{records, view};
use crate::state::AppState;
use authscope_model::api::{Draft, Resend, Resent};
use authscope_model::config::Breakpoint;
use authscope_model::{EventKind, Exchange, Transcript};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(recorded))
        .routes(routes!(draft))
        .routes(routes!(resend))
        .routes(routes!(held, send_held))
        .routes(routes!(breakpoints))
}

/// Events that are read at once while an exchange is looked for.
const PAGE: usize = 500;

/// The exchange with a number, as somebody may see it.
async fn exchange_of(
    state: &AppState,
    id: &str,
    number: u32,
    right: &Right,
) -> Result<Option<Exchange>, Problem> {
    let mut after = 0;
    loop {
        let events = state.store().events(id, after, PAGE).await?;
        let Some(last) = events.last() else {
            return Ok(None);
        };
        after = last.seq;
        for event in events {
            if !matches!(&event.kind, EventKind::Exchange { exchange } if exchange.id == number) {
                continue;
            }
            return Ok(match right.show(event).map(|event| event.kind) {
                Some(EventKind::Exchange { exchange }) => Some(exchange),
                _ => None,
            });
        }
    }
}

fn no_such(number: u32) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown-exchange",
        "There is no such step",
        format!("The session has no recorded exchange {number}."),
    )
}

/// One recorded exchange; null while there is none with this number.
#[utoipa::path(get, path = "/api/sessions/{id}/exchanges/{exchange}", tag = "sessions",
    params(
        ("id" = String, Path, description = "Id of the session"),
        ("exchange" = u32, Path, description = "Number of the exchange"),
    ),
    responses(
        (status = 200, body = Object, description = "As in the event `exchange`, or null"),
        (status = 400, description = "The number is none",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn recorded(
    access: Access,
    ExchangeOf(id, number): ExchangeOf,
    State(state): State<AppState>,
) -> Result<Json<Option<Exchange>>, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    exchange_of(&state, &id, number, &right).await.map(Json)
}

/// A recorded request as it is edited before it is sent again. Placeholders stand for masked values.
#[utoipa::path(get, path = "/api/sessions/{id}/exchanges/{exchange}/draft", tag = "sessions",
    params(
        ("id" = String, Path, description = "Id of the session"),
        ("exchange" = u32, Path, description = "Number of the exchange"),
    ),
    responses(
        (status = 200, body = Draft),
        (status = 400, description = "The number is none",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 403, description = "For the owner and controllers",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session, or no such exchange in it",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "authscope did not send it, or the vault was wiped",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn draft(
    access: Access,
    ExchangeOf(id, number): ExchangeOf,
    State(state): State<AppState>,
) -> Result<Json<Draft>, Problem> {
    let right = access.on(&id, Role::Controller).await?;
    let exchange = exchange_of(&state, &id, number, &right).await?;
    let exchange = exchange.ok_or_else(|| no_such(number))?;
    Ok(Json(state.engine().draft(&id, &exchange).await?))
}

/// Sends an edited request beside the flow, which does not change by it. The answer comes as an exchange of its own.
///
/// A placeholder is replaced by its value on the server only, and only in a request to an origin that the value was
/// sent to before. Of an authorization request, a browser is sent there by the path in `sign_in`.
#[utoipa::path(post, path = "/api/sessions/{id}/resend", tag = "sessions", request_body = Resend,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 202, body = Resent, description = "It is being sent"),
        (status = 400, description = "The body cannot be read; `detail` names the place",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 403, description = "For the owner and controllers",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was not sent; `detail` says why",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large, or the session is full",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn resend(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Resend>,
) -> Result<(StatusCode, Json<Resent>), Problem> {
    let right = access.on(&id, Role::Controller).await?;
    let of = body.of;
    let trusted = right.role == Role::Owner;
    let resent = state.engine().resend(&id, body, trusted).await?;
    let what = format!("sent step {of} again, edited, as step {}", resent.exchange);
    records::audit(&state, &id, &access.name(&right), what).await?;
    Ok((StatusCode::ACCEPTED, Json(resent)))
}

/// What waits at a breakpoint, as it is edited: a request before it is sent, an answer (`status`) before it is read.
#[utoipa::path(get, path = "/api/sessions/{id}/held", tag = "sessions",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Draft),
        (status = 403, description = "For the owner and controllers",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nothing waits",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn held(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Draft>, Problem> {
    access.on(&id, Role::Controller).await?;
    Ok(Json(state.engine().held(&id).await?))
}

/// Sends the request that waits at a breakpoint, edited; the flow goes on with its answer. With `status`, the flow reads
/// the answer that waits, edited; for the owner alone, because an answer can say where secrets go. `of` means nothing here.
#[utoipa::path(post, path = "/api/sessions/{id}/held", tag = "sessions", request_body = Resend,
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 202, body = Resent, description = "It is being sent, or was read"),
        (status = 400, description = "The body cannot be read; `detail` names the place",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 403, description = "For the owner and controllers",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was not sent or read; `detail` says why",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large, or the session is full",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn send_held(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
    JsonBody(body): JsonBody<Resend>,
) -> Result<(StatusCode, Json<Resent>), Problem> {
    let right = access.on(&id, Role::Controller).await?;
    let trusted = right.role == Role::Owner;
    let part = match body.status {
        Some(_) => "the answer",
        None => "the request",
    };
    let sent = state.engine().send_held(&id, body, trusted).await?;
    let what = format!("edited {part} of step {} at a breakpoint", sent.exchange);
    records::audit(&state, &id, &access.name(&right), what).await?;
    Ok((StatusCode::ACCEPTED, Json(sent)))
}

/// Where the flow waits for a person. They are set with the command `set_breakpoints`.
#[utoipa::path(get, path = "/api/sessions/{id}/breakpoints", tag = "sessions",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 200, body = Vec<Breakpoint>),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn breakpoints(
    access: Access,
    SessionId(id): SessionId,
    State(state): State<AppState>,
) -> Result<Json<Vec<Breakpoint>>, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let events = view::read(&state, &id, &right).await?.events;
    Ok(Json(Transcript::from_events(&events).breakpoints))
}
