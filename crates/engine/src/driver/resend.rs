//! Sending an edited request beside the flow, and the browser's answer to an edited authorization request.
//!
//! Nothing here touches the flow: a resent request has a branch of its own, which never becomes the active one.

use super::Driver;
use crate::inbound::{CallbackPage, InboundRequest};
use crate::resend::{self, Filled, NEW_PROOF, NEW_STATE, Out, SignIn};
use crate::{EngineError, headless, inbound};
use authscope_model::api::{Resend, Resent};
use authscope_model::exchange::{FailureKind, RawRequest};
use authscope_model::mask::ExchangeMeta;
use authscope_model::{
    EventKind, Exchange, Header, Participant, RawExchange, RawOutcome, StepKind,
};
use authscope_protocol::callback::Callback;
use authscope_protocol::url_text;
use authscope_store::Batch;
use std::future::Future;
use std::pin::Pin;

/// Edited authorization requests that wait for an answer at most; the oldest is given up.
const MOST_SIGN_INS: usize = 20;

/// The answer to the resent request that is out.
pub(super) type Answer = Pin<Box<dyn Future<Output = RawExchange> + Send>>;

impl Driver {
    pub(super) async fn resend(
        &mut self,
        resend: Resend,
        trusted: bool,
    ) -> Result<Resent, EngineError> {
        self.has_room()?;
        if self.state.resending.is_some() {
            return Err(EngineError::NotNow(
                "another resent request is out; wait for its answer".into(),
            ));
        }
        let Some(original) = self.transcript.exchange(resend.of).cloned() else {
            return Err(EngineError::NotNow(format!(
                "there is no step {} to send again",
                resend.of
            )));
        };
        resend::check(&original)?;
        let keys = self.shared.keys;
        let new_state = self.fresh(&keys).text(0..32);
        let mut filled = resend::fill(&self.state.sent, &resend, &new_state, trusted)
            .map_err(EngineError::NotNow)?;
        self.learn_used(&filled.used);
        if resend::is_browsers(&original) {
            return self.offer(&original, filled.url).await;
        }
        self.prove(&resend.method, &mut filled)?;
        self.state.branches = self.state.branches.saturating_add(1);
        let out = Out {
            exchange: self.next_exchange(),
            of: original.id,
            branch: self.state.branches,
            to: self.addressee(&original, &filled.url),
            method: resend.method,
            url: filled.url,
            headers: filled.headers,
            body: filled.body.into_bytes(),
            started_at: self.shared.clock.now(),
        };
        self.send_beside(out, original.branch).await
    }

    /// What was put back is masked by value from now on, wherever a person put it and wherever it is echoed.
    pub(super) fn learn_used(&mut self, used: &[(String, String)]) {
        for (kind, value) in used {
            self.masker.learn(kind, value);
            if !self.state.secrets.iter().any(|(_, known)| known == value) {
                self.state.secrets.push((kind.clone(), value.clone()));
            }
        }
    }

    /// Puts a new DPoP proof where one is wanted.
    pub(super) fn prove(&self, method: &str, filled: &mut Filled) -> Result<(), EngineError> {
        let Some(at) = filled.headers.iter().position(|h| h.value == NEW_PROOF) else {
            return Ok(());
        };
        let credentials = authscope_model::exchange::header(&filled.headers, "authorization");
        let token = credentials
            .and_then(|c| c.split_once(' '))
            .map(|(_, token)| token.trim());
        let keys = self.shared.keys;
        let fresh = self.fresh(&keys);
        let proof = self.state.flow.proof(method, &filled.url, token, &fresh);
        let proof = proof.map_err(|why| EngineError::NotNow(format!("{NEW_PROOF}: {why}")))?;
        if let Some(line) = filled.headers.get_mut(at) {
            *line = Header::new(line.name.clone(), proof);
        }
        Ok(())
    }

    /// Who a request goes to: whoever it went to as it was, or another one the session knows.
    fn addressee(&self, original: &Exchange, url: &str) -> Participant {
        if authscope_net::origin(&original.request.url) == authscope_net::origin(url) {
            return original.to;
        }
        self.party_at(url).unwrap_or(Participant::Other)
    }

    async fn send_beside(&mut self, out: Out, parent: u32) -> Result<Resent, EngineError> {
        let raw = headless::aborted(&out.prepared(), out.started_at);
        self.learn_from(&raw);
        let exchange = out.exchange;
        let event = self.resending(&out, parent);
        let request = headless::net_request(&out.prepared(), out.started_at);
        self.state.resending = Some(out);
        self.record(vec![event]).await?;
        let net = self.shared.net.clone();
        self.beside = Some(Box::pin(async move { net.send(request).await }));
        Ok(Resent {
            exchange,
            sign_in: None,
        })
    }

    fn resending(&self, out: &Out, parent: u32) -> EventKind {
        EventKind::Resending {
            exchange: out.exchange,
            of: out.of,
            branch: out.branch,
            parent,
            method: self.masker.text(&out.method),
            url: self.masker.url(&out.url),
        }
    }

    /// The resent request was answered.
    pub(super) async fn resent(&mut self, raw: RawExchange) -> Result<(), EngineError> {
        self.beside = None;
        let Some(out) = self.state.resending.take() else {
            return Ok(());
        };
        self.learn_from(&raw);
        self.note_sent(&raw.request);
        let mut exchange = self.masker.exchange(&raw, meta_of(&out));
        exchange.request.method = self.masker.text(&exchange.request.method);
        self.record(vec![EventKind::Exchange { exchange }]).await
    }

    /// The process that sent a request again is gone, and nobody waits for the answer.
    pub(super) async fn give_up_resent(&mut self) -> Result<(), EngineError> {
        let Some(out) = &self.state.resending else {
            return Ok(());
        };
        let mut raw = headless::aborted(&out.prepared(), out.started_at);
        if let RawOutcome::Failed(failure) = &mut raw.outcome {
            failure.kind = FailureKind::Aborted;
            failure.message = "authscope was restarted before an answer came; whether the request arrived is not known".into();
        }
        self.resent(raw).await
    }

    /// An edited authorization request: recorded, and there for the browser to open.
    async fn offer(&mut self, original: &Exchange, url: String) -> Result<Resent, EngineError> {
        let pairs = url_text::query_pairs(&url);
        let named = |name: &str| {
            pairs
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.clone())
        };
        self.check_offer(
            original,
            &url,
            named("request_uri"),
            named("state").as_deref(),
        )?;
        self.state.branches = self.state.branches.saturating_add(1);
        let (exchange, branch) = (self.next_exchange(), self.state.branches);
        let state = named("state");
        let out = Out {
            exchange,
            of: original.id,
            branch,
            to: original.to,
            method: "GET".into(),
            url: url.clone(),
            headers: Vec::new(),
            body: Vec::new(),
            started_at: self.shared.clock.now(),
        };
        let request = RawRequest {
            method: "GET".into(),
            request_line: format!("GET {url}"),
            url: url.clone(),
            ..RawRequest::default()
        };
        self.note_sent(&request);
        let meta = ExchangeMeta {
            from: Participant::You,
            ..meta_of(&out)
        };
        let recorded = self.masker.unseen(&request, out.started_at, meta);
        let events = vec![
            self.resending(&out, original.branch),
            EventKind::Exchange { exchange: recorded },
        ];
        let mut batch = Batch::default();
        if let Some(state) = &state {
            batch = batch.pending(&inbound::state_hash(state));
        }
        if self.state.sign_ins.len() >= MOST_SIGN_INS {
            self.state.sign_ins.remove(0);
        }
        self.state.sign_ins.push(SignIn {
            exchange,
            branch,
            url,
            state,
        });
        self.record_batch(events, batch).await?;
        let path = format!("sessions/{}/authorize?step={exchange}", self.state.id);
        Ok(Resent {
            exchange,
            sign_in: Some(path),
        })
    }

    fn check_offer(
        &self,
        original: &Exchange,
        url: &str,
        request_uri: Option<String>,
        state: Option<&str>,
    ) -> Result<(), EngineError> {
        let refuse = |why: &str| Err(EngineError::NotNow(why.to_owned()));
        if authscope_net::origin(url) != authscope_net::origin(&original.request.url) {
            return refuse(
                "an edited authorization request goes to the server it went to before: a browser is not sent anywhere else",
            );
        }
        if request_uri.is_some() {
            return refuse(
                "the parameters of this authorization request were pushed beforehand, and its request_uri is good for one sign-in; edit the pushed request instead",
            );
        }
        if state.is_some() && state == self.state.flow.awaited_state() {
            return refuse(&format!(
                "this state belongs to the running flow, which would take the answer for its own; use {NEW_STATE}"
            ));
        }
        Ok(())
    }

    /// The answer to an edited authorization request, if a response is one. It goes into the recording and not into
    /// the flow.
    pub(crate) async fn take_sign_in(
        &mut self,
        request: &InboundRequest,
    ) -> Result<Option<CallbackPage>, EngineError> {
        let state = Callback::parse(&request.url).state;
        let known = |s: &SignIn| s.state.is_some() && s.state == state;
        let Some(at) = self.state.sign_ins.iter().position(known) else {
            return Ok(None);
        };
        let sign_in = self.state.sign_ins.remove(at);
        let raw = inbound::answered(self, request);
        self.learn_from(&raw);
        let id = self.next_exchange();
        let meta = ExchangeMeta {
            id,
            branch: sign_in.branch,
            step: StepKind::Callback,
            from: Participant::You,
            to: Participant::Client,
            step_up: None,
            redirected_from: None,
            resent_from: None,
            edited: false,
            extra: true,
            purpose: format!("answer to the edited request of step {}", sign_in.exchange),
        };
        let exchange = self.masker.exchange(&raw, meta);
        self.record(vec![EventKind::Exchange { exchange }]).await?;
        Ok(Some(CallbackPage {
            status: 200,
            title: "Back to authscope".into(),
            message: format!(
                "This is the answer to the edited authorization request of step {}. It was recorded as step {id}, and the flow was not changed by it.",
                sign_in.exchange
            ),
            session: Some(self.state.id.clone()),
        }))
    }

    /// Notes which masked values a request carried, and where to.
    pub(crate) fn note_sent(&mut self, request: &RawRequest) {
        if let Ok(origin) = authscope_net::origin(&request.url) {
            let carried = self.masker.marked(request);
            resend::note(&mut self.state.sent, &origin, carried);
        }
    }
}

fn meta_of(out: &Out) -> ExchangeMeta {
    ExchangeMeta {
        id: out.exchange,
        branch: out.branch,
        step: StepKind::Resend,
        from: Participant::Client,
        to: out.to,
        step_up: None,
        redirected_from: None,
        resent_from: Some(out.of),
        edited: false,
        extra: true,
        purpose: format!("resent from step {}", out.of),
    }
}
