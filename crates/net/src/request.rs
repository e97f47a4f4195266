//! The request head, written by hand and recorded from the bytes that are written.

use crate::head::text;
use crate::target::Target;
use crate::{NetRequest, NetSettings};
use authscope_model::exchange::{Failure, FailureKind};
use authscope_model::{Header, RawRequest};

/// A request ready to go, or the reason why it cannot.
pub(crate) struct Prepared {
    /// The record.
    pub(crate) raw: RawRequest,
    /// Where it goes.
    pub(crate) target: Result<Target, Failure>,
    /// Head and body as written.
    pub(crate) bytes: Vec<u8>,
}

impl Prepared {
    pub(crate) fn new(request: &NetRequest, settings: &NetSettings) -> Self {
        let target = Target::parse(&request.url).and_then(|t| check(request).map(|()| t));
        let mut head = Vec::with_capacity(512);
        if let Ok(target) = &target {
            write_head(&mut head, request, settings, target);
        }
        let raw = record(request, &head);
        let mut bytes = head;
        bytes.extend_from_slice(&request.body);
        Self { raw, target, bytes }
    }
}

/// Refuses what would break the head apart.
fn check(request: &NetRequest) -> Result<(), Failure> {
    let refuse = |message| {
        Err(Failure {
            kind: FailureKind::Request,
            message,
            setting: None,
            received: None,
        })
    };
    if !is_token(&request.method) {
        return refuse(format!(
            "`{}` is not a method; nothing was sent",
            request.method
        ));
    }
    for header in &request.headers {
        if !is_token(&header.name) {
            return refuse(format!(
                "`{}` is not a header name; nothing was sent",
                header.name
            ));
        }
        if header.value.bytes().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
            return refuse(format!(
                "the value of header `{}` holds a line break or NUL; nothing was sent",
                header.name
            ));
        }
    }
    Ok(())
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn write_head(head: &mut Vec<u8>, request: &NetRequest, settings: &NetSettings, target: &Target) {
    let has = |name: &str| {
        request
            .headers
            .iter()
            .any(|h| h.name.eq_ignore_ascii_case(name))
    };
    let mut line = |parts: [&str; 3]| {
        for part in parts {
            head.extend_from_slice(part.as_bytes());
        }
        head.extend_from_slice(b"\r\n");
    };
    line([&format!("{} ", request.method), &target.path, " HTTP/1.1"]);
    if !has("host") {
        line(["host", ": ", &target.authority]);
    }
    for header in &request.headers {
        line([&header.name, ": ", &header.value]);
    }
    if !settings.user_agent.is_empty() && !has("user-agent") {
        line(["user-agent", ": ", &settings.user_agent]);
    }
    let needs_length =
        !request.body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    if needs_length && !has("content-length") && !has("transfer-encoding") {
        line(["content-length", ": ", &request.body.len().to_string()]);
    }
    line(["", "", ""]);
}

/// Reads the record back from the head as written; of a request that cannot be sent, from the request.
fn record(request: &NetRequest, head: &[u8]) -> RawRequest {
    let mut lines = head
        .split(|b| *b == b'\n')
        .map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    let request_line = lines.next().map(text).unwrap_or_default();
    let headers = match head.is_empty() {
        true => request.headers.clone(),
        false => lines.filter(|l| !l.is_empty()).map(header).collect(),
    };
    RawRequest {
        method: request.method.clone(),
        url: request.url.clone(),
        request_line,
        headers,
        body: request.body.clone(),
    }
}

fn header(line: &[u8]) -> Header {
    let colon = line.iter().position(|b| *b == b':').unwrap_or(line.len());
    let (name, value) = line.split_at(colon);
    Header {
        name: text(name),
        value: text(value.strip_prefix(b":").unwrap_or(value).trim_ascii()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_the_head() {
        let mut request = NetRequest::new("POST", "https://Example.com:443/a?b c");
        request.headers = vec![Header::new("X-One", "1"), Header::new("x-one", "2")];
        request.body = b"{}".to_vec();
        let prepared = Prepared::new(&request, &NetSettings::default());
        let written = String::from_utf8(prepared.bytes).unwrap();
        let agent = NetSettings::default().user_agent;
        assert_eq!(
            written,
            format!(
                "POST /a?b%20c HTTP/1.1\r\nhost: Example.com:443\r\nX-One: 1\r\nx-one: 2\r\nuser-agent: {agent}\r\ncontent-length: 2\r\n\r\n{{}}"
            )
        );
        assert_eq!(prepared.raw.request_line, "POST /a?b%20c HTTP/1.1");
        let names: Vec<_> = prepared
            .raw
            .headers
            .iter()
            .map(|h| h.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["host", "X-One", "x-one", "user-agent", "content-length"]
        );
    }

    #[test]
    fn a_line_break_in_a_header_is_refused() {
        for header in [
            Header::new("authorization", "Bearer x\r\nx-injected: 1"),
            Header::new("a b", "c"),
            Header::new("", "c"),
            Header::new("x", "a\0b"),
        ] {
            let mut request = NetRequest::new("GET", "https://example.com/");
            request.headers = vec![header];
            let failure = Prepared::new(&request, &NetSettings::default())
                .target
                .unwrap_err();
            assert_eq!(failure.kind, FailureKind::Request, "{}", failure.message);
        }
        let request = NetRequest::new("GET / HTTP/1.1\r\nx:", "https://example.com/");
        let failure = Prepared::new(&request, &NetSettings::default())
            .target
            .unwrap_err();
        assert_eq!(failure.kind, FailureKind::Request);
    }
}
