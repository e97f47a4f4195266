//! What one client and one session may take of an instance, so that nobody takes all of it.
//!
//! One layer ([`layer`]) judges every request that passed the checks of Host and Origin: how many a client makes, how
//! many sessions it makes, how many orders a session gets. What lasts longer than its request, a place at an event
//! stream, is a [`Seat`] that the stream holds. Every refusal names the setting that decides.
//!
//! A client is an address (of IPv6 its /64), as a trusted proxy gives it or as the connection has it. What is counted
//! is known to this process alone.

mod rate;
mod seats;

pub(crate) use seats::Seat;

use crate::problem::Problem;
use crate::sharing::identity;
use crate::state::AppState;
use crate::ui;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use rate::Rate;
use seats::Seats;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Instant;

/// What an operator may set. `None`: no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one client in a minute (`--limit-requests`).
    pub requests: Option<u32>,
    /// Sessions that one client makes in a minute (`--limit-new-sessions`).
    pub new_sessions: Option<u32>,
    /// Orders to one session in a minute (`--limit-commands`).
    pub commands: Option<u32>,
    /// Sessions there may be (`--limit-sessions`).
    pub sessions: Option<u64>,
    /// Connections to the events of one session, and of one client to those of all (`--limit-viewers`).
    pub viewers: Option<usize>,
    /// Connections to events in all (`--limit-streams`).
    pub streams: Option<usize>,
    /// Bytes of the body of a request (`--limit-body`).
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: Some(3000),
            new_sessions: Some(300),
            commands: Some(600),
            sessions: Some(20_000),
            viewers: Some(1000),
            streams: Some(5000),
            body: 256 * 1024,
        }
    }
}

/// Bytes that the body of a request may have, for whoever reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// What is counted.
#[derive(Debug)]
pub(crate) struct Limiter {
    pub(crate) limits: Limits,
    begun: Instant,
    requests: Rate<Option<IpAddr>>,
    new_sessions: Rate<Option<IpAddr>>,
    commands: Rate<String>,
    seats: Seats,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            requests: Rate::new(limits.requests),
            new_sessions: Rate::new(limits.new_sessions),
            commands: Rate::new(limits.commands),
            seats: Seats::default(),
            begun: Instant::now(),
            limits,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// A place at the events of a session, for as long as it is held.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn seat(&self, session: &str, address: Option<IpAddr>) -> Result<Seat, Problem> {
        self.seats.take(&self.limits, session, client(address))
    }
}

/// How much a request counts as, beside being one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Makes so many sessions at most.
    Creates(u32),
    /// An order to a session.
    Orders(String),
    Other,
}

/// A matrix makes a session for each revision and way of registration.
const MATRIX: u32 = 16;

/// Judged by the route, so that a new one is noticed by the test that walks over all of them.
fn kind(method: &Method, route: &str, path: &str) -> Kind {
    if method.is_safe() {
        return Kind::Other;
    }
    match route {
        "/api/sessions" | "/api/sessions/{id}/again" | "/api/targets/{id}/sessions" => {
            Kind::Creates(1)
        }
        "/api/matrix" => Kind::Creates(MATRIX),
        route if route.starts_with("/api/sessions/{id}") => {
            let id = path.trim_start_matches("/api/sessions/").split('/').next();
            Kind::Orders(id.unwrap_or_default().to_owned())
        }
        _ => Kind::Other,
    }
}

/// Supervisors ask these, and must be answered however busy somebody else is.
fn is_exempt(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// The layer.
pub(crate) async fn layer(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let for_a_person = is_page(&request);
    // A request's body cannot be shared between threads, so what is judged is not awaited.
    let judged = match judge(&state, &request) {
        Ok(true) => room(&state).await,
        Ok(false) => Ok(()),
        Err(problem) => Err(problem),
    };
    if let Err(problem) = judged {
        return refuse(&state, for_a_person, &problem);
    }
    let limit = BodyLimit(state.limiter().limits.body);
    request.extensions_mut().insert(limit);
    next.run(request).await
}

/// Counts a request; says whether it makes a session.
fn judge(state: &AppState, request: &Request) -> Result<bool, Problem> {
    let path = request.uri().path();
    if is_exempt(path) {
        return Ok(false);
    }
    let limiter = state.limiter();
    let limits = &limiter.limits;
    let client = client(identity::address(state, request));
    let now = limiter.now();
    let taken = limiter.requests.take(client, 1, now);
    taken.map_err(|wait| {
        too_many(
            "requests",
            "your address",
            limits.requests,
            "--limit-requests",
            wait,
        )
    })?;
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    match kind(request.method(), route, path) {
        Kind::Other => Ok(false),
        Kind::Orders(session) => {
            let taken = limiter.commands.take(session, 1, now);
            taken.map_err(|wait| {
                too_many(
                    "orders",
                    "this session",
                    limits.commands,
                    "--limit-commands",
                    wait,
                )
            })?;
            Ok(false)
        }
        Kind::Creates(sessions) => {
            let most = limits.new_sessions.unwrap_or(sessions).max(1);
            let taken = limiter.new_sessions.take(client, sessions.min(most), now);
            taken.map_err(|wait| {
                let setting = "--limit-new-sessions";
                too_many(
                    "new sessions",
                    "your address",
                    limits.new_sessions,
                    setting,
                    wait,
                )
            })?;
            Ok(true)
        }
    }
}

/// Whether another session may be made.
async fn room(state: &AppState) -> Result<(), Problem> {
    let Some(limit) = state.limiter().limits.sessions else {
        return Ok(());
    };
    let there = state.store().holdings().await?.len();
    if u64::try_from(there).unwrap_or(u64::MAX) < limit {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-sessions",
        "There is no room for another session",
        format!(
            "This authscope keeps {there} sessions, and --limit-sessions allows {limit}. Sessions are deleted when \
             their time is over; deleting some that are not needed helps at once."
        ),
    )
    .retry_after(60))
}

fn too_many(what: &str, whose: &str, count: Option<u32>, setting: &str, wait: u64) -> Problem {
    let count = count.unwrap_or_default();
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-requests",
        "Too much in too little time",
        format!(
            "There were more than {count} {what} in a minute for {whose}, the most that {setting} allows. Try again in \
             {wait} s."
        ),
    )
    .retry_after(wait)
}

/// Whether a person at a browser reads the answer.
fn is_page(request: &Request) -> bool {
    request.method().is_safe() && !request.uri().path().starts_with("/api/")
}

/// A refusal in the form that whoever asked can read.
fn refuse(state: &AppState, for_a_person: bool, problem: &Problem) -> Response {
    if !for_a_person {
        return problem.clone().into_response();
    }
    let mut response = ui::problem(problem, state.public_url());
    problem.add_headers(response.headers_mut());
    response
}

/// The address that counts: of IPv6 the network, since whoever has one address there has all of them.
fn client(address: Option<IpAddr>) -> Option<IpAddr> {
    match address?.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Some(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
        }
        v4 @ IpAddr::V4(_) => Some(v4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let client = |text: &str| client(Some(text.parse().unwrap())).unwrap().to_string();
        assert_eq!(client("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(client("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(client("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn every_route_that_changes_something_is_counted() {
        let described = crate::openapi();
        let mut creating = Vec::new();
        for (route, item) in &described.paths.paths {
            for (method, there) in [
                (Method::POST, item.post.is_some()),
                (Method::PUT, item.put.is_some()),
                (Method::PATCH, item.patch.is_some()),
                (Method::DELETE, item.delete.is_some()),
            ] {
                if !there {
                    continue;
                }
                match kind(&method, route, &route.replace("{id}", "s")) {
                    Kind::Creates(_) => creating.push(route.clone()),
                    Kind::Orders(id) => assert_eq!(id, "s", "{route}"),
                    Kind::Other => assert!(!route.starts_with("/api/sessions/"), "{route}"),
                }
            }
        }
        // Whatever answers 201 with a session or a matrix makes one.
        let made = described.paths.paths.iter().filter_map(|(route, item)| {
            let text =
                serde_json::to_string(&item.post.as_ref()?.responses.responses.get("201")?).ok()?;
            let makes = ["SessionSummary", "schemas/Matrix"]
                .iter()
                .any(|name| text.contains(name));
            makes.then(|| route.clone())
        });
        assert_eq!(made.collect::<Vec<_>>(), creating);
        assert_eq!(creating.len(), 4);
    }
}
