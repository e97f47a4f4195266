//! Device authorization (RFC 8628): for clients without a browser of their own.

use super::{client_auth, token};
use crate::flow::learned::DeviceState;
use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Fresh, Output, Prepared, Reply};
use crate::oauth_error;
use authscope_model::event::{Ending, Turn};
use authscope_model::exchange::FailureKind;
use authscope_model::{Participant, RawOutcome, StepKind};
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
    let expires_at = fresh.now.saturating_add(lifetime);
    flow.context.device = Some(DeviceState {
        device_code: device_code.clone(),
        interval: seconds("interval", 5).max(1),
        expires_at,
    });
    flow.stage = Stage::DevicePoll(true);
    let complete = member("verification_uri_complete");
    vec![
        Output::Secret {
            kind: "device_code",
            value: device_code,
        },
        Output::Turn(Turn::DeviceCode {
            user_code,
            // Some servers still use the name of the drafts.
            verification_uri: member("verification_uri")
                .or_else(|| member("verification_url"))
                .or_else(|| complete.clone())
                .unwrap_or_default(),
            verification_uri_complete: complete,
            expires_at: Some(expires_at),
        }),
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
    let left = device.expires_at.saturating_sub(fresh.now);
    if left == 0 {
        // Nobody acted: that says nothing about the server.
        let (ending, message) = (
            Ending::Incomplete,
            "The device code expired before anybody entered it.".to_owned(),
        );
        flow.finish(ending, message.clone());
        return Ok(Action::Finish { ending, message });
    }
    if wait {
        flow.stage = Stage::DevicePoll(false);
        return Ok(Action::Wait {
            millis: device.interval.saturating_mul(1000).min(left),
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
        .and_then(|e| e.error)
        .filter(|_| !reply.is_success());
    match error.as_deref() {
        Some("authorization_pending") => poll_again(flow, |interval| interval),
        Some("slow_down") => poll_again(flow, |interval| interval.saturating_add(5)),
        // RFC 8628 §3.5: after a timeout less often, doubling is recommended.
        None if timed_out(reply) => poll_again(flow, |interval| interval.saturating_mul(2)),
        error => {
            let how = how_it_ended(error, reply.is_success());
            let mut outputs = token::absorb(flow, reply, fresh);
            // A nonce for the proof was asked for: the same poll once more.
            if !matches!(flow.stage, Stage::DevicePoll(_)) {
                outputs.insert(0, Output::TurnEnded(how.into()));
            }
            outputs
        }
    }
}

/// Waits, by the interval that follows from the one in use, and polls again.
fn poll_again(flow: &mut Flow, interval: impl Fn(u64) -> u64) -> Vec<Output> {
    if let Some(device) = &mut flow.context.device {
        device.interval = interval(device.interval);
    }
    flow.stage = Stage::DevicePoll(true);
    Vec::new()
}

fn timed_out(reply: &Reply<'_>) -> bool {
    matches!(&reply.exchange.outcome, RawOutcome::Failed(failure) if failure.kind == FailureKind::Timeout)
}

fn how_it_ended(error: Option<&str>, success: bool) -> &'static str {
    match error {
        Some("access_denied") => "The request was denied where the code was entered.",
        Some("expired_token") => "The code expired before it was entered.",
        None if success => {
            "The code was entered; the authorization server answered the poll with tokens."
        }
        _ => "The authorization server ended the polling.",
    }
}
