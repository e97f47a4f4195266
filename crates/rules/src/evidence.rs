//! Where to the byte: spots in an exchange, from header names, JSON pointers and parameter names.

use authscope_model::{Evidence, Exchange, Header, Part, StepKind};
use authscope_protocol::{form, locate};
use std::ops::Range;

/// Longest excerpt kept in a piece of evidence.
const LONGEST: usize = 240;

/// A place in a recording and the step it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    pub(crate) step: StepKind,
    pub(crate) evidence: Evidence,
}

fn spot(exchange: &Exchange, part: Part, text: &str, range: Range<usize>) -> Spot {
    let taken = text.get(range.clone()).unwrap_or_default();
    Spot {
        step: exchange.step,
        evidence: Evidence {
            exchange: exchange.id,
            part,
            start: range.start,
            end: range.end,
            excerpt: shortened(taken),
        },
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The exchange as a whole.
pub(crate) fn whole(exchange: &Exchange) -> Spot {
    spot(exchange, Part::Whole, "", 0..0)
}

/// The status line.
pub(crate) fn status(exchange: &Exchange) -> Spot {
    match exchange.response() {
        Some(r) => spot(
            exchange,
            Part::StatusLine,
            &r.status_line,
            0..r.status_line.len(),
        ),
        None => whole(exchange),
    }
}

/// All response headers: something is missing there.
pub(crate) fn headers(exchange: &Exchange) -> Spot {
    spot(exchange, Part::ResponseHeaders, "", 0..0)
}

/// The value of a response header; the header block when there is none of that name.
pub(crate) fn header(exchange: &Exchange, name: &str) -> Spot {
    let found = exchange.response().and_then(|r| index_of(&r.headers, name));
    match found {
        Some((index, header)) => spot(
            exchange,
            Part::ResponseHeader { index },
            &header.value,
            0..header.value.len(),
        ),
        None => headers(exchange),
    }
}

/// A range of the value of the response header with an index.
pub(crate) fn header_range(exchange: &Exchange, index: usize, range: Range<usize>) -> Spot {
    let value = exchange
        .response()
        .and_then(|r| r.headers.get(index))
        .map_or("", |h| h.value.as_str());
    spot(exchange, Part::ResponseHeader { index }, value, range)
}

/// The value of a request header; the whole exchange when there is none of that name.
pub(crate) fn request_header(exchange: &Exchange, name: &str) -> Spot {
    match index_of(&exchange.request.headers, name) {
        Some((index, header)) => spot(
            exchange,
            Part::RequestHeader { index },
            &header.value,
            0..header.value.len(),
        ),
        None => whole(exchange),
    }
}

fn index_of<'a>(headers: &'a [Header], name: &str) -> Option<(usize, &'a Header)> {
    headers
        .iter()
        .enumerate()
        .find(|(_, h)| h.name.eq_ignore_ascii_case(name))
}

/// The response body.
pub(crate) fn body(exchange: &Exchange) -> Spot {
    match exchange.response() {
        Some(r) => spot(
            exchange,
            Part::ResponseBody,
            &r.body.text,
            0..r.body.text.len(),
        ),
        None => whole(exchange),
    }
}

/// The JSON value at a pointer of the response body, quotes included; the start of the body when the
/// member is missing.
pub(crate) fn json(exchange: &Exchange, pointer: &str) -> Spot {
    let Some(response) = exchange.response() else {
        return whole(exchange);
    };
    let text = &response.body.text;
    let range = locate::json(text, pointer).unwrap_or(0..0);
    spot(exchange, Part::ResponseBody, text, range)
}

/// The first occurrence of a text in the response body; the body when it is not there.
pub(crate) fn body_text(exchange: &Exchange, needle: &str) -> Spot {
    let found = exchange
        .response()
        .and_then(|r| r.body.text.find(needle).map(|at| (r, at)));
    match found {
        Some((r, at)) => {
            let range = at..at.saturating_add(needle.len());
            spot(exchange, Part::ResponseBody, &r.body.text, range)
        }
        None => body(exchange),
    }
}

/// The request URL.
pub(crate) fn url(exchange: &Exchange) -> Spot {
    let text = &exchange.request.url;
    spot(exchange, Part::RequestUrl, text, 0..text.len())
}

/// The value of a query parameter of the request URL; the URL when there is none of that name.
pub(crate) fn query(exchange: &Exchange, name: &str) -> Spot {
    let text = exchange.request.url.as_str();
    let start = text.find('?').map_or(text.len(), |at| at.saturating_add(1));
    match value_range(text, start, name) {
        Some(range) => spot(exchange, Part::RequestUrl, text, range),
        None => url(exchange),
    }
}

/// The value of a form parameter of the request body; the body when there is none of that name.
pub(crate) fn form(exchange: &Exchange, name: &str) -> Spot {
    let text = exchange.request.body.text.as_str();
    let range = value_range(text, 0, name).unwrap_or(0..text.len());
    spot(exchange, Part::RequestBody, text, range)
}

/// The JSON value at a pointer of the request body.
pub(crate) fn request_json(exchange: &Exchange, pointer: &str) -> Spot {
    let text = exchange.request.body.text.as_str();
    let range = locate::json(text, pointer).unwrap_or(0..0);
    spot(exchange, Part::RequestBody, text, range)
}

/// The raw range of the value of a parameter, from `start` on.
fn value_range(text: &str, start: usize, name: &str) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let end = rest.find('#').unwrap_or(rest.len());
    let mut at = start;
    for piece in rest.get(..end)?.split('&') {
        let length = piece.len();
        let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
        if form::decode_component(key) == name {
            let from = at.saturating_add(length.saturating_sub(value.len()));
            return Some(from..at.saturating_add(length));
        }
        at = at.saturating_add(length).saturating_add(1);
    }
    None
}

impl Spot {
    /// Whether it is a header line of the response.
    pub(crate) const fn is_header(&self) -> bool {
        matches!(self.evidence.part, Part::ResponseHeader { .. })
    }
}
