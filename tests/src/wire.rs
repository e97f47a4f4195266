//! Compares a recording with what a server logged by itself: same requests, same order.

use authscope_lab::LogEntry;
use authscope_model::{Exchange, Outcome, Participant, Transcript};
use std::fmt;

/// One request as both sides can know it. Values are left out where the recording masks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Method.
    pub method: String,
    /// Path.
    pub path: String,
    /// Names of the query parameters, in order.
    pub query: Vec<String>,
    /// Header names in lower case, in order.
    pub headers: Vec<String>,
    /// Length of the body.
    pub body: usize,
    /// Status answered.
    pub status: u16,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}?{} [{}] {} bytes → {}",
            self.method,
            self.path,
            self.query.join("&"),
            self.headers.join(" "),
            self.body,
            self.status
        )
    }
}

/// The requests that a recording says were sent to these origins and answered, in order.
#[must_use]
pub fn recorded(transcript: &Transcript, origins: &[&str]) -> Vec<Sent> {
    let ours = transcript
        .exchanges
        .iter()
        .filter(|exchange| exchange.from == Participant::Client);
    ours.filter(|exchange| {
        origins
            .iter()
            .any(|origin| is_at(&exchange.request.url, origin))
    })
    .filter_map(sent)
    .collect()
}

fn is_at(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

fn sent(exchange: &Exchange) -> Option<Sent> {
    let Outcome::Response(response) = &exchange.outcome else {
        return None;
    };
    // A masked value may hold spaces, so the target is what is between the first and the last one.
    let line = &exchange.request.request_line;
    let (_, target) = line.split_once(' ')?;
    let (target, _version) = target.rsplit_once(' ')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some(Sent {
        method: exchange.request.method.clone(),
        path: path.to_owned(),
        query: names(query),
        headers: exchange
            .request
            .headers
            .iter()
            .map(|header| header.name.to_ascii_lowercase())
            .collect(),
        body: usize::try_from(exchange.request.body.length).unwrap_or(usize::MAX),
        status: response.status,
    })
}

/// The requests that the lab logged, in order.
#[must_use]
pub fn logged(log: &[LogEntry]) -> Vec<Sent> {
    let entry = |entry: &LogEntry| Sent {
        method: entry.method.clone(),
        path: entry.path.clone(),
        query: names(entry.query.as_deref().unwrap_or_default()),
        headers: entry.headers.iter().map(|(name, _)| name.clone()).collect(),
        body: entry.body.len(),
        status: entry.status,
    };
    log.iter().map(entry).collect()
}

fn names(query: &str) -> Vec<String> {
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(name)
        .collect()
}

/// The first difference, in words; `None` when there is none.
#[must_use]
pub fn difference(recorded: &[Sent], logged: &[Sent]) -> Option<String> {
    let longest = recorded.len().max(logged.len());
    let at = (0..longest).find(|index| recorded.get(*index) != logged.get(*index))?;
    let words = |sent: Option<&Sent>| sent.map_or_else(|| "nothing".to_owned(), Sent::to_string);
    Some(format!(
        "request {}: recorded {}\n    the server logged {}",
        at + 1,
        words(recorded.get(at)),
        words(logged.get(at))
    ))
}
