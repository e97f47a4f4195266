//! Device authorization (RFC 8628): for clients without a browser of their own.

use super::{client_auth, token};
use crate::flow::context::{DeviceState, Stage};
use crate::flow::{Action, Flow, Fresh, Output, Prepared, Reply};
use crate::oauth_error;
use authscope_model::event::{Ending, Tone};
use authscope_model::{Participant, StepKind};
use serde_json::Value;

/// RFC 8628 grant type.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(in crate::flow) fn prepare(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    let Some(endpoint) = flow.context.endpoints.device.clone() else {
        return Err(
            "The authorization server metadata has no `device_authorization_endpoint`.".into(),
        );
    };
    let mut params = Vec::new();
    if let Some(scope) = &flow.context.scope {
        params.push(("scope".to_owned(), scope.clone()));
    }
    token::push_resource(flow, &mut params);
    let mut prepared = Prepared::form(
        StepKind::DeviceAuthorization,
        Participant::AuthorizationServer,
        endpoint,
        String::new(),
    );
    client_auth::authenticate(flow, &mut prepared, params, fresh)?;
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb(
    flow: &mut Flow,
    reply: &Reply<'_>,
    fresh: &Fresh<'_>,
) -> Vec<Output> {
    let text = reply.text();
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    let member = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let (Some(device_code), Some(user_code), true) = (
        member("device_code"),
        member("user_code"),
        reply.is_success(),
    ) else {
        let said =
            oauth_error::read(reply.status(), reply.content_type(), &text).map(|e| e.sentence());
        let said = said.unwrap_or_else(|| "no `device_code` came back".into());
        flow.finish(
            Ending::Blocked,
            format!(
                "The device authorization request got {}: {said}",
                reply.in_words()
            ),
        );
        return Vec::new();
    };
    let seconds =
        |name: &str, default: u64| answer.get(name).and_then(Value::as_u64).unwrap_or(default);
    let lifetime = seconds("expires_in", 600).saturating_mul(1000);
    flow.context.device = Some(DeviceState {
        device_code: device_code.clone(),
        interval: seconds("interval", 5).max(1),
        expires_at: fresh.now.saturating_add(lifetime),
    });
    flow.stage = Stage::DevicePoll(true);
    let uri = member("verification_uri_complete")
        .or_else(|| member("verification_uri"))
        .unwrap_or_default();
    vec![
        Output::Secret {
            kind: "device_code",
            value: device_code,
        },
        Output::Note(
            Tone::Info,
            format!(
                "Your turn: open {uri} and enter the code {user_code}. authscope asks for the token until you have."
            ),
        ),
    ]
}

pub(in crate::flow) fn prepare_poll(
    flow: &mut Flow,
    wait: bool,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let Some(device) = flow.context.device.clone() else {
        return Err("there is no device code".into());
    };
    if fresh.now >= device.expires_at {
        return Err("The device code expired before anybody entered it.".into());
    }
    if wait {
        flow.stage = Stage::DevicePoll(false);
        return Ok(Action::Wait {
            millis: device.interval.saturating_mul(1000),
        });
    }
    let endpoint = token::endpoint(flow)?;
    let mut params = vec![
        ("grant_type".to_owned(), DEVICE_CODE.to_owned()),
        ("device_code".to_owned(), device.device_code),
    ];
    token::push_resource(flow, &mut params);
    token::send(flow, StepKind::DevicePoll, &endpoint, params, fresh)
}

pub(in crate::flow) fn absorb_poll(
    flow: &mut Flow,
    reply: &Reply<'_>,
    fresh: &Fresh<'_>,
) -> Vec<Output> {
    let error = oauth_error::read(reply.status(), reply.content_type(), &reply.text())
        .and_then(|e| e.error);
    match error.as_deref().filter(|_| !reply.is_success()) {
        Some("authorization_pending") => {
            flow.stage = Stage::DevicePoll(true);
            Vec::new()
        }
        Some("slow_down") => {
            if let Some(device) = &mut flow.context.device {
                device.interval = device.interval.saturating_add(5);
            }
            flow.stage = Stage::DevicePoll(true);
            Vec::new()
        }
        _ => token::absorb(flow, reply, fresh),
    }
}
