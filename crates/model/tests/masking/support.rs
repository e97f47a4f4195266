//! Exchanges to plant secrets in, and the search for what is left of them.

use authscope_model::exchange::{Failure, FailureKind, Timing};
use authscope_model::mask::ExchangeMeta;
use authscope_model::{
    Exchange, Header, Masker, Participant, RawExchange, RawOutcome, RawRequest, RawResponse,
    StepKind,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

pub(crate) const CANARY: &str = "cAnArY7f3a9c2b+x/Q=e";
/// What stays of the canary in whatever encoding if it is not masked as a whole.
pub(crate) const CORE: &str = "cAnArY7f3a9c2b";

pub(crate) fn meta() -> ExchangeMeta {
    ExchangeMeta {
        id: 1,
        branch: 0,
        step: StepKind::Token,
        from: Participant::Client,
        to: Participant::AuthorizationServer,
        step_up: None,
        redirected_from: None,
        resent_from: None,
        edited: false,
        extra: false,
        purpose: String::new(),
    }
}

pub(crate) fn masker() -> Masker {
    Masker::new(b"the key of one session")
}

pub(crate) fn raw() -> RawExchange {
    RawExchange {
        request: RawRequest {
            method: "GET".into(),
            url: "https://as.example/token".into(),
            request_line: "GET /token HTTP/1.1".into(),
            headers: vec![Header::new("host", "as.example")],
            body: Vec::new(),
        },
        outcome: RawOutcome::Response(RawResponse {
            status_line: "HTTP/1.1 200 OK".into(),
            status: 200,
            ..RawResponse::default()
        }),
        started_at: 0,
        timing: Timing::default(),
        peer: None,
        tls: None,
    }
}

pub(crate) fn response(content_type: &str, body: &[u8]) -> RawExchange {
    let mut raw = raw();
    if let RawOutcome::Response(response) = &mut raw.outcome {
        response
            .headers
            .push(Header::new("Content-Type", content_type));
        response.body = body.to_vec();
    }
    raw
}

pub(crate) fn response_header(name: &str, value: &str) -> RawExchange {
    let mut raw = raw();
    if let RawOutcome::Response(response) = &mut raw.outcome {
        response.headers.push(Header::new(name, value));
    }
    raw
}

pub(crate) fn request_header(name: &str, value: &str) -> RawExchange {
    let mut raw = raw();
    raw.request.headers.push(Header::new(name, value));
    raw
}

pub(crate) fn request_url(url: &str) -> RawExchange {
    let mut raw = raw();
    raw.request.url = url.to_owned();
    let path = url.split_once("://").unwrap().1;
    let path = &path[path.find('/').unwrap()..];
    raw.request.request_line = format!("GET {path} HTTP/1.1");
    raw
}

pub(crate) fn form(body: &str) -> RawExchange {
    let mut raw = raw();
    let kind = Header::new("content-type", "application/x-www-form-urlencoded");
    raw.request.headers.push(kind);
    raw.request.body = body.as_bytes().to_vec();
    raw
}

pub(crate) fn failed(text: &str) -> RawExchange {
    let mut raw = raw();
    raw.outcome = RawOutcome::Failed(Failure {
        kind: FailureKind::Http,
        message: "not HTTP".into(),
        setting: None,
        received: Some(text.to_owned()),
    });
    raw
}

pub(crate) fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| {
            if plain(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

pub(crate) fn percent_all(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02x}")).collect()
}

pub(crate) fn json_escaped(text: &str) -> String {
    text.chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect()
}

pub(crate) fn html_escaped(text: &str) -> String {
    text.replace('+', "&#43;")
        .replace('/', "&#x2F;")
        .replace('=', "&#61;")
}

pub(crate) fn jwt(claims: &str, signature: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"at+jwt"}"#);
    format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims))
}

/// All text of an exchange, and every base64 and percent decoding of it that a reader might try.
pub(crate) fn readable(exchange: &Exchange) -> String {
    let text = serde_json::to_string(exchange).unwrap();
    let mut all = text.clone();
    for run in text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/-_".contains(c))) {
        let run = run.replace('-', "+").replace('_', "/");
        for offset in 0..run.len().min(4) {
            let piece = &run[offset..];
            let whole = &piece[..piece.len() / 4 * 4];
            let decoded = STANDARD.decode(whole).unwrap_or_default();
            all.push_str(&String::from_utf8_lossy(&decoded));
        }
    }
    for _ in 0..3 {
        let decoded = undo_percent(&all);
        all.push_str(&decoded);
    }
    all.replace("\\\\u", "\\u")
}

pub(crate) fn undo_percent(text: &str) -> String {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        let code = text
            .get(index + 1..index + 3)
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match code.filter(|_| bytes[index] == b'%') {
            Some(byte) => {
                out.push(byte);
                index += 3;
            }
            None => {
                out.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

pub(crate) fn assert_hidden(place: &str, masker: &Masker, raw: &RawExchange) {
    let exchange = masker.exchange(raw, meta());
    let text = readable(&exchange);
    assert!(
        !text.contains(CORE),
        "{place}: {}",
        serde_json::to_string_pretty(&exchange).unwrap()
    );
    assert!(!text.contains(&json_escaped(CORE)), "{place}: {text}");
}
