//! Request, Response, Token and Raw: viewers that are a panel of the third module, because together they weigh more
//! than the first load may. Here is what they are told: the step, the findings on it, and what was to be expected.

use super::Tab;
use crate::components::effect;
use crate::dom;
use crate::panel;
use crate::state::{Session, session};
use authscope_model::event::Fact;
use authscope_model::exchange::header;
use authscope_model::{Evidence, Exchange, Finding, Part, StepKind, Transcript};
use authscope_protocol::form;
use authscope_ui_kit::wire::given;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

/// The panel of the selected step; also the id of the element it is mounted in.
pub(super) const CURRENT: &str = "viewer";
/// The panel of the pinned step.
pub(super) const BESIDE: &str = "viewer-beside";

/// Whether a step was given a token, or used one.
pub(super) fn has_token(exchange: &Exchange) -> bool {
    let given = exchange.response().is_some_and(|response| {
        response.body.text.contains("_token\"")
            && response.body.json().is_some_and(|body| {
                ["access_token", "id_token", "refresh_token"]
                    .iter()
                    .any(|name| body.get(*name).is_some_and(Value::is_string))
            })
    });
    let used = || {
        let sent = header(&exchange.request.headers, "authorization");
        sent.and_then(|value| value.split_once(' '))
            .is_some_and(|(scheme, _)| {
                scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("dpop")
            })
    };
    given || used()
}

/// A step in one of the views.
pub(super) fn view(place: &'static str, exchange: &Arc<Exchange>, tab: Tab) -> AnyView {
    let session = session();
    let tabs = expect_context::<RwSignal<Tab>>();
    let number = exchange.id;
    let exchange = exchange.clone();
    let known = Memo::new(move |_| {
        let findings = session.findings.get();
        session.with(|transcript| known(transcript, &findings, number))
    });
    let mut open = false;
    effect(move || {
        let known = known.get();
        // The step may be large, and stays as it is.
        if std::mem::replace(&mut open, true) {
            return panel::update(place, &known);
        }
        let options = json!({
            "session": session.id(),
            "view": tab.id(),
            "exchange": given(&exchange),
            "known": known,
        });
        show(session, tabs, place, &options);
    });
    on_cleanup(move || panel::close(place));
    view! { <div id=place class="viewer"></div> }.into_any()
}

/// Opens the panel; nothing happens when it is open. All it says is which finding somebody wants to read.
fn show(session: Session, tabs: RwSignal<Tab>, place: &'static str, options: &Value) {
    let heard = move |message: Value| {
        let rule = message
            .get("rule")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let card = format!(".inspector [data-rule='{rule}']");
        tabs.set(Tab::Explain);
        dom::later(0, move || dom::focus(&card));
    };
    panel::show(session, place, options, Box::new(heard), Some(place));
}

/// What is known about a step beside what it sent and received.
fn known(transcript: &Transcript, findings: &[Finding], number: u32) -> Value {
    let about: Vec<Value> = findings
        .iter()
        .flat_map(|finding| {
            let all = std::iter::once(&finding.evidence).chain(&finding.related);
            all.filter(|evidence| evidence.exchange == number)
                .map(|evidence| complaint(finding, evidence))
        })
        .collect();
    let signatures: Vec<Value> = transcript
        .facts
        .iter()
        .filter_map(|(step, fact)| match fact {
            Fact::Signature {
                token,
                verified,
                detail,
            } => {
                Some(json!({"step": step, "token": token, "verified": verified, "detail": detail}))
            }
            _ => None,
        })
        .collect();
    json!({
        "findings": about,
        "signatures": signatures,
        "server": transcript.config.as_ref().map(|config| &config.server_url),
        "resource": transcript.resource().map(|(value, _)| value),
        "issuer": transcript.issuer(),
        "client_id": client_id(transcript),
        "scope": transcript.scope().and_then(|(value, _)| value),
        "redirect_uri": transcript.redirect_uri,
    })
}

/// The client id in use: as it was sent with the person, else as it was configured.
fn client_id(transcript: &Transcript) -> Option<String> {
    let sent = transcript
        .last_of(StepKind::Authorize)
        .and_then(|authorize| {
            let pairs = form::parse(authorize.request.url.split_once('?')?.1);
            let is_it = |(name, value): (String, String)| (name == "client_id").then_some(value);
            pairs.into_iter().find_map(is_it)
        });
    let known = || transcript.registration()?.1.map(ToOwned::to_owned);
    sent.or_else(known)
}

fn complaint(finding: &Finding, evidence: &Evidence) -> Value {
    let (part, index) = match evidence.part {
        Part::RequestUrl => ("url", 0),
        Part::RequestHeader { index } => ("request_header", index),
        Part::RequestBody => ("request_body", 0),
        Part::StatusLine => ("status", 0),
        Part::ResponseHeader { index } => ("header", index),
        Part::ResponseHeaders => ("headers", 0),
        Part::ResponseBody => ("body", 0),
        Part::Whole => ("whole", 0),
    };
    json!({
        "rule": finding.rule,
        "message": finding.message,
        "level": finding.level.as_str(),
        "step": finding.evidence.exchange,
        "part": part,
        "index": index,
        "start": evidence.start,
        "end": evidence.end,
    })
}
