//! The authorization leg without a person: plain redirects are followed until our redirect URI.
//!
//! For servers that consent by themselves. A page that wants a person ends the run as incomplete.

use crate::driver::Driver;
use crate::{EngineError, inbound};
use authscope_model::event::{Ending, Tone};
use authscope_model::exchange::{Failure, FailureKind, RawRequest, Timing};
use authscope_model::{EventKind, Header, Participant, RawExchange, RawOutcome, StepKind};
use authscope_net::{Expect, NetRequest};
use authscope_protocol::flow::{Follow, Prepared, Reply, redirect};
use authscope_protocol::url_text;

/// Hops of an authorization leg at most.
const MAX_LEG_HOPS: usize = 15;

/// Cookies of the leg, by host: just enough for a login-free redirect chain.
#[derive(Default)]
pub(crate) struct Jar {
    cookies: Vec<(String, String, String)>,
    hops: usize,
}

impl Jar {
    fn store(&mut self, host: &str, reply: &Reply<'_>) {
        for header in reply
            .headers()
            .iter()
            .filter(|h| h.name.eq_ignore_ascii_case("set-cookie"))
        {
            let pair = header.value.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            self.cookies.retain(|(h, n, _)| !(h == host && n == name));
            self.cookies
                .push((host.to_owned(), name.to_owned(), value.to_owned()));
        }
    }

    fn header(&self, host: &str) -> Option<Header> {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .filter(|(h, ..)| h == host)
            .map(|(_, name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| Header::new("Cookie", pairs.join("; ")))
    }
}

/// Whether the step is a hop of the authorization leg.
pub(crate) const fn is_authorization_leg(step: StepKind) -> bool {
    matches!(step, StepKind::Authorize | StepKind::AuthorizeHop)
}

/// The request as the net crate takes it.
pub(crate) fn net_request(prepared: &Prepared, started_at: u64) -> NetRequest {
    NetRequest {
        method: prepared.method.clone(),
        url: prepared.url.clone(),
        headers: prepared.headers.clone(),
        body: prepared.body.clone(),
        timeout: None,
        started_at,
        expect: prepared
            .reply_id
            .clone()
            .map_or(Expect::Any, |id| Expect::EventStreamReply { id }),
    }
}

/// The exchange of a request that was aborted by a person.
pub(crate) fn aborted(prepared: &Prepared, started_at: u64) -> RawExchange {
    let failure = Failure {
        kind: FailureKind::Aborted,
        message: "stopped by a person before an answer came".into(),
        setting: None,
        received: None,
    };
    RawExchange {
        request: RawRequest {
            method: prepared.method.clone(),
            url: prepared.url.clone(),
            request_line: format!("{} {}", prepared.method, prepared.url),
            headers: prepared.headers.clone(),
            body: prepared.body.clone(),
        },
        outcome: RawOutcome::Failed(failure),
        started_at,
        timing: Timing::default(),
        peer: None,
        tls: None,
    }
}

fn leg_request(step: StepKind, url: String) -> Prepared {
    Prepared {
        headers: vec![Header::new("Accept", "*/*")],
        follow: Follow::No,
        purpose: "followed without a browser".into(),
        ..Prepared::get(step, Participant::AuthorizationServer, url)
    }
}

impl Driver {
    /// Sends the authorization request ourselves.
    pub(crate) async fn follow_leg(&mut self, url: String) -> Result<(), EngineError> {
        self.jar = Jar::default();
        self.state.flow.front_sent();
        let id = self.next_exchange();
        self.state.front_exchange = id;
        self.dispatch(leg_request(StepKind::Authorize, url), id, None, 0)
            .await
    }

    /// One hop of the leg was answered.
    pub(crate) async fn leg_replied(
        &mut self,
        prepared: &Prepared,
        id: u32,
        from: Option<u32>,
        raw: &RawExchange,
    ) -> Result<(), EngineError> {
        let reply = Reply { exchange: raw };
        let event = self.exchange_event(prepared, id, from, raw);
        let location = reply
            .header("location")
            .filter(|_| matches!(reply.status(), 301..=303 | 307 | 308));
        let target = location.and_then(|location| redirect::resolve(&prepared.url, location));
        self.record(vec![event]).await?;
        match target {
            Some(url) if self.is_ours(&url) => inbound::followed(self, &url).await,
            Some(url) => self.next_leg_hop(url, prepared, id, &reply).await,
            None if reply.is_success() && self.may_ask() => self.hand_over().await,
            None => {
                let (ending, message) = dead_end(prepared, &reply);
                self.leg_ended(ending, &message).await
            }
        }
    }

    /// Whether a person can go on where following redirects ended.
    fn may_ask(&self) -> bool {
        self.shared.settings.interactive && self.state.flow.probing().is_none()
    }

    /// The leg came to a page for a person: the same request is theirs now.
    async fn hand_over(&mut self) -> Result<(), EngineError> {
        let text = "The authorization server shows a page that wants a person, so following redirects ends here.";
        self.record(vec![EventKind::Note {
            exchange: None,
            tone: Tone::Info,
            text: text.into(),
        }])
        .await?;
        let url = self.state.flow.authorization_url().map(str::to_owned);
        self.ask_person(url.unwrap_or_default()).await
    }

    /// The leg did not come back: the end of the run, or of one probe.
    async fn leg_ended(&mut self, ending: Ending, message: &str) -> Result<(), EngineError> {
        if self.state.flow.probing().is_none() {
            // The flow has the last word: it may have to clean up.
            let outputs = self.state.flow.end(ending, message);
            let events = self.events_of(0, outputs);
            self.resume_work();
            return self.record(events).await;
        }
        let outputs = self.state.flow.abandon_probe(message);
        let events = self.events_of(0, outputs);
        self.resume_work();
        self.record(events).await
    }

    fn is_ours(&self, url: &str) -> bool {
        let ours = self
            .state
            .flow
            .context
            .request
            .as_ref()
            .map(|r| r.redirect_uri.clone())
            .unwrap_or_default();
        let without = |u: &str| u.split(['?', '#']).next().unwrap_or_default().to_owned();
        without(url) == without(&ours)
    }

    async fn next_leg_hop(
        &mut self,
        url: String,
        prepared: &Prepared,
        id: u32,
        reply: &Reply<'_>,
    ) -> Result<(), EngineError> {
        let host = |u: &str| {
            url_text::split(u)
                .map(|p| p.authority.to_ascii_lowercase())
                .unwrap_or_default()
        };
        if let Err(full) = self.has_room() {
            return self.leg_ended(Ending::Incomplete, &full.to_string()).await;
        }
        self.jar.store(&host(&prepared.url), reply);
        self.jar.hops += 1;
        if self.jar.hops > MAX_LEG_HOPS {
            let message = format!(
                "The authorization server redirected more than {MAX_LEG_HOPS} times without coming back to the redirect URI."
            );
            return self.leg_ended(Ending::Blocked, &message).await;
        }
        if !authscope_protocol::authorize::scheme_is_safe(&url) {
            let message = format!(
                "The authorization server redirected to {url:?}, which is neither our redirect URI nor an http(s) URL."
            );
            return self.leg_ended(Ending::Blocked, &message).await;
        }
        let mut next = leg_request(StepKind::AuthorizeHop, url);
        next.headers.extend(self.jar.header(&host(&next.url)));
        let number = self.next_exchange();
        self.dispatch(next, number, Some(id), 0).await
    }
}

/// A leg that does not go on: a page for a person, or a refusal.
fn dead_end(prepared: &Prepared, reply: &Reply<'_>) -> (Ending, String) {
    let host = url_text::split(&prepared.url)
        .map(|p| p.authority.to_owned())
        .unwrap_or_default();
    if reply.is_success() {
        let message = format!(
            "{host} shows a page that wants a person (sign-in or consent). Use --browser or --print-url, or the web UI."
        );
        return (Ending::Incomplete, message);
    }
    let said =
        authscope_protocol::oauth_error::read(reply.status(), reply.content_type(), &reply.text())
            .map(|e| e.sentence());
    let said = said.map(|s| format!(": {s}")).unwrap_or_default();
    (
        Ending::Blocked,
        format!(
            "The authorization endpoint answered {} instead of sending the browser back{said}",
            reply.in_words()
        ),
    )
}
