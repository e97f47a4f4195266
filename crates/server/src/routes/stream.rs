//! The event stream of a session.
//!
//! Every event comes from the store: first what is after the reader's last number, then what is new. The
//! watch only says that there is something to read, so a slow reader reads larger steps later, and
//! nothing is lost, doubled, or kept in memory for it.

use crate::access::{Access, Right, Role};
use crate::extract::{QueryOf, SessionId};
use crate::limits;
use crate::problem::Problem;
use crate::sharing::links;
use crate::sharing::presence::{Presence, Seat};
use crate::state::AppState;
use authscope_model::Event;
use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::Stream;
use futures_util::stream::{self, StreamExt as _};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Proxies close connections on which nothing comes, often after 30 s.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// How long a browser waits before it asks again after a lost connection.
const RETRY: Duration = Duration::from_secs(2);
/// Events read from the store at once.
const PAGE: usize = 64;
/// The log is looked at this often even when nobody wakes us: another process may have written.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// A link is looked at this often while somebody is connected by it, whichever process revokes it.
const STILL_VALID: Duration = Duration::from_millis(700);

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(events))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct After {
    /// Send events with a number above this one only. `Last-Event-ID` goes before it.
    #[serde(default)]
    after: u64,
}

/// The events of a session as server-sent events: what there is, then what comes.
///
/// `id` is the event's number, `data` the event as JSON. `event: bye` comes when the server shuts down
/// (connect again), `event: gone` when the session was deleted or the link is over (do not; the data says why in words),
/// and `event: presence` at first, and when somebody came, went, wrote a note, or the owner looks at another step.
#[utoipa::path(get, path = "/api/sessions/{id}/events", tag = "sessions",
    params(("id" = String, Path, description = "Id of the session"), After,
           ("Last-Event-ID" = Option<String>, Header, description = "Number of the last event seen")),
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 400, description = "`after` is not a number",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such session",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many are connected; `detail` names the setting",
         body = authscope_model::api::Problem, content_type = "application/problem+json"),
    ))]
async fn events(
    access: Access,
    SessionId(id): SessionId,
    QueryOf(query): QueryOf<After>,
    headers: HeaderMap,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let place = state.limiter().seat(&id, access.who.address)?;
    let watch = state.store().watch(&id).await?;
    let link = right.link.as_ref();
    let seat = state.runtime().rooms.enter(
        &id,
        // An owner who previews is no guest.
        if right.preview {
            Role::Owner
        } else {
            right.role
        },
        link.map(|link| (link.id.clone(), link.name.clone())),
    );
    let reader = Reader {
        watch,
        stopping: state.stopping().clone(),
        state,
        right,
        seat,
        _place: place,
        checked: Some(Instant::now()),
        after: last_event_id(&headers).unwrap_or(query.after),
        page: VecDeque::new(),
        ended: false,
        id,
    };
    Ok(response(reader.messages()))
}

/// A browser sends back what we sent; anything else is as good as nothing.
fn last_event_id(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

fn response(messages: impl Stream<Item = sse::Event> + Send + 'static) -> Response {
    // Something is sent at once, so that proxies pass the head on and browsers call the stream open.
    let hello = sse::Event::default().retry(RETRY).comment("authscope");
    let messages = stream::iter([hello]).chain(messages);
    let sse = Sse::new(messages.map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("keep-alive"));
    let mut response = sse.into_response();
    let headers = response.headers_mut();
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-transform"),
    );
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

/// One viewer's place in the log.
struct Reader {
    state: AppState,
    id: String,
    right: Right,
    seat: Seat,
    /// Counted as one of the connections there may be, until this is dropped.
    _place: limits::Seat,
    /// When the link was looked at; nothing when it should be at once.
    checked: Option<Instant>,
    watch: watch::Receiver<u64>,
    stopping: CancellationToken,
    /// Number of the last event that was read.
    after: u64,
    /// Read, not sent yet.
    page: VecDeque<Event>,
    ended: bool,
}

impl Reader {
    fn messages(self) -> impl Stream<Item = sse::Event> {
        stream::unfold(self, async |mut reader| {
            let message = reader.next().await?;
            Some((message, reader))
        })
    }

    async fn next(&mut self) -> Option<sse::Event> {
        if self.ended {
            return None;
        }
        loop {
            if let Some(why) = self.over().await {
                return self.end("gone", &why);
            }
            if let Some(event) = self.page.pop_front() {
                let Some(event) = self.right.show(event) else {
                    continue;
                };
                return message(&event)
                    .or_else(|| self.end("bye", "an event could not be written"));
            }
            // Marked as seen before reading: what is written after this wakes us again.
            self.watch.mark_unchanged();
            match self.state.store().events(&self.id, self.after, PAGE).await {
                Ok(page) if page.is_empty() => {}
                Ok(page) => {
                    self.after = page.last().map_or(self.after, |event| event.seq);
                    self.page = page.into();
                    continue;
                }
                Err(authscope_store::StoreError::UnknownSession(_)) => return self.gone(),
                Err(error) => {
                    tracing::error!(%error, "the stream ends because the store failed");
                    return self.end("bye", "the storage failed");
                }
            }
            let pause = match self.right.link {
                Some(_) => STILL_VALID,
                None => LOOK_AGAIN,
            };
            tokio::select! {
                () = self.stopping.cancelled() => {
                    return self.end("bye", "the server is shutting down");
                }
                changed = self.watch.changed() => if changed.is_err() {
                    return self.gone();
                },
                presence = self.seat.changed() => {
                    // Whoever is woken may have lost their link.
                    self.checked = None;
                    if let Some(why) = self.over().await {
                        return self.end("gone", &why);
                    }
                    return present(&presence);
                }
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Why the link this reader came by is over, when it is. Looked up now and then, however much there is to send.
    async fn over(&mut self) -> Option<String> {
        let link = self.right.link.as_ref()?;
        if self.checked.is_some_and(|at| at.elapsed() < STILL_VALID) {
            return None;
        }
        self.checked = Some(Instant::now());
        match links::read(&self.state, &self.id, &link.id).await {
            Ok(Some(link)) => link
                .check(self.state.engine().now())
                .err()
                .map(|problem| words(&problem)),
            Ok(None) => Some(words(&links::deleted())),
            // A store that fails for a moment revokes nothing; the reader finds out when it reads.
            Err(_) => None,
        }
    }

    fn gone(&mut self) -> Option<sse::Event> {
        self.end("gone", &words(&links::deleted()))
    }

    fn end(&mut self, event: &str, why: &str) -> Option<sse::Event> {
        self.ended = true;
        Some(sse::Event::default().event(event).data(why))
    }
}

/// What a page can show as it is.
fn words(problem: &Problem) -> String {
    format!("{}. {}", problem.title(), problem.detail())
}

fn present(presence: &Presence) -> Option<sse::Event> {
    sse::Event::default()
        .event("presence")
        .json_data(presence)
        .ok()
}

fn message(event: &Event) -> Option<sse::Event> {
    let message = sse::Event::default().id(event.seq.to_string());
    message
        .json_data(event)
        .map_err(|error| tracing::error!(%error, "an event could not be written as JSON"))
        .ok()
}
