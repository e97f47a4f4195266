//! Events of a fixture: the session, its decisions, its exchanges.

use crate::base::{Answer, START, Settings, Step};
use authscope_model::config::RegistrationChoice;
use authscope_model::event::{Decision, ValueSource};
use authscope_model::exchange::Timing;
use authscope_model::{
    Body, EventKind, Exchange, Outcome, Participant, RevisionChoice, SessionConfig, StepKind,
};
use serde_json::{Map, Value};

pub(crate) const fn decision(decision: Decision) -> EventKind {
    EventKind::Decision {
        decision,
        because: String::new(),
    }
}

pub(crate) fn created(settings: &Settings, over: &Map<String, Value>) -> Result<EventKind, String> {
    let mut config = SessionConfig::new(settings.server.clone());
    config.revision = RevisionChoice::from(settings.revision);
    if settings.registration == "preregistered" {
        config.client_id = Some(settings.client_id.clone());
    }
    let mut value = serde_json::to_value(&config).map_err(|e| e.to_string())?;
    if let Some(members) = value.as_object_mut() {
        members.extend(over.clone());
    }
    let document = serde_json::json!({
        "client_id": settings.client_id, "client_name": "authscope", "redirect_uris": [settings.redirect],
    });
    Ok(EventKind::SessionCreated {
        config: serde_json::from_value(value).map_err(|e| e.to_string())?,
        redirect_uri: settings.redirect.clone(),
        client_document_url: "https://client.example.org/oauth/client/s1/metadata.json".into(),
        client_document: document,
        version: "0.1.0".into(),
    })
}

/// What the flow decides before a step of a kind.
pub(crate) fn decisions_before(s: &Settings, kind: StepKind) -> Vec<Decision> {
    let method = match s.registration.as_str() {
        "cimd" => RegistrationChoice::Cimd,
        "preregistered" => RegistrationChoice::Preregistered,
        _ => RegistrationChoice::Dcr,
    };
    match kind {
        StepKind::Register | StepKind::Authorize => vec![
            Decision::AuthorizationServer {
                issuer: s.issuer.clone(),
                candidates: vec![s.issuer.clone()],
            },
            Decision::Resource {
                value: s.resource.clone(),
                source: ValueSource::Prm,
            },
            Decision::Registration {
                method,
                client_id: (kind == StepKind::Authorize).then(|| s.client_id.clone()),
            },
        ],
        StepKind::Token => vec![Decision::TokenEndpointAuth {
            method: "none".into(),
        }],
        _ => Vec::new(),
    }
}

pub(crate) fn exchange(id: u32, step: &Step) -> Exchange {
    let body = |text: &str| Body {
        text: text.into(),
        length: text.len() as u64,
        ..Body::default()
    };
    let outcome = match &step.answer {
        Answer::Reply {
            status,
            headers,
            body: text,
        } => Outcome::Response(authscope_model::exchange::Response {
            status_line: format!("HTTP/1.1 {status}"),
            status: *status,
            headers: headers.clone(),
            body: Body {
                cut: step.cut,
                ..body(text)
            },
        }),
        Answer::Failed(failure) => Outcome::Failed(failure.clone()),
        Answer::Unseen => Outcome::Unseen,
    };
    Exchange {
        id,
        branch: 0,
        step: step.kind,
        from: step.from,
        to: step.to,
        step_up: step.step_up,
        redirected_from: step.redirected.then(|| id - 1),
        resent_from: None,
        edited: false,
        extra: step.extra,
        purpose: String::new(),
        started_at: START + u64::from(id) * 1000,
        timing: Timing::default(),
        peer: (step.to != Participant::Client).then(|| "203.0.113.7:443".into()),
        tls: None,
        request: authscope_model::exchange::Request {
            method: step.method.clone(),
            url: step.url.clone(),
            request_line: format!("{} {} HTTP/1.1", step.method, step.url),
            headers: step.headers.clone(),
            body: body(&step.body),
        },
        outcome,
    }
}
