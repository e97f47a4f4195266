//! One exchange from start to end, within one deadline.

use crate::body::{Decoder, Progress};
use crate::dial::{self, Stream, Trace, since};
use crate::head::{self, HEAD_CAP, Head};
use crate::reader::{End, Reader};
use crate::request::Prepared;
use crate::sse::ReplyWatch;
use crate::{Expect, Inner, NetRequest};
use authscope_model::exchange::{Cut, Failure, FailureKind, header};
use authscope_model::{RawExchange, RawOutcome, RawResponse};
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

/// Bytes of what is not HTTP that are kept.
const RECEIVED_CAP: usize = 4096;
/// Interim (1xx) responses before we give up.
const INTERIM: usize = 16;

/// Sends a request and records what happened.
pub(crate) async fn run(inner: &Inner, request: NetRequest) -> RawExchange {
    let start = Instant::now();
    let limit = request.timeout.unwrap_or(inner.settings.timeout);
    let mut trace = Trace::default();
    let prepared = Prepared::new(&request, &inner.settings);
    let result = attempt(inner, &request, &prepared, (start, limit), &mut trace).await;
    trace.timing.total_us = since(start);
    RawExchange {
        request: prepared.raw,
        outcome: match result {
            Ok(response) => RawOutcome::Response(response),
            Err(failure) => RawOutcome::Failed(failure),
        },
        started_at: request.started_at,
        timing: trace.timing,
        peer: trace.peer,
        tls: trace.tls,
    }
}

async fn attempt(
    inner: &Inner,
    request: &NetRequest,
    prepared: &Prepared,
    (start, limit): (Instant, Duration),
    trace: &mut Trace,
) -> Result<RawResponse, Failure> {
    let target = prepared.target.as_ref().map_err(Clone::clone)?;
    let deadline = start + limit;
    let connected = timeout_at(deadline, dial::connect(inner, target, trace)).await;
    let stream = match connected {
        Ok(result) => result?,
        Err(_) => return Err(timed_out(limit, &trace.doing, &[])),
    };
    let mut receiver = Receiver {
        method: &request.method,
        expect: &request.expect,
        cap: inner.settings.body_cap,
        place: target.place(),
        limit,
    };
    converse(stream, prepared, deadline, &mut receiver, trace).await
}

/// Writes the request and reads the response at the same time: a server may answer (and close) before it
/// has read everything.
async fn converse(
    stream: Box<dyn Stream>,
    prepared: &Prepared,
    deadline: Instant,
    receiver: &mut Receiver<'_>,
    trace: &mut Trace,
) -> Result<RawResponse, Failure> {
    let (read, mut write) = tokio::io::split(stream);
    let mut reader = Reader::new(read, deadline);
    let begun = Instant::now();
    let mut sent_at = None;
    let sending = async {
        write.write_all(&prepared.bytes).await?;
        write.flush().await?;
        Ok::<_, io::Error>(Instant::now())
    };
    let received = beside(sending, receiver.receive(&mut reader), &mut sent_at).await;
    let sent_at = sent_at.unwrap_or(begun);
    let first_byte = reader.first_byte;
    let micros = |d: Duration| u64::try_from(d.as_micros()).unwrap_or(u64::MAX);
    trace.timing.wait_us = first_byte.map(|at| micros(at.saturating_duration_since(sent_at)));
    let (response, head_at) = received?;
    trace.timing.body_us = Some(since(head_at));
    Ok(response)
}

/// Drives both; done when the second is. Failing to send does not end it: the answer may be there.
async fn beside<T>(
    sending: impl Future<Output = io::Result<Instant>>,
    receiving: impl Future<Output = T>,
    sent_at: &mut Option<Instant>,
) -> T {
    let mut sending = pin!(sending);
    let mut receiving = pin!(receiving);
    let mut pending = true;
    loop {
        tokio::select! {
            biased;
            sent = &mut sending, if pending => {
                pending = false;
                *sent_at = sent.ok();
            }
            received = &mut receiving => return received,
        }
    }
}

/// Reads one response.
struct Receiver<'a> {
    method: &'a str,
    expect: &'a Expect,
    cap: usize,
    place: String,
    limit: Duration,
}

impl Receiver<'_> {
    async fn receive<R: AsyncRead + Unpin>(
        &mut self,
        reader: &mut Reader<R>,
    ) -> Result<(RawResponse, Instant), Failure> {
        let head = self.final_head(reader).await?;
        let head_at = Instant::now();
        let mut decoder = Decoder::new(head.framing, self.cap);
        let mut watch = self.watch(&head);
        let cut = read_body(reader, &mut decoder, watch.as_mut()).await;
        let response = RawResponse {
            status_line: head.status_line,
            status: head.status,
            headers: head.headers,
            body_length: decoder.received,
            body: decoder.body,
            cut,
        };
        Ok((response, head_at))
    }

    fn watch(&self, head: &Head) -> Option<ReplyWatch> {
        let Expect::EventStreamReply { id } = self.expect else {
            return None;
        };
        let media = header(&head.headers, "content-type")?;
        let media = media.trim_start().to_ascii_lowercase();
        media
            .starts_with("text/event-stream")
            .then(|| ReplyWatch::new(id))
    }

    /// The head of the final response, interim ones skipped.
    async fn final_head<R: AsyncRead + Unpin>(
        &self,
        reader: &mut Reader<R>,
    ) -> Result<Head, Failure> {
        for _ in 0..=INTERIM {
            let head = self.head(reader).await?;
            reader.buffer.drain(..head.length.min(reader.buffer.len()));
            if !(100..200).contains(&head.status) || head.status == 101 {
                return Ok(head);
            }
        }
        Err(self.not_http("more than 16 interim (1xx) responses and no final one", &[]))
    }

    async fn head<R: AsyncRead + Unpin>(&self, reader: &mut Reader<R>) -> Result<Head, Failure> {
        loop {
            if !reader.buffer.is_empty() {
                match head::parse(&reader.buffer, self.method) {
                    Ok(Some(head)) if head.length <= HEAD_CAP => return Ok(head),
                    Ok(_) if reader.buffer.len() > HEAD_CAP => {
                        return Err(
                            self.not_http("the response head has more than 64 KiB", &reader.buffer)
                        );
                    }
                    Ok(_) => {}
                    Err(why) => return Err(self.not_http(&why, &reader.buffer)),
                }
            }
            if let Err(end) = reader.fill().await {
                return Err(self.no_head(&end, &reader.buffer));
            }
        }
    }

    fn not_http(&self, why: &str, bytes: &[u8]) -> Failure {
        let hint = match bytes {
            [0x15 | 0x16, 3, ..] => "; this looks like TLS, use an https URL",
            [_, _, _, 4, ..] => "; this looks like HTTP/2 without TLS",
            _ => "",
        };
        let begins = printable_start(bytes);
        Failure {
            kind: FailureKind::Http,
            message: format!(
                "{} answered with something that is not HTTP/1.1: {why}{hint}{begins}",
                self.place
            ),
            setting: None,
            received: received(bytes),
        }
    }

    fn no_head(&self, end: &End, bytes: &[u8]) -> Failure {
        let place = &self.place;
        let how = match end {
            End::Timeout => {
                let doing = format!("waiting for the response of {place}");
                return timed_out(self.limit, &doing, bytes);
            }
            End::Closed => "closed the connection".to_owned(),
            End::Lost(error) => format!("broke the connection ({error})"),
        };
        let when = if bytes.is_empty() {
            "before it answered"
        } else {
            "in the middle of the response head"
        };
        Failure {
            kind: FailureKind::Closed,
            message: format!("{place} {how} {when}"),
            setting: None,
            received: received(bytes),
        }
    }
}

/// Reads the body to its end, or says why it is cut.
async fn read_body<R: AsyncRead + Unpin>(
    reader: &mut Reader<R>,
    decoder: &mut Decoder,
    mut watch: Option<&mut ReplyWatch>,
) -> Option<Cut> {
    loop {
        match decoder.feed(&mut reader.buffer) {
            Progress::Complete => return None,
            Progress::Full => return Some(Cut::Cap),
            Progress::Broken => return Some(Cut::Framing),
            Progress::More => {}
        }
        if watch.as_mut().is_some_and(|w| w.answered(&decoder.body)) {
            return Some(Cut::StreamAnswered);
        }
        match reader.fill().await {
            Ok(()) => {}
            Err(End::Closed) if decoder.ends_with_connection() => return None,
            Err(End::Closed | End::Lost(_)) => return Some(Cut::ConnectionLost),
            Err(End::Timeout) => return Some(Cut::Timeout),
        }
    }
}

/// How an answer begins that is no HTTP, where that can be read: most protocols introduce themselves.
fn printable_start(bytes: &[u8]) -> String {
    let line = bytes.split(|b| matches!(b, b'\r' | b'\n')).next();
    let start: Vec<u8> = line.unwrap_or_default().iter().copied().take(40).collect();
    let text = String::from_utf8(start).unwrap_or_default();
    let readable =
        text.chars().count() > 3 && text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    if readable {
        format!("; it begins with \"{text}\"")
    } else {
        String::new()
    }
}

fn received(bytes: &[u8]) -> Option<String> {
    let kept = bytes
        .get(..bytes.len().min(RECEIVED_CAP))
        .unwrap_or_default();
    (!kept.is_empty()).then(|| head::text(kept))
}

fn timed_out(limit: Duration, doing: &str, bytes: &[u8]) -> Failure {
    Failure {
        kind: FailureKind::Timeout,
        message: format!("the limit of {limit:?} was reached {doing}; --timeout sets it"),
        setting: Some("--timeout".to_owned()),
        received: received(bytes),
    }
}
