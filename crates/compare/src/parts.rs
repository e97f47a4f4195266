//! The parts of a pair of steps, in the order in which things happen: what was asked, then what came back.

use crate::addresses::Addresses;
use crate::comparison::{Entry, Mark, Part};
use crate::entries::{self, Named};
use authscope_model::exchange::{Body, Header};
use authscope_model::{Exchange, Outcome};

/// What a part is called.
pub(crate) const REQUEST: &str = "Request";
pub(crate) const QUERY: &str = "Query";
pub(crate) const REQUEST_BODY: &str = "Request body";
pub(crate) const REQUEST_HEADERS: &str = "Request headers";
pub(crate) const ANSWER: &str = "Answer";
pub(crate) const ANSWER_BODY: &str = "Answer body";
pub(crate) const ANSWER_HEADERS: &str = "Answer headers";

/// Parts, from the first, that are known of a request that a browser sends: its line and its query.
const SEEN_ALWAYS: usize = 2;

/// Every part of two steps; parts that both lack are left out.
pub(crate) fn parts(a: &Exchange, b: &Exchange, addresses: &Addresses) -> Vec<Part> {
    let joined = values(a).into_iter().zip(values(b));
    // What a browser sends and gets is not seen: that it is not there says nothing.
    let unseen = [a, b].iter().any(|e| matches!(e.outcome, Outcome::Unseen));
    let known = if unseen { SEEN_ALWAYS } else { usize::MAX };
    joined
        .take(known)
        .map(|((title, left), (_, right))| Part {
            title: title.to_owned(),
            entries: entries::join(left, right, addresses),
        })
        .filter(|part| !part.entries.is_empty())
        .collect()
}

/// A step that has no partner: all its values, with one mark.
pub(crate) fn one_sided(step: &Exchange, mark: Mark) -> Vec<Part> {
    let none = Addresses::default();
    let mirror = mark == Mark::Added;
    values(step)
        .into_iter()
        .map(|(title, values)| Part {
            title: title.to_owned(),
            entries: entries::join(values, Vec::new(), &none)
                .into_iter()
                .map(|entry| if mirror { mirrored(entry) } else { entry })
                .collect(),
        })
        .filter(|part: &Part| !part.entries.is_empty())
        .collect()
}

fn mirrored(entry: Entry) -> Entry {
    Entry {
        mark: entry.mark.mirrored(),
        a: entry.b,
        b: entry.a,
        ..entry
    }
}

fn values(step: &Exchange) -> [(&'static str, Vec<Named>); 7] {
    let request = &step.request;
    let (base, query) = match request.url.split_once('?') {
        Some((base, query)) => (base, query.split('#').next().unwrap_or(query)),
        None => (request.url.as_str(), ""),
    };
    let line = vec![
        Named::new("method", &request.method),
        Named::new("URL", base),
    ];
    let (answer_headers, answer_body) = match step.response() {
        Some(response) => (
            entries::headers(&response.headers),
            body(&response.headers, &response.body),
        ),
        None => (Vec::new(), Vec::new()),
    };
    [
        (REQUEST, line),
        (QUERY, entries::pairs(query)),
        (REQUEST_BODY, body(&request.headers, &request.body)),
        (REQUEST_HEADERS, entries::headers(&request.headers)),
        (ANSWER, answer(step)),
        (ANSWER_BODY, answer_body),
        (ANSWER_HEADERS, answer_headers),
    ]
}

fn answer(step: &Exchange) -> Vec<Named> {
    match &step.outcome {
        Outcome::Response(response) => {
            let mut values = vec![Named::new("status", response.status.to_string())];
            // A body that is not complete is another answer.
            if let Some(cut) = response.body.cut {
                let why = serde_json::to_value(cut).ok();
                let why = why.as_ref().and_then(serde_json::Value::as_str);
                values.push(Named::new("cut", why.unwrap_or("yes")));
            }
            values
        }
        Outcome::Failed(failure) => vec![Named::new("failure", &failure.message)],
        Outcome::Unseen => Vec::new(),
    }
}

fn body(headers: &[Header], body: &Body) -> Vec<Named> {
    if let Some(bytes) = &body.base64 {
        return vec![Named::new("bytes (base64)", bytes)];
    }
    let media_type = authscope_model::exchange::header(headers, "content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    entries::body(&media_type.to_ascii_lowercase(), &body.text)
}
