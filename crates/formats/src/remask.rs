//! Masks what was recorded elsewhere once more: a file may have been made or changed by anything.
//!
//! Masking what is masked already changes nothing, so a recording of our own comes out as it went in.

use authscope_model::exchange::{Body, Failure, Outcome, Request, Response, Timing};
use authscope_model::{
    Event, EventKind, Exchange, Masker, RawExchange, RawOutcome, RawRequest, RawResponse,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The events, masked.
pub(crate) fn events(masker: &mut Masker, events: &[Event]) -> Vec<Event> {
    let known: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Exchange { exchange } => Some(masker.secrets(&raw(exchange))),
            EventKind::AnswerEdited { response, .. } => {
                let outcome = RawOutcome::Response(raw_response(response));
                Some(masker.secrets(&raw_of(RawRequest::default(), outcome)))
            }
            _ => None,
        })
        .flatten()
        .collect();
    masker.learn_all(known);
    let masked = |event: &Event| Event {
        kind: kind(masker, &event.kind),
        ..event.clone()
    };
    events.iter().map(masked).collect()
}

fn kind(masker: &Masker, kind: &EventKind) -> EventKind {
    let mut kind = kind.clone();
    match &mut kind {
        EventKind::SessionCreated {
            config,
            redirect_uri,
            client_document_url,
            client_document,
            ..
        } => {
            *config = masker.config(config);
            *redirect_uri = masker.url(redirect_uri);
            *client_document_url = masker.url(client_document_url);
            *client_document = masker.json(client_document);
        }
        EventKind::Paused { preview, .. } => *preview = masker.text(preview),
        EventKind::Sending { url, .. } | EventKind::Resending { url, .. } => {
            *url = masker.url(url);
        }
        EventKind::Renamed { title } => *title = masker.text(title),
        EventKind::AnswerEdited { response, .. } => *response = self::response(masker, response),
        EventKind::Exchange { exchange } => *exchange = self::exchange(masker, exchange),
        EventKind::Decision { because, .. } => *because = masker.text(because),
        EventKind::TurnEnded { how } => *how = masker.text(how),
        EventKind::Note { text, .. } => *text = masker.text(text),
        EventKind::StopsHere { reason, .. } => *reason = masker.text(reason),
        EventKind::Finished { message, .. } => *message = masker.text(message),
        _ => {}
    }
    kind
}

fn exchange(masker: &Masker, recorded: &Exchange) -> Exchange {
    let request = masker.request(&raw_request(&recorded.request));
    let outcome = match &recorded.outcome {
        Outcome::Response(response) => Outcome::Response(self::response(masker, response)),
        Outcome::Failed(failure) => Outcome::Failed(Failure {
            message: masker.text(&failure.message),
            received: failure.received.as_deref().map(|text| masker.text(text)),
            ..failure.clone()
        }),
        Outcome::Unseen => Outcome::Unseen,
    };
    Exchange {
        purpose: masker.text(&recorded.purpose),
        request: Request {
            body: kept(&recorded.request.body, request.body),
            ..request
        },
        outcome,
        ..recorded.clone()
    }
}

fn response(masker: &Masker, recorded: &Response) -> Response {
    let masked = masker.response(&raw_response(recorded));
    Response {
        body: kept(&recorded.body, masked.body),
        ..masked
    }
}

/// What masking cannot know of a body: how long it was on the wire.
fn kept(recorded: &Body, masked: Body) -> Body {
    Body {
        length: recorded.length,
        ..masked
    }
}

fn raw(exchange: &Exchange) -> RawExchange {
    use authscope_model::exchange::FailureKind;
    let outcome = match &exchange.outcome {
        Outcome::Response(response) => RawOutcome::Response(raw_response(response)),
        Outcome::Failed(failure) => RawOutcome::Failed(failure.clone()),
        Outcome::Unseen => RawOutcome::Failed(Failure {
            kind: FailureKind::Aborted,
            message: String::new(),
            setting: None,
            received: None,
        }),
    };
    raw_of(raw_request(&exchange.request), outcome)
}

/// For its texts only: when it was and how long it took is not known.
fn raw_of(request: RawRequest, outcome: RawOutcome) -> RawExchange {
    RawExchange {
        request,
        outcome,
        started_at: 0,
        timing: Timing::default(),
        peer: None,
        tls: None,
    }
}

fn raw_request(request: &Request) -> RawRequest {
    RawRequest {
        method: request.method.clone(),
        url: request.url.clone(),
        request_line: request.request_line.clone(),
        headers: request.headers.clone(),
        body: bytes(&request.body),
    }
}

fn raw_response(response: &Response) -> RawResponse {
    RawResponse {
        status_line: response.status_line.clone(),
        status: response.status,
        headers: response.headers.clone(),
        body: bytes(&response.body),
        body_length: response.body.length,
        cut: response.body.cut,
    }
}

/// The bytes of a recorded body, as far as it holds them.
pub(crate) fn bytes(body: &Body) -> Vec<u8> {
    match &body.base64 {
        Some(encoded) => STANDARD
            .decode(encoded)
            .unwrap_or_else(|_| encoded.clone().into_bytes()),
        None => body.text.clone().into_bytes(),
    }
}
