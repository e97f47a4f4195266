//! What the lab's servers saw, request by request.
//!
//! Independent of any client, so that a recording can be compared with it: same requests, same order.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::http::Req;

/// Requests kept per target; older ones are dropped.
const CAPACITY: usize = 1_000;
/// Bytes of a request body kept.
const BODY_KEPT: usize = 16 * 1024;

/// Which of a target's two servers was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The MCP server, its protected resource metadata included.
    McpServer,
    /// The authorization server.
    AuthorizationServer,
}

/// One request as the lab saw it, and the status it answered.
#[derive(Debug, Clone, Serialize)]
pub struct LogEntry {
    /// Position in this target's log, from 1.
    pub number: u64,
    /// The server asked.
    pub side: Side,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Query as sent, without the question mark.
    pub query: Option<String>,
    /// Header lines in the order received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text, cut at 16 KiB.
    pub body: String,
    /// The status answered.
    pub status: u16,
}

impl LogEntry {
    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The log of one target.
#[derive(Default)]
pub(crate) struct Log(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    count: u64,
    entries: VecDeque<LogEntry>,
}

impl Log {
    pub(crate) fn push(&self, side: Side, req: &Req, status: u16) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.count += 1;
        let number = kept.count;
        if kept.entries.len() == CAPACITY {
            kept.entries.pop_front();
        }
        kept.entries.push_back(entry(number, side, req, status));
    }

    pub(crate) fn entries(&self) -> Vec<LogEntry> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

fn entry(number: u64, side: Side, req: &Req, status: u16) -> LogEntry {
    let text =
        |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let body = &req.body[..req.body.len().min(BODY_KEPT)];
    LogEntry {
        number,
        side,
        method: req.method.to_string(),
        path: req.path.clone(),
        query: req.query.clone(),
        headers: req
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: String::from_utf8_lossy(body).into_owned(),
        status,
    }
}
