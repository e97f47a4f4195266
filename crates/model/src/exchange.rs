//! What was sent and received, twice: raw (run time only, unmasked) and recorded (masked, stored).
//!
//! [`RawExchange`] is what the net crate returns; it never leaves the running flow. [`Exchange`] is what
//! [`crate::Masker::exchange`] makes of it; it is what is stored, streamed, drawn and judged.

use crate::{Millis, Participant, StepKind};
use serde::{Deserialize, Serialize};

/// One header line, name as received (case kept), value without the line ending.
///
/// Values that are not UTF-8 are read as ISO 8859-1, so no byte is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Header {
    /// Field name as on the wire.
    pub name: String,
    /// Field value as on the wire, surrounding white space removed.
    pub value: String,
}

impl Header {
    /// A header line.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// The first value of a header, compared without case.
#[must_use]
pub fn header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case(name))
        .map(|h| h.value.as_str())
}

/// A request as sent, unmasked. Run time only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawRequest {
    /// Method.
    pub method: String,
    /// The URL asked for, as a string (never normalised).
    pub url: String,
    /// The request line as on the wire, without line ending.
    pub request_line: String,
    /// Header lines in order, duplicates kept.
    pub headers: Vec<Header>,
    /// Body bytes.
    pub body: Vec<u8>,
}

/// A response as received, unmasked. Run time only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawResponse {
    /// The status line as on the wire, without line ending.
    pub status_line: String,
    /// Status code.
    pub status: u16,
    /// Header lines in order, duplicates kept.
    pub headers: Vec<Header>,
    /// Body bytes, transfer coding removed, content coding kept; cut at the cap.
    pub body: Vec<u8>,
    /// Bytes of body received in all (equals `body.len()` unless cut).
    pub body_length: u64,
    /// Why the body is not complete, if it is not.
    pub cut: Option<Cut>,
}

/// How an exchange ended. Run time only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawOutcome {
    /// A response, perhaps with a cut body.
    Response(RawResponse),
    /// No response.
    Failed(Failure),
}

/// One exchange as it happened, unmasked. Run time only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawExchange {
    /// What was sent.
    pub request: RawRequest,
    /// What came back.
    pub outcome: RawOutcome,
    /// When the exchange began.
    pub started_at: Millis,
    /// Where the time went.
    pub timing: Timing,
    /// Address that was dialled, `ip:port`.
    pub peer: Option<String>,
    /// TLS facts.
    pub tls: Option<Tls>,
}

impl RawExchange {
    /// The response, if one came.
    #[must_use]
    pub const fn response(&self) -> Option<&RawResponse> {
        match &self.outcome {
            RawOutcome::Response(response) => Some(response),
            RawOutcome::Failed(_) => None,
        }
    }
}

/// Why a body is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Cut {
    /// The cap on body bytes was reached; the rest was not read.
    Cap,
    /// The time limit was reached while the body was still coming.
    Timeout,
    /// The connection ended before the body did.
    ConnectionLost,
    /// The transfer coding is broken: a chunk size that is not a number, a chunk without its end.
    Framing,
    /// An event stream whose answer had been read; it was closed by us.
    StreamAnswered,
}

/// Durations in microseconds; `None` where the part did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timing {
    /// Name resolution.
    pub dns_us: Option<u64>,
    /// TCP connection.
    pub connect_us: Option<u64>,
    /// TLS handshake.
    pub tls_us: Option<u64>,
    /// From the request sent to the first byte of the response.
    pub wait_us: Option<u64>,
    /// Reading the body.
    pub body_us: Option<u64>,
    /// All of it.
    pub total_us: u64,
}

/// TLS facts of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tls {
    /// Protocol version, such as `TLSv1.3`.
    pub version: String,
    /// Cipher suite.
    pub cipher: String,
}

/// Which layer failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FailureKind {
    /// The URL is not one we can dial (scheme, host, port).
    Url,
    /// The request cannot be put on the wire (a line break in a header, a method that is no token).
    Request,
    /// The outbound guard refused the address.
    Guard,
    /// The name did not resolve.
    Dns,
    /// No TCP connection.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// The bytes received are not HTTP.
    Http,
    /// The time limit was reached before a response head came.
    Timeout,
    /// The connection was closed before a response head came.
    Closed,
    /// Aborted by a person.
    Aborted,
}

/// A failed exchange, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// Which layer.
    pub kind: FailureKind,
    /// One sentence: what failed, with the value.
    pub message: String,
    /// The setting that decides, for guard refusals and limits (`--guard`, `--timeout`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Bytes received that were not HTTP, as text, masked and capped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
}

/// A recorded body: masked text, or base64 when the bytes are not text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Body {
    /// The text, masked. Empty when there is no body or it is binary.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Binary content, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Bytes on the wire before masking.
    pub length: u64,
    /// Why it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
}

impl Body {
    /// The body parsed as JSON (a leading byte order mark is tolerated here; a rule reports it).
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_str(self.text.trim_start_matches('\u{feff}')).ok()
    }
}

/// A recorded request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Request {
    /// Method.
    pub method: String,
    /// URL as asked for, masked.
    pub url: String,
    /// Request line as on the wire, masked.
    pub request_line: String,
    /// Header lines in order.
    pub headers: Vec<Header>,
    /// Body.
    #[serde(default)]
    pub body: Body,
}

/// A recorded response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Response {
    /// Status line as on the wire.
    pub status_line: String,
    /// Status code.
    pub status: u16,
    /// Header lines in order.
    pub headers: Vec<Header>,
    /// Body.
    #[serde(default)]
    pub body: Body,
}

impl Response {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The media type without parameters, lower case; empty when there is none.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

impl Request {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// How a recorded exchange ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// A response.
    Response(Response),
    /// No response.
    Failed(Failure),
    /// The browser's own: we built the request and do not see its response (the authorization request).
    Unseen,
}

/// One recorded exchange: a request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exchange {
    /// Number within the session, from 1, in order of sending. Stable.
    pub id: u32,
    /// Branch it belongs to; 0 is the first run.
    #[serde(default)]
    pub branch: u32,
    /// Kind of step.
    pub step: StepKind,
    /// Who asked.
    pub from: Participant,
    /// Who answered.
    pub to: Participant,
    /// Part of a step-up group (number from 1), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_up: Option<u32>,
    /// The exchange whose redirect led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirected_from: Option<u32>,
    /// The exchange whose request was edited and sent again as this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent_from: Option<u32>,
    /// Not what a conforming client sends by itself: asked for by the person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    /// A person edited the request at a breakpoint: what came of it says nothing about a conforming client.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// A few words on what this one is for, where the step's title does not say it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// When it began.
    pub started_at: Millis,
    /// Where the time went.
    #[serde(default)]
    pub timing: Timing,
    /// Address dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// TLS facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub outcome: Outcome,
}

impl Exchange {
    /// The response, if one came.
    #[must_use]
    pub const fn response(&self) -> Option<&Response> {
        match &self.outcome {
            Outcome::Response(response) => Some(response),
            Outcome::Failed(_) | Outcome::Unseen => None,
        }
    }

    /// The failure, if no response came.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Response(_) | Outcome::Unseen => None,
            Outcome::Failed(failure) => Some(failure),
        }
    }

    /// The status code, if a response came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response().map(|r| r.status)
    }
}
