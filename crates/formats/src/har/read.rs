//! Reads the entries of a HAR file of any tool into raw exchanges. Nothing here is shown before it is masked.
//!
//! Tools differ: browsers write lower-case names and pseudo headers for HTTP/2, join repeated headers with
//! line breaks and leave bodies out; proxies write base64; Postman writes form bodies as `params` only. What
//! is missing is taken as not known, never made up.

use super::{MASK, OWN};
use crate::iso;
use authscope_model::exchange::{Cut, Failure, FailureKind, RawRequest, RawResponse, Timing};
use authscope_model::{Header, RawExchange, RawOutcome};
use authscope_protocol::{form, url_text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// One entry, as far as it could be read.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// What was sent and received.
    pub(super) raw: RawExchange,
    /// The response was not seen.
    pub(super) unseen: bool,
    /// Our own members, in files that authscope wrote.
    pub(super) own: Option<Value>,
}

/// The entries of a HAR document in the order of their start, and who wrote it.
pub(crate) fn read(document: &Value, key: &[u8]) -> Option<Vec<authscope_model::Event>> {
    let log = document.get("log")?;
    let entries = log.get("entries")?.as_array()?;
    let creator = log.get("creator");
    let own = creator
        .and_then(|c| text(c, "name"))
        .is_some_and(|name| name == "authscope");
    let mut read: Vec<Entry> = entries
        .iter()
        .filter_map(|value| entry(value, own))
        .collect();
    let lost = entries.len() - read.len();
    // Browsers list requests as they end or as they please; the sort is stable.
    if !own {
        read.sort_by_key(|entry| entry.raw.started_at);
    }
    let tool = ["name", "version"]
        .iter()
        .filter_map(|name| creator.and_then(|c| text(c, name)));
    Some(super::story::tell(
        &read,
        &tool.collect::<Vec<_>>().join(" "),
        lost,
        key,
    ))
}

fn entry(value: &Value, own: bool) -> Option<Entry> {
    let request = request(value.get("request")?)?;
    let own = own.then(|| value.get(OWN).cloned()).flatten();
    let response = value
        .get("response")
        .filter(|response| response.is_object());
    let said = error(value, response);
    let outcome = match response.and_then(|r| received(r, &request.method)) {
        Some(response) => RawOutcome::Response(response),
        None => RawOutcome::Failed(failure(said)),
    };
    let mut raw = RawExchange {
        request,
        outcome,
        started_at: text(value, "startedDateTime")
            .and_then(iso::read)
            .unwrap_or_default(),
        timing: timing(value),
        peer: peer(value),
        tls: None,
    };
    // No response and nobody says why: the tool did not see it, which is no failure.
    let unseen = match &own {
        Some(own) => own.get("unseen").is_some(),
        None => raw.response().is_none() && said.is_none(),
    };
    if let Some(own) = &own {
        restore(&mut raw, own);
    }
    Some(Entry { raw, unseen, own })
}

/// Lines and failures as they were, in our own files.
fn restore(raw: &mut RawExchange, own: &Value) {
    if let Some(line) = text(own, "request_line") {
        raw.request.request_line = line.to_owned();
    }
    match &mut raw.outcome {
        RawOutcome::Response(response) => {
            if let Some(line) = text(own, "status_line") {
                response.status_line = line.to_owned();
            }
            response.cut = member(own, "cut");
        }
        RawOutcome::Failed(failure) => {
            if let Some(known) = member(own, "failure") {
                *failure = known;
            }
        }
    }
}

/// A member read as one of our types; `None` when it is missing or something else.
pub(super) fn member<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> Option<T> {
    T::deserialize(value.get(name)?).ok()
}

fn request(value: &Value) -> Option<RawRequest> {
    let method = text(value, "method")
        .filter(|m| !m.is_empty())
        .unwrap_or("GET");
    let url = masks_restored(text(value, "url")?);
    let headers = headers(value);
    let target = url_text::split(&url).map_or_else(|| url.clone(), |parts| target(&parts));
    let version = text(value, "httpVersion")
        .filter(|v| !v.is_empty())
        .unwrap_or("HTTP/1.1");
    Some(RawRequest {
        method: method.to_owned(),
        request_line: format!("{method} {target} {}", version.to_ascii_uppercase()),
        body: value.get("postData").map(post_data).unwrap_or_default(),
        headers,
        url,
    })
}

fn target(parts: &url_text::UrlParts<'_>) -> String {
    let path = if parts.path.is_empty() {
        "/"
    } else {
        parts.path
    };
    parts
        .query
        .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

fn post_data(data: &Value) -> Vec<u8> {
    let text = text(data, "text").unwrap_or_default();
    let encoding = data.get("_encoding").or_else(|| data.get("encoding"));
    if encoding.and_then(Value::as_str) == Some("base64") {
        return STANDARD.decode(text).unwrap_or_else(|_| text.into());
    }
    if !text.is_empty() {
        return text.into();
    }
    let params = data.get("params").and_then(Value::as_array);
    let pairs: Vec<(&str, &str)> = params
        .into_iter()
        .flatten()
        .filter_map(|p| {
            Some((
                self::text(p, "name")?,
                self::text(p, "value").unwrap_or_default(),
            ))
        })
        .collect();
    form::encode(&pairs).into_bytes()
}

/// Status 0 (or none) is how tools say that there was no response.
fn received(value: &Value, method: &str) -> Option<RawResponse> {
    let status = value
        .get("status")
        .and_then(number)
        .filter(|status| (100..1000).contains(status))?;
    let status = u16::try_from(status).ok()?;
    let reason = text(value, "statusText").unwrap_or_default();
    let version = text(value, "httpVersion")
        .filter(|v| !v.is_empty())
        .unwrap_or("HTTP/1.1");
    let content = value.get("content");
    let body = content.map(body).unwrap_or_default();
    let size = content
        .and_then(|c| c.get("size"))
        .and_then(number)
        .and_then(|n| u64::try_from(n).ok());
    let kept = u64::try_from(body.len()).unwrap_or(u64::MAX);
    // Bytes that came but are not in the file: "content" was not exported, or evicted.
    let missing = body.is_empty() && size.unwrap_or(0) > 0 && method != "HEAD";
    Some(RawResponse {
        status_line: format!("{} {status} {reason}", version.to_ascii_uppercase())
            .trim_end()
            .to_owned(),
        status,
        headers: headers(value),
        body_length: if missing { size.unwrap_or(0) } else { kept },
        cut: missing.then_some(Cut::Cap),
        body,
    })
}

fn body(content: &Value) -> Vec<u8> {
    let text = text(content, "text").unwrap_or_default();
    if self::text(content, "encoding").is_some_and(|e| e.eq_ignore_ascii_case("base64")) {
        return STANDARD.decode(text.trim()).unwrap_or_else(|_| text.into());
    }
    text.into()
}

/// What the tool says about a request without a response.
fn error<'a>(entry: &'a Value, response: Option<&'a Value>) -> Option<&'a str> {
    let values = [response, Some(entry)].into_iter().flatten();
    values
        .filter_map(|value| text(value, "_error"))
        .find(|error| !error.is_empty())
}

fn failure(said: Option<&str>) -> Failure {
    let message = said.map_or_else(
        || "the file holds no response to this request".to_owned(),
        |error| format!("the recording tool noted: {error}"),
    );
    let lower = message.to_ascii_lowercase();
    let kinds = [
        ("name_not_resolved", FailureKind::Dns),
        ("cert", FailureKind::Tls),
        ("ssl", FailureKind::Tls),
        ("timed_out", FailureKind::Timeout),
        ("timeout", FailureKind::Timeout),
        ("refused", FailureKind::Connect),
        ("unreachable", FailureKind::Connect),
        ("aborted", FailureKind::Aborted),
    ];
    let kind = kinds
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map_or(FailureKind::Closed, |(_, kind)| *kind);
    Failure {
        kind,
        message,
        setting: None,
        received: None,
    }
}

/// Header lines; pseudo headers are no lines, and a value with line breaks is several.
fn headers(value: &Value) -> Vec<Header> {
    let lines = value.get("headers").and_then(Value::as_array);
    let lines = lines.into_iter().flatten().filter_map(|line| {
        let name = text(line, "name")?;
        (!name.is_empty() && !name.starts_with(':'))
            .then(|| (name, text(line, "value").unwrap_or_default()))
    });
    lines
        .flat_map(|(name, value)| {
            value
                .split('\n')
                .map(move |part| Header::new(name, part.trim()))
        })
        .collect()
}

fn timing(entry: &Value) -> Timing {
    let timings = entry.get("timings");
    let part = |name: &str| timings.and_then(|t| t.get(name)).and_then(micros);
    let tls = part("ssl");
    Timing {
        dns_us: part("dns"),
        connect_us: part("connect").map(|all| all.saturating_sub(tls.unwrap_or(0))),
        tls_us: tls,
        wait_us: part("wait"),
        body_us: part("receive"),
        total_us: entry.get("time").and_then(micros).unwrap_or_default(),
    }
}

fn micros(value: &Value) -> Option<u64> {
    let millis = value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    let whole = (0.0..1e12).contains(&millis);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    whole.then_some((millis * 1000.0) as u64)
}

fn peer(entry: &Value) -> Option<String> {
    let ip = text(entry, "serverIPAddress").filter(|ip| !ip.is_empty())?;
    let port = text(entry, "connection").filter(|port| port.parse::<u16>().is_ok());
    let ip = ip.trim_matches(['[', ']']);
    let ip = if ip.contains(':') {
        format!("[{ip}]")
    } else {
        ip.to_owned()
    };
    Some(port.map_or_else(|| ip.clone(), |port| format!("{ip}:{port}")))
}

fn number(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "statuses and sizes; what is out of range saturates"
    )]
    let of_float = |value: &Value| value.as_f64().map(|f| f as i64);
    value
        .as_i64()
        .or_else(|| of_float(value))
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// A member that is text.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// Undoes what our writer does to masks in URLs, so that they are known as masks.
fn masks_restored(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut rest = url;
    while let Some((before, tail)) = rest.split_once(MASK.0) {
        let Some((inside, after)) = tail.split_once(MASK.1) else {
            break;
        };
        out.push_str(before);
        out.push('⟨');
        out.push_str(&form::percent_decode(inside).replace('#', "%23"));
        out.push('⟩');
        rest = after;
    }
    out.push_str(rest);
    out
}
