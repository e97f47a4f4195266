//! Editing the answer that waits at a breakpoint: the flow reads what a person wrote in its place, which shows whether a
//! fix would help before anybody deploys it.
//!
//! For the owner alone: who writes the metadata says where codes and secrets go next.

use super::Driver;
use super::hold::{Held, answer_is_gone, not_held};
use crate::EngineError;
use crate::resend::{self, Sent};
use authscope_model::api::{Draft, Resend, Resent};
use authscope_model::config::BreakAt;
use authscope_model::event::{Tone, Turn};
use authscope_model::mask::marked;
use authscope_model::transcript::Status;
use authscope_model::{
    EventKind, Header, Participant, RawExchange, RawOutcome, RawResponse, StepKind,
};

/// The answer that waits, with what is needed to write another in its place.
struct Waiting<'a> {
    exchange: u32,
    raw: &'a RawExchange,
}

fn not_owner() -> EngineError {
    EngineError::NotNow(
        "only the owner of the session edits an answer, because it can say where secrets are sent next; it can be let through, or the run stopped"
            .into(),
    )
}

fn no_text(response: &RawResponse) -> bool {
    std::str::from_utf8(&response.body).is_err()
}

impl Driver {
    fn waiting(&self) -> Result<Waiting<'_>, EngineError> {
        match &self.held {
            Some(Held::Answer { exchange, raw }) => Ok(Waiting {
                exchange: *exchange,
                raw,
            }),
            _ => Err(match &self.transcript.status {
                Status::YourTurn(Turn::Breakpoint {
                    at: BreakAt::AfterReceive,
                    exchange,
                    ..
                }) => answer_is_gone(*exchange),
                _ => not_held(),
            }),
        }
    }

    /// Whether an answer waits, here or in a process that is gone.
    pub(super) const fn answer_waits(&self) -> bool {
        matches!(
            &self.transcript.status,
            Status::YourTurn(Turn::Breakpoint {
                at: BreakAt::AfterReceive,
                ..
            })
        )
    }

    /// The values masked in an answer: they may stand in what is written in its place.
    fn masked_in(&self, raw: &RawExchange) -> Vec<Sent> {
        let mut sent = Vec::new();
        if let (Ok(origin), Some(response)) =
            (authscope_net::origin(&raw.request.url), raw.response())
        {
            let marked = self.masker.marked_in_answer(response);
            resend::note(&mut sent, &origin, marked);
        }
        sent
    }

    /// The answer that waits, as it is edited. Where none came, an empty one.
    pub(super) fn answer_draft(&self) -> Result<Draft, EngineError> {
        let Waiting { raw, .. } = self.waiting()?;
        let (status, headers, body) = match raw.response() {
            Some(response) => {
                let masked = self.masker.response(response);
                let body = if no_text(response) {
                    String::new()
                } else {
                    masked.body.text
                };
                (response.status, masked.headers, body)
            }
            None => {
                let json = Header::new("Content-Type", "application/json");
                (200, vec![json], String::new())
            }
        };
        // A draft of a request, because its parts are the same.
        let masked = authscope_model::exchange::Request {
            method: raw.request.method.clone(),
            url: self.masker.url(&raw.request.url),
            request_line: String::new(),
            headers,
            body: authscope_model::Body {
                text: body,
                ..authscope_model::Body::default()
            },
        };
        Ok(Draft {
            status: Some(status),
            ..resend::draft_of(&self.masked_in(raw), &masked, false)
        })
    }

    /// The flow reads the answer that a person wrote.
    pub(super) async fn read_edited(
        &mut self,
        resend: Resend,
        status: u16,
        trusted: bool,
    ) -> Result<Resent, EngineError> {
        let Waiting { exchange, raw } = self.waiting()?;
        if !trusted {
            return Err(not_owner());
        }
        let (edited, used) = self.written(raw, resend, status)?;
        let mut raw = raw.clone();
        self.learn_used(&used);
        let note = EventKind::Note {
            exchange: Some(exchange),
            tone: Tone::Info,
            text: self.masker.text(&note(raw.response(), &edited)),
        };
        raw.outcome = RawOutcome::Response(edited);
        self.held = None;
        self.learn_from(&raw);
        let meta = self.meta(
            exchange,
            StepKind::Unknown,
            Participant::Client,
            Participant::Other,
        );
        let masked = self.masker.exchange(&raw, meta);
        let Some(response) = masked.response().cloned() else {
            return Err(not_held());
        };
        let ended = EventKind::TurnEnded {
            how: "An edited answer was read.".into(),
        };
        let events = vec![ended, EventKind::AnswerEdited { exchange, response }, note];
        self.working = true;
        self.read_answer(events, exchange, &raw).await?;
        Ok(Resent {
            exchange,
            sign_in: None,
        })
    }

    /// The answer that a person wrote, with the masked values put back, and these. What nobody touched stays byte for
    /// byte: a value behind a mask is not always written as it was.
    fn written(
        &self,
        raw: &RawExchange,
        resend: Resend,
        status: u16,
    ) -> Result<(RawResponse, Vec<(String, String)>), EngineError> {
        if !(100..=599).contains(&status) {
            return Err(EngineError::NotNow(format!(
                "a status is a number from 100 to 599; this one is {status}"
            )));
        }
        let draft = self.answer_draft()?;
        let came = raw.response();
        let body = came.filter(|_| resend.body == draft.body);
        let lines = untouched(came, &draft.headers, &resend.headers);
        let others = resend.headers.iter().zip(&lines);
        let others = others.filter(|(_, line)| line.is_none());
        let to_itself = Resend {
            url: raw.request.url.clone(),
            headers: others.map(|(header, _)| header.clone()).collect(),
            body: body.map_or(resend.body, |_| String::new()),
            ..resend
        };
        let filled = resend::fill(&self.masked_in(raw), &to_itself, "", true)
            .map_err(EngineError::NotNow)?;
        let mut others = filled.headers.into_iter();
        let headers = lines
            .into_iter()
            .filter_map(|line| line.or_else(|| others.next()));
        let body = body.map_or_else(|| filled.body.into_bytes(), |came| came.body.clone());
        let edited = RawResponse {
            status_line: format!("HTTP/1.1 {status}"),
            status,
            headers: headers.collect(),
            body_length: u64::try_from(body.len()).unwrap_or(u64::MAX),
            body,
            cut: None,
        };
        Ok((edited, filled.used))
    }
}

/// For each header line that a person left as it was in the draft, the line that came.
fn untouched(
    came: Option<&RawResponse>,
    draft: &[Header],
    edited: &[Header],
) -> Vec<Option<Header>> {
    let came = came.map(|response| response.headers.as_slice());
    let came = came
        .unwrap_or_default()
        .iter()
        .filter(|line| marked::is_edited(line));
    let mut left: Vec<(&Header, &Header)> = draft.iter().zip(came).collect();
    let one = |header: &Header| {
        let at = left.iter().position(|(draft, _)| *draft == header)?;
        Some(left.remove(at).1.clone())
    };
    edited.iter().map(one).collect()
}

/// What a person changed, in words.
fn note(came: Option<&RawResponse>, edited: &RawResponse) -> String {
    let mut parts = Vec::new();
    match came {
        None => parts.push(format!("status {} in place of no answer", edited.status)),
        Some(came) => {
            if came.status != edited.status {
                parts.push(format!("status {} → {}", came.status, edited.status));
            }
            parts.extend(headers(&came.headers, &edited.headers));
            if came.body != edited.body {
                parts.push(format!(
                    "body of {} → {} bytes",
                    came.body.len(),
                    edited.body.len()
                ));
            }
        }
    }
    let what = match parts.is_empty() {
        true => "nothing was changed".to_owned(),
        false => parts.join(", "),
    };
    format!(
        "A person edited this answer before the flow read it ({what}). What follows, and what is found in it, comes of the edited answer; this step shows the one that came."
    )
}

/// Names of the header lines that are others than before.
fn headers(came: &[Header], edited: &[Header]) -> Option<String> {
    let only_in = |a: &[Header], b: &[Header]| -> Vec<String> {
        let lines = a
            .iter()
            .filter(|line| marked::is_edited(line) && !b.contains(line));
        lines.map(|line| line.name.clone()).collect()
    };
    let mut names = only_in(came, edited);
    names.extend(only_in(edited, came));
    names.sort_by_key(|name| name.to_ascii_lowercase());
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    (!names.is_empty()).then(|| format!("header {}", names.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, lines: &[(&str, &str)], body: &str) -> RawResponse {
        RawResponse {
            status_line: String::new(),
            status,
            headers: lines.iter().map(|(n, v)| Header::new(*n, *v)).collect(),
            body: body.into(),
            body_length: body.len() as u64,
            cut: None,
        }
    }

    #[test]
    fn the_note_names_what_is_other() {
        let came = response(
            404,
            &[("Content-Length", "3"), ("A", "1"), ("B", "2")],
            "no!",
        );
        let edited = response(200, &[("a", "1"), ("B", "3")], "{}");
        let words = note(Some(&came), &edited);
        assert!(
            words.contains("(status 404 → 200, header A and B, body of 3 → 2 bytes)"),
            "{words}"
        );
        let same = response(404, &[("A", "1"), ("B", "2")], "no!");
        assert!(note(Some(&came), &same).contains("(nothing was changed)"));
        assert!(note(None, &edited).contains("status 200 in place of no answer"));
    }
}
