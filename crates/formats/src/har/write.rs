//! Writes a recording as HAR 1.2: complete, ordered, masked.

use super::OWN;
use crate::iso;
use authscope_model::exchange::{Body, Cut, Outcome, Request, Response, Timing};
use authscope_model::{Exchange, Header, Transcript};
use authscope_protocol::{form, url_text};
use serde_json::{Map, Value, json};

/// The recording as a HAR 1.2 document.
#[must_use]
pub fn write(transcript: &Transcript) -> Value {
    let entries: Vec<Value> = transcript.exchanges.iter().map(entry).collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "authscope", "version": env!("CARGO_PKG_VERSION") },
        "pages": [],
        "entries": entries,
        "comment": "Recorded by authscope. Secrets were masked before they were stored; masks look like \u{27e8}kind \u{b7} length chars \u{b7} #hash\u{27e9}.",
    }})
}

fn entry(exchange: &Exchange) -> Value {
    let mut entry = json!({
        "startedDateTime": iso::write(exchange.started_at),
        "time": millis(exchange.timing.total_us),
        "request": request(&exchange.request),
        "response": response(&exchange.outcome),
        "cache": {},
        "timings": timings(&exchange.timing),
        "comment": comment(exchange),
        OWN: own(exchange),
    });
    if let (Some(peer), Some(members)) = (&exchange.peer, entry.as_object_mut()) {
        let (ip, port) = peer.rsplit_once(':').unwrap_or((peer, ""));
        members.insert("serverIPAddress".into(), ip.trim_matches(['[', ']']).into());
        if !port.is_empty() {
            members.insert("connection".into(), port.into());
        }
    }
    entry
}

fn comment(exchange: &Exchange) -> String {
    let title = exchange.step.title();
    let what = if exchange.purpose.is_empty() {
        title.to_owned()
    } else {
        format!("{title}: {}", exchange.purpose)
    };
    match &exchange.outcome {
        Outcome::Response(_) => what,
        Outcome::Failed(failure) => format!("{what}. No response: {}", failure.message),
        Outcome::Unseen => format!("{what}. The response went to the browser and was not seen"),
    }
}

fn own(exchange: &Exchange) -> Value {
    let mut own = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            own.insert(name.into(), value);
        }
    };
    put("id", exchange.id.into());
    put("branch", exchange.branch.into());
    put("step", json!(exchange.step));
    put("from", json!(exchange.from));
    put("to", json!(exchange.to));
    put("step_up", json!(exchange.step_up));
    put("redirected_from", json!(exchange.redirected_from));
    put("resent_from", json!(exchange.resent_from));
    if exchange.extra {
        put("extra", true.into());
    }
    if exchange.edited {
        put("edited", true.into());
    }
    if !exchange.purpose.is_empty() {
        put("purpose", exchange.purpose.clone().into());
    }
    put("request_line", exchange.request.request_line.clone().into());
    match &exchange.outcome {
        Outcome::Response(response) => {
            put("status_line", response.status_line.clone().into());
            put("cut", json!(response.body.cut));
        }
        Outcome::Failed(failure) => put("failure", json!(failure)),
        Outcome::Unseen => put("unseen", true.into()),
    }
    Value::Object(own)
}

fn request(request: &Request) -> Value {
    let mut out = json!({
        "method": request.method,
        "url": uri(&request.url),
        "httpVersion": version(request.request_line.rsplit(' ').next().unwrap_or_default()),
        "cookies": cookies(&request.headers, "cookie"),
        "headers": headers(&request.headers),
        "queryString": query(&request.url),
        "headersSize": -1,
        "bodySize": request.body.length,
    });
    if let (Some(data), Some(members)) = (post_data(request), out.as_object_mut()) {
        members.insert("postData".into(), data);
    }
    out
}

fn post_data(request: &Request) -> Option<Value> {
    let body = &request.body;
    let text = body.base64.as_deref().unwrap_or(&body.text);
    if text.is_empty() {
        return None;
    }
    let media = request.header("content-type").unwrap_or_default();
    let mut data = json!({ "mimeType": media, "text": text });
    if let Some(members) = data.as_object_mut() {
        if body.base64.is_some() {
            members.insert("comment".into(), "base64: the bytes are not text".into());
            members.insert("_encoding".into(), "base64".into());
        } else if media.to_ascii_lowercase().contains("x-www-form-urlencoded") {
            members.insert("params".into(), pairs(&form::parse(text)));
        }
    }
    Some(data)
}

fn response(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Response(response) => received(response),
        Outcome::Failed(failure) => {
            let mut response = nothing();
            if let Some(members) = response.as_object_mut() {
                members.insert("_error".into(), failure.message.as_str().into());
            }
            response
        }
        Outcome::Unseen => nothing(),
    }
}

fn received(response: &Response) -> Value {
    json!({
        "status": response.status,
        "statusText": response.status_line.splitn(3, ' ').nth(2).unwrap_or_default(),
        "httpVersion": version(response.status_line.split(' ').next().unwrap_or_default()),
        "cookies": cookies(&response.headers, "set-cookie"),
        "headers": headers(&response.headers),
        "content": content(&response.body, response.header("content-type").unwrap_or_default()),
        "redirectURL": uri(response.header("location").unwrap_or_default()),
        "headersSize": -1,
        "bodySize": response.body.length,
    })
}

/// What browsers write when there was no response: status 0.
fn nothing() -> Value {
    json!({
        "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
        "content": { "size": 0, "mimeType": "x-unknown" }, "redirectURL": "", "headersSize": -1, "bodySize": -1,
    })
}

fn content(body: &Body, media: &str) -> Value {
    let media = if media.is_empty() { "x-unknown" } else { media };
    let mut content = json!({ "size": body.length, "mimeType": media });
    if let Some(members) = content.as_object_mut() {
        match &body.base64 {
            Some(bytes) => {
                members.insert("text".into(), bytes.as_str().into());
                members.insert("encoding".into(), "base64".into());
            }
            None => {
                members.insert("text".into(), body.text.as_str().into());
            }
        }
        if let Some(cut) = body.cut {
            members.insert("comment".into(), cut_words(cut).into());
        }
    }
    content
}

const fn cut_words(cut: Cut) -> &'static str {
    match cut {
        Cut::Cap => "not complete: longer than what is kept",
        Cut::Timeout => "not complete: the time limit was reached",
        Cut::ConnectionLost => "not complete: the connection ended",
        Cut::Framing => "not complete: the transfer coding is broken",
        Cut::StreamAnswered => "an event stream, closed after the answer",
    }
}

fn headers(headers: &[Header]) -> Value {
    let all = headers
        .iter()
        .map(|h| json!({ "name": h.name, "value": h.value }));
    Value::Array(all.collect())
}

fn cookies(headers: &[Header], name: &str) -> Value {
    let lines = headers.iter().filter(|h| h.name.eq_ignore_ascii_case(name));
    let cookies = lines.flat_map(|line| {
        // Of `Set-Cookie` only the first pair is the cookie; the others are its attributes.
        let most = if name == "cookie" { usize::MAX } else { 1 };
        line.value.split(';').take(most).filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some(json!({ "name": name.trim(), "value": value.trim() }))
        })
    });
    Value::Array(cookies.collect())
}

fn query(url: &str) -> Value {
    let query = url_text::split(url).and_then(|parts| parts.query);
    query.map_or_else(|| json!([]), |query| pairs(&form::parse(query)))
}

fn pairs(pairs: &[(String, String)]) -> Value {
    let all = pairs
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }));
    Value::Array(all.collect())
}

fn version(word: &str) -> &str {
    if word.starts_with("HTTP/") {
        word
    } else {
        "HTTP/1.1"
    }
}

/// The URL with everything percent-encoded that a URI (RFC 3986) cannot hold: masks, above all.
fn uri(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=0x20 | 0x7f.. => {
                out.push_str(&format!("%{byte:02X}"));
            }
            byte => out.push(char::from(byte)),
        }
    }
    out
}

/// HAR counts in milliseconds, with decimals.
fn millis(micros: u64) -> Value {
    // Sixty million years of microseconds fit into a double exactly enough.
    #[expect(clippy::cast_precision_loss, reason = "a duration, for show")]
    let millis = micros as f64 / 1000.0;
    serde_json::Number::from_f64(millis).map_or(Value::from(0), Value::Number)
}

/// -1 where a part did not happen; `ssl` is part of `connect`, as the format wants it.
fn timings(timing: &Timing) -> Value {
    let part = |micros: Option<u64>| micros.map_or_else(|| Value::from(-1), millis);
    let connect = match (timing.connect_us, timing.tls_us) {
        (Some(tcp), tls) => Some(tcp.saturating_add(tls.unwrap_or(0))),
        (None, tls) => tls,
    };
    json!({
        "blocked": -1,
        "dns": part(timing.dns_us),
        "connect": part(connect),
        "ssl": part(timing.tls_us),
        "send": 0,
        "wait": millis(timing.wait_us.unwrap_or(0)),
        "receive": millis(timing.body_us.unwrap_or(0)),
    })
}
