//! The healthy steps of grants beside the authorization code, and of a token's life.

use crate::base::{Answer, Settings, Step, form_headers};
use crate::healthy::{get, json_reply, token, token_document, token_reply};
use crate::overlay;
use authscope_model::{Participant, StepKind};
use authscope_protocol::form;
use serde_json::{Value, json};

/// A step of one of these grants; `None` for any other.
pub(crate) fn make(s: &Settings, kind: StepKind) -> Option<Step> {
    match kind {
        StepKind::DeviceAuthorization => Some(device_authorization(s)),
        StepKind::DevicePoll => Some(Step {
            body: poll_body(s),
            ..token(s, kind)
        }),
        StepKind::TokenExchange => Some(token_exchange(s)),
        _ => None,
    }
}

fn post(
    kind: StepKind,
    to: Participant,
    url: String,
    pairs: &[(&str, &str)],
    answer: Value,
) -> Step {
    Step {
        method: "POST".into(),
        headers: form_headers(),
        body: form::encode(pairs),
        answer: reply(&answer),
        ..get(kind, to, url)
    }
}

fn reply(answer: &Value) -> Answer {
    json_reply(200, answer)
}

fn device_authorization(s: &Settings) -> Step {
    let base = s.issuer.trim_end_matches('/');
    let answer = json!({
        "device_code": "⟨device_code · 32 chars · #3be1c7⟩", "user_code": "WDJB-MJHT",
        "verification_uri": format!("{base}/device"), "expires_in": 600, "interval": 5,
    });
    post(
        StepKind::DeviceAuthorization,
        Participant::AuthorizationServer,
        format!("{base}/device_authorization"),
        &[
            ("client_id", s.client_id.as_str()),
            ("scope", s.scope.as_str()),
        ],
        answer,
    )
}

fn poll_body(s: &Settings) -> String {
    form::encode(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", "⟨device_code · 32 chars · #3be1c7⟩"),
        ("client_id", s.client_id.as_str()),
        ("resource", s.resource.as_str()),
    ])
}

fn token_exchange(s: &Settings) -> Step {
    let pairs = [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        (
            "requested_token_type",
            "urn:ietf:params:oauth:token-type:id-jag",
        ),
        ("audience", s.issuer.as_str()),
        ("resource", s.resource.as_str()),
        ("subject_token", "⟨subject_token · 800 chars · #77ab01⟩"),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:id_token",
        ),
    ];
    let answer = json!({
        "issued_token_type": "urn:ietf:params:oauth:token-type:id-jag",
        "access_token": "⟨assertion · 612 chars · #a91f3b⟩", "token_type": "N_A", "expires_in": 300,
    });
    post(
        StepKind::TokenExchange,
        Participant::IdentityProvider,
        "https://idp.acme.example/token".into(),
        &pairs,
        answer,
    )
}

pub(crate) fn lifecycle(s: &Settings, kind: StepKind) -> Step {
    let base = s.issuer.trim_end_matches('/');
    let (path, answer) = if kind == StepKind::Revoke {
        (
            "revoke",
            Answer::Reply {
                status: 200,
                headers: Vec::new(),
                body: String::new(),
            },
        )
    } else {
        ("introspect", json_reply(200, &json!({"active": true})))
    };
    let pairs = [
        ("token", "⟨access_token · 812 chars · #a91f3b⟩"),
        ("client_id", s.client_id.as_str()),
    ];
    Step {
        method: "POST".into(),
        headers: form_headers(),
        body: form::encode(&pairs),
        answer,
        extra: true,
        ..get(
            kind,
            Participant::AuthorizationServer,
            format!("{base}/{path}"),
        )
    }
}

pub(crate) fn refresh(s: &Settings) -> Step {
    let mut pairs = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", "⟨refresh_token · 43 chars · #c0ffee⟩"),
        ("client_id", s.client_id.as_str()),
    ];
    if s.has_prm() {
        pairs.push(("resource", s.resource.as_str()));
    }
    let mut document = token_document(s);
    document["refresh_token"] = "⟨refresh_token · 43 chars · #beef01⟩".into();
    document["access_token"] = s.renewed_token().into();
    let base = s.issuer.trim_end_matches('/');
    let mut answer = token_reply(s);
    if let Answer::Reply { body, .. } = &mut answer {
        *body = overlay::pretty(&document);
    }
    Step {
        method: "POST".into(),
        headers: form_headers(),
        body: form::encode(&pairs),
        answer,
        extra: true,
        ..get(
            StepKind::Refresh,
            Participant::AuthorizationServer,
            format!("{base}/token"),
        )
    }
}
