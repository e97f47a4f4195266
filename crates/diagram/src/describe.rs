//! What stands on the arrows of one exchange.

use crate::diagram::{Head, Line, LineStyle, StepRow};
use crate::{gist, words};
use authscope_model::exchange::{FailureKind, Response};
use authscope_model::{Exchange, Outcome, Participant, Phase};

/// Finds the lifeline of a participant.
pub(crate) type LaneOf<'a> = &'a dyn Fn(Participant) -> usize;

/// The phase an exchange is counted in.
pub(crate) fn phase(exchange: &Exchange) -> Phase {
    if exchange.step_up.is_some() {
        Phase::StepUp
    } else {
        exchange.step.phase()
    }
}

/// An exchange as drawn.
pub(crate) fn step(exchange: &Exchange, lane: LaneOf<'_>, chars: usize) -> StepRow {
    let (from, to) = (lane(exchange.from), lane(exchange.to));
    let full = request_label(exchange);
    let head = match &exchange.outcome {
        Outcome::Failed(_) => Head::Cross,
        Outcome::Response(_) | Outcome::Unseen => Head::Arrow,
    };
    StepRow {
        kind: exchange.step,
        phase: phase(exchange),
        from: exchange.from,
        to: exchange.to,
        request: line(from, to, LineStyle::Solid, head, full, chars),
        response: exchange.response().map(|response| {
            let full = response_label(exchange, response);
            line(to, from, LineStyle::Dashed, Head::Arrow, full, chars)
        }),
        status: status(exchange),
        micros: Some(exchange.timing.total_us).filter(|us| *us > 0),
        extra: exchange.extra,
        redirected: exchange.redirected_from.is_some(),
    }
}

/// A request that is out, as drawn.
pub(crate) fn in_flight(
    flight: &authscope_model::transcript::InFlight,
    from: Participant,
    to: Participant,
    lane: LaneOf<'_>,
    chars: usize,
) -> StepRow {
    let full = format!("{} {}", flight.method, words::path(&flight.url));
    StepRow {
        kind: flight.step,
        phase: flight.step.phase(),
        from,
        to,
        request: line(
            lane(from),
            lane(to),
            LineStyle::Solid,
            Head::Open,
            full,
            chars,
        ),
        response: None,
        status: String::new(),
        micros: None,
        extra: false,
        redirected: false,
    }
}

fn line(from: usize, to: usize, style: LineStyle, head: Head, full: String, chars: usize) -> Line {
    Line {
        from,
        to,
        style,
        head,
        label: words::middle(&full, chars),
        full,
    }
}

/// `METHOD path`, with what the request is about where the path does not say it.
pub(crate) fn request_label(exchange: &Exchange) -> String {
    let base = format!(
        "{} {}",
        exchange.request.method,
        words::path(&exchange.request.url)
    );
    match gist::request(exchange) {
        Some(about) => format!("{base} · {about}"),
        None => base,
    }
}

fn response_label(exchange: &Exchange, response: &Response) -> String {
    let status = status(exchange);
    match gist::response(exchange, response) {
        Some(about) => format!("{status} · {about}"),
        None => status,
    }
}

/// Status and error in short: `400 invalid_grant`, `200 OK`, `not resolved`.
pub(crate) fn status(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Outcome::Response(response) => {
            let word = gist::error_code(response).unwrap_or_else(|| reason(response));
            format!("{} {word}", response.status).trim_end().to_owned()
        }
        Outcome::Failed(failure) => failure_words(failure.kind).into(),
        Outcome::Unseen => String::new(),
    }
}

/// Reason phrase of the status line as received, else the registered one.
fn reason(response: &Response) -> String {
    let received = response
        .status_line
        .splitn(3, ' ')
        .nth(2)
        .unwrap_or_default();
    if received.trim().is_empty() {
        registered_reason(response.status).into()
    } else {
        words::middle(received.trim(), 40)
    }
}

const fn registered_reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

const fn failure_words(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Url => "not a URL we can dial",
        FailureKind::Request => "not a request we can send",
        FailureKind::Guard => "refused by the outbound guard",
        FailureKind::Dns => "name not resolved",
        FailureKind::Connect => "no connection",
        FailureKind::Tls => "TLS failed",
        FailureKind::Http => "not HTTP",
        FailureKind::Timeout => "timed out",
        FailureKind::Closed => "connection closed",
        FailureKind::Aborted => "aborted",
    }
}
