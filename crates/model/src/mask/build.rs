//! Builds recorded exchanges.

use super::find::Place;
use super::{Masker, headers};
use crate::exchange::{Body, Failure, Outcome, RawOutcome, Request, Response, Timing};
use crate::exchange::{Cut, header};
use crate::{
    Exchange, Header, Millis, Participant, RawExchange, RawRequest, RawResponse, StepKind,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the flow knows about an exchange beside what was sent and received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeMeta {
    /// Number within the session, from 1.
    pub id: u32,
    /// Branch.
    pub branch: u32,
    /// Kind of step.
    pub step: StepKind,
    /// Who asked.
    pub from: Participant,
    /// Who answered.
    pub to: Participant,
    /// Step-up group.
    pub step_up: Option<u32>,
    /// The exchange whose redirect led here.
    pub redirected_from: Option<u32>,
    /// Asked for by the person.
    pub extra: bool,
    /// A few words on what it is for.
    pub purpose: String,
}

impl Masker {
    /// The recorded exchange: everything masked.
    #[must_use]
    pub fn exchange(&self, raw: &RawExchange, meta: ExchangeMeta) -> Exchange {
        let outcome = match &raw.outcome {
            RawOutcome::Response(response) => Outcome::Response(self.response(response)),
            RawOutcome::Failed(failure) => Outcome::Failed(self.failure(failure)),
        };
        let mut exchange = self.shell(&raw.request, raw.started_at, meta, outcome);
        exchange.timing = raw.timing;
        exchange.peer.clone_from(&raw.peer);
        exchange.tls.clone_from(&raw.tls);
        exchange
    }

    /// A request whose response we do not see: the authorization request in the browser.
    #[must_use]
    pub fn unseen(&self, request: &RawRequest, started_at: Millis, meta: ExchangeMeta) -> Exchange {
        self.shell(request, started_at, meta, Outcome::Unseen)
    }

    fn shell(
        &self,
        request: &RawRequest,
        started_at: Millis,
        meta: ExchangeMeta,
        outcome: Outcome,
    ) -> Exchange {
        Exchange {
            id: meta.id,
            branch: meta.branch,
            step: meta.step,
            from: meta.from,
            to: meta.to,
            step_up: meta.step_up,
            redirected_from: meta.redirected_from,
            extra: meta.extra,
            purpose: self.text(&meta.purpose),
            started_at,
            timing: Timing::default(),
            peer: None,
            tls: None,
            request: self.request(request),
            outcome,
        }
    }

    /// A request, masked.
    #[must_use]
    pub fn request(&self, raw: &RawRequest) -> Request {
        let length = u64::try_from(raw.body.len()).unwrap_or(u64::MAX);
        Request {
            method: raw.method.clone(),
            url: self.url(&raw.url),
            request_line: self.url(&raw.request_line),
            headers: self.headers(&raw.headers),
            body: self.body(&raw.headers, &raw.body, length, None),
        }
    }

    /// A response, masked.
    #[must_use]
    pub fn response(&self, raw: &RawResponse) -> Response {
        Response {
            status_line: self.text(&raw.status_line),
            status: raw.status,
            headers: self.headers(&raw.headers),
            body: self.body(&raw.headers, &raw.body, raw.body_length, raw.cut),
        }
    }

    /// Header lines, masked.
    #[must_use]
    pub fn headers(&self, raw: &[Header]) -> Vec<Header> {
        raw.iter().map(|line| headers::header(self, line)).collect()
    }

    /// A failure, masked.
    #[must_use]
    pub fn failure(&self, raw: &Failure) -> Failure {
        Failure {
            kind: raw.kind,
            message: self.text(&raw.message),
            setting: raw.setting.clone(),
            received: raw.received.as_deref().map(|text| self.text(text)),
        }
    }

    fn body(&self, headers: &[Header], bytes: &[u8], length: u64, cut: Option<Cut>) -> Body {
        let mut body = Body {
            length,
            cut,
            ..Body::default()
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => body.text = self.apply(text, place(headers)),
            Err(_) if self.text_of(bytes) == String::from_utf8_lossy(bytes) => {
                body.base64 = Some(STANDARD.encode(bytes));
            }
            Err(_) => {
                body.text = format!(
                    "{} bytes that are not text; not kept, because a secret is among them",
                    bytes.len()
                );
            }
        }
        body
    }

    fn text_of(&self, bytes: &[u8]) -> String {
        self.text(&String::from_utf8_lossy(bytes))
    }
}

fn place(headers: &[Header]) -> Place {
    let media = header(headers, "content-type").unwrap_or_default();
    match media.to_ascii_lowercase().contains("x-www-form-urlencoded") {
        true => Place::Form,
        false => Place::Text,
    }
}
