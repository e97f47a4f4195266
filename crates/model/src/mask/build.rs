//! Builds recorded exchanges.

use super::find::Place;
use super::{KnownSecret, Masker, headers};
use crate::exchange::{Body, Failure, Outcome, RawOutcome, Request, Response, Timing};
use crate::exchange::{Cut, header};
use crate::{
    Exchange, Header, Millis, Participant, RawExchange, RawRequest, RawResponse, StepKind,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::sync::{Arc, Mutex};

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
    /// The exchange whose request was edited and sent again.
    pub resent_from: Option<u32>,
    /// Asked for by the person.
    pub extra: bool,
    /// Edited by a person at a breakpoint.
    pub edited: bool,
    /// A few words on what it is for.
    pub purpose: String,
}

impl Masker {
    /// The recorded exchange: everything masked.
    ///
    /// Secrets that their names give away in one place of the exchange (a cookie, a code) are masked by
    /// value in all others (an error page that echoes them). [`Masker::secrets`] gives them to the caller,
    /// who keeps them for the exchanges that follow.
    #[must_use]
    pub fn exchange(&self, raw: &RawExchange, meta: ExchangeMeta) -> Exchange {
        let (exchange, found) = self.collecting(|masker| masker.build(raw, meta.clone()));
        match self.with_learned(found) {
            Some(masker) => masker.build(raw, meta),
            None => exchange,
        }
    }

    /// The secrets that names give away in an exchange, to be learned.
    #[must_use]
    pub fn secrets(&self, raw: &RawExchange) -> Vec<KnownSecret> {
        let (_, found) = self.collecting(|masker| {
            let _ = masker.request(&raw.request);
            raw.response().map(|response| masker.response(response))
        });
        found
    }

    /// Runs something with a masker that collects what it masks.
    fn collecting<T>(&self, run: impl FnOnce(&Self) -> T) -> (T, Vec<KnownSecret>) {
        let sink = Arc::new(Mutex::new(Vec::new()));
        let masker = Self {
            sink: Some(Arc::clone(&sink)),
            ..self.clone()
        };
        let result = run(&masker);
        let found = sink.lock().map(|mut found| std::mem::take(&mut *found));
        (result, found.unwrap_or_default())
    }

    /// A masker that knows more; `None` when it would know nothing new.
    fn with_learned(&self, found: Vec<KnownSecret>) -> Option<Self> {
        let mut masker = self.clone();
        masker.learn_all(found);
        (masker.known.len() > self.known.len()).then_some(masker)
    }

    fn build(&self, raw: &RawExchange, meta: ExchangeMeta) -> Exchange {
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
            resent_from: meta.resent_from,
            extra: meta.extra,
            edited: meta.edited,
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
            received: raw
                .received
                .as_deref()
                .map(|text| self.for_cut().text(text)),
        }
    }

    fn body(&self, headers: &[Header], bytes: &[u8], length: u64, cut: Option<Cut>) -> Body {
        let mut body = Body {
            length,
            cut,
            ..Body::default()
        };
        match kept(headers, bytes, cut) {
            Kept::Text(text) if cut.is_some() => {
                body.text = self.for_cut().apply(&text, place(headers));
            }
            Kept::Text(text) => body.text = self.apply(&text, place(headers)),
            Kept::Dropped(why) => body.text = format!("{} bytes, not kept: {why}", bytes.len()),
            Kept::Binary if self.holds_secret(bytes) => {
                body.text = format!("{} bytes, not kept: a secret is among them", bytes.len());
            }
            Kept::Binary => body.base64 = Some(STANDARD.encode(bytes)),
        }
        body
    }

    /// Whether masking would change the bytes, read as they are or as two-byte characters.
    fn holds_secret(&self, bytes: &[u8]) -> bool {
        let narrow: Vec<u8> = bytes.iter().copied().filter(|b| *b != 0).collect();
        [bytes, &narrow].into_iter().any(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            self.text(&text) != text
        })
    }
}

/// In which form a body is kept.
enum Kept<'a> {
    Text(Cow<'a, str>),
    Binary,
    Dropped(&'static str),
}

/// Compressed bytes are not kept, because secrets in them cannot be masked. Text that is not all UTF-8
/// shows replacement characters; a character torn by a cut is left out.
fn kept<'a>(headers: &[Header], bytes: &'a [u8], cut: Option<Cut>) -> Kept<'a> {
    let coding = header(headers, "content-encoding").unwrap_or_default();
    let coded = !coding.is_empty() && !coding.eq_ignore_ascii_case("identity");
    let text = std::str::from_utf8(bytes);
    match text {
        Ok(text) => Kept::Text(Cow::Borrowed(text)),
        _ if coded || is_compressed(bytes) => {
            Kept::Dropped("it is compressed, though no compression was asked for")
        }
        Err(error) if cut.is_some() && error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            Kept::Text(String::from_utf8_lossy(whole))
        }
        Err(_) if is_textual(headers) => Kept::Text(String::from_utf8_lossy(bytes)),
        Err(_) => Kept::Binary,
    }
}

fn is_compressed(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 4] = [b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"BZh"];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

fn is_textual(headers: &[Header]) -> bool {
    let media = header(headers, "content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        "text/",
        "json",
        "xml",
        "html",
        "form-urlencoded",
        "javascript",
    ]
    .iter()
    .any(|word| media.contains(word))
}

fn place(headers: &[Header]) -> Place {
    let media = header(headers, "content-type").unwrap_or_default();
    match media.to_ascii_lowercase().contains("x-www-form-urlencoded") {
        true => Place::Form,
        false => Place::Text,
    }
}
