//! The life of a token after the flow: keys, refresh, revocation, introspection, userinfo. All extra: asked
//! for by the person or the configuration, never sent by itself.

use super::{client_auth, manage, mcp, token};
use crate::flow::stage::{LifeOp, McpOp, Stage};
use crate::flow::steps::probes::ProbeKind;
use crate::flow::{Action, Flow, Follow, Fresh, Output, Prepared, Reply};
use authscope_model::event::{Ending, Fact, Tone};
use authscope_model::{Header, Participant, StepKind};
use serde_json::Value;

/// Starts an operation after the flow.
pub(in crate::flow) fn start(flow: &mut Flow, op: LifeOp) -> Result<(), String> {
    let Stage::Finished { ending, message } = &flow.stage else {
        return Err("the flow is still running; wait for its end, or stop it".into());
    };
    let before = (*ending, message.clone());
    if flow.context.tokens.is_none() && !manage::is_about_registration(op) {
        return Err("there is no token in hand; run the flow to its end first".into());
    }
    offered(flow, op)?;
    flow.context.before_life = Some(before);
    if op == LifeOp::Refresh {
        flow.context.queue.push(LifeOp::CallRefreshed);
    }
    flow.stage = Stage::Life(op);
    Ok(())
}

/// Whether the keys are to be read: asked for (alone, or with the probes), and there is something to verify.
pub(in crate::flow) fn keys_wanted(flow: &Flow) -> bool {
    let config = &flow.context.config;
    let token = flow.context.tokens.as_ref().map(|t| &t.access_token);
    let jwt = token.is_some_and(|token| crate::jwt::decode(token).is_some());
    (config.verify_token || config.probe) && jwt && flow.context.endpoints.jwks.is_some()
}

/// After a token was refused: the keys are what its refusal may be about. The run ends as it would have.
pub(in crate::flow) fn look_at_keys(flow: &mut Flow, message: &str) -> bool {
    if flow.context.extras_done || !keys_wanted(flow) {
        return false;
    }
    flow.context.extras_done = true;
    flow.context.probes_done = true;
    flow.context.before_life = Some((Ending::Blocked, message.to_owned()));
    flow.stage = Stage::Life(LifeOp::Jwks);
    true
}

/// Starts the negative probes once, when the configuration asks for them, or the reuse of a refresh token.
pub(in crate::flow) fn start_probes(flow: &mut Flow) -> bool {
    if std::mem::take(&mut flow.context.reuse_wanted) {
        if flow.context.old_refresh_token.is_some() {
            flow.context.probe_queue.push(ProbeKind::OldRefreshToken);
            return super::probes::begin_next(flow);
        }
        flow.stage = Stage::Life(LifeOp::RefreshAgain);
        return true;
    }
    if !flow.context.config.probe || flow.context.probes_done {
        return false;
    }
    flow.context.probes_done = true;
    super::probes::queue(flow);
    super::probes::begin_next(flow)
}

/// What is not offered is refused before anything is recorded: a flow that is complete stays so.
fn offered(flow: &Flow, op: LifeOp) -> Result<(), String> {
    let endpoints = &flow.context.endpoints;
    let (endpoint, name) = match op {
        LifeOp::Jwks => (&endpoints.jwks, "jwks_uri"),
        LifeOp::Revoke => (&endpoints.revocation, "revocation_endpoint"),
        LifeOp::Introspect => (&endpoints.introspection, "introspection_endpoint"),
        LifeOp::Userinfo => (&endpoints.userinfo, "userinfo_endpoint"),
        LifeOp::CallRefreshed => return Ok(()),
        LifeOp::Refresh | LifeOp::RefreshAgain => return refresh_token(flow).map(|_| ()),
        LifeOp::ReadRegistration | LifeOp::UpdateRegistration | LifeOp::DeleteRegistration => {
            return manage::offered(flow).map(|_| ());
        }
    };
    need(endpoint.as_ref(), name).map(|_| ())
}

fn refresh_token(flow: &Flow) -> Result<String, String> {
    let tokens = flow.context.tokens.as_ref();
    tokens
        .and_then(|t| t.refresh_token.clone())
        .ok_or_else(|| "The authorization server issued no refresh token.".into())
}

/// Takes the next queued operation, if any.
pub(in crate::flow) fn next_queued(flow: &mut Flow) -> bool {
    if flow.context.queue.is_empty() {
        return false;
    }
    let op = flow.context.queue.remove(0);
    flow.stage = Stage::Life(op);
    true
}

fn need(endpoint: Option<&String>, name: &str) -> Result<String, String> {
    endpoint
        .cloned()
        .ok_or_else(|| format!("The authorization server metadata has no `{name}`."))
}

pub(in crate::flow) fn prepare(
    flow: &mut Flow,
    op: LifeOp,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let action = match op {
        LifeOp::Jwks => {
            let url = need(flow.context.endpoints.jwks.as_ref(), "jwks_uri")?;
            Action::Send(Prepared::get(
                StepKind::Jwks,
                Participant::AuthorizationServer,
                url,
            ))
        }
        LifeOp::Refresh => refresh(flow, fresh)?,
        LifeOp::RefreshAgain => match refresh(flow, fresh)? {
            Action::Send(prepared) => Action::Send(Prepared {
                purpose: "the same refresh token a second time".into(),
                ..prepared
            }),
            other => other,
        },
        LifeOp::ReadRegistration | LifeOp::UpdateRegistration | LifeOp::DeleteRegistration => {
            manage::prepare(flow, op)?
        }
        LifeOp::CallRefreshed => {
            let mut prepared = mcp::request(flow, McpOp::ToolsList)?;
            mcp::authorize(flow, &mut prepared, fresh)?;
            prepared.purpose = "with the refreshed token".into();
            Action::Send(prepared)
        }
        LifeOp::Revoke => {
            let url = need(
                flow.context.endpoints.revocation.as_ref(),
                "revocation_endpoint",
            )?;
            about_token(flow, StepKind::Revoke, &url, fresh)?
        }
        LifeOp::Introspect => {
            let url = need(
                flow.context.endpoints.introspection.as_ref(),
                "introspection_endpoint",
            )?;
            about_token(flow, StepKind::Introspect, &url, fresh)?
        }
        LifeOp::Userinfo => userinfo(flow)?,
    };
    Ok(match action {
        Action::Send(prepared) => Action::Send(Prepared {
            extra: true,
            ..prepared
        }),
        other => other,
    })
}

fn refresh(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    let endpoint = token::endpoint(flow)?;
    let refresh_token = refresh_token(flow)?;
    let mut params = vec![
        ("grant_type".to_owned(), "refresh_token".to_owned()),
        ("refresh_token".to_owned(), refresh_token),
    ];
    token::push_resource(flow, &mut params);
    token::send(flow, StepKind::Refresh, &endpoint, params, fresh)
}

fn about_token(
    flow: &mut Flow,
    step: StepKind,
    url: &str,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let token = flow
        .context
        .tokens
        .as_ref()
        .map(|t| t.access_token.clone())
        .unwrap_or_default();
    let params = vec![
        ("token".to_owned(), token),
        ("token_type_hint".to_owned(), "access_token".to_owned()),
    ];
    let mut prepared = Prepared::form(step, Participant::AuthorizationServer, url, String::new());
    client_auth::authenticate(flow, &mut prepared, params, fresh)?;
    Ok(Action::Send(prepared))
}

fn userinfo(flow: &Flow) -> Result<Action, String> {
    let url = need(
        flow.context.endpoints.userinfo.as_ref(),
        "userinfo_endpoint",
    )?;
    let token = flow
        .context
        .tokens
        .as_ref()
        .map(|t| t.access_token.clone())
        .unwrap_or_default();
    let mut prepared = Prepared::get(StepKind::Userinfo, Participant::AuthorizationServer, url);
    prepared
        .headers
        .push(Header::new("Authorization", format!("Bearer {token}")));
    prepared.follow = Follow::No;
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb(
    flow: &mut Flow,
    op: LifeOp,
    reply: &Reply<'_>,
    fresh: &Fresh<'_>,
) -> Vec<Output> {
    let (mut outputs, message) = match op {
        LifeOp::Jwks => jwks(flow, reply, fresh),
        LifeOp::Refresh => refreshed(flow, reply, fresh),
        LifeOp::RefreshAgain => refreshed_again(flow, reply, fresh),
        LifeOp::ReadRegistration | LifeOp::UpdateRegistration | LifeOp::DeleteRegistration => {
            manage::absorb(flow, op, reply)
        }
        LifeOp::CallRefreshed if reply.is_success() => (
            Vec::new(),
            "The MCP server accepted the refreshed token.".to_owned(),
        ),
        LifeOp::CallRefreshed => (
            Vec::new(),
            format!(
                "The MCP server answered {} to the refreshed token.",
                reply.in_words()
            ),
        ),
        LifeOp::Revoke => (
            Vec::new(),
            format!("The revocation endpoint answered {}.", reply.in_words()),
        ),
        LifeOp::Introspect => (
            Vec::new(),
            format!("The introspection endpoint answered {}.", reply.in_words()),
        ),
        LifeOp::Userinfo => (
            Vec::new(),
            format!("The userinfo endpoint answered {}.", reply.in_words()),
        ),
    };
    if !next_queued(flow) && !start_probes(flow) {
        outputs.extend(end(flow, message));
    }
    outputs
}

/// The end after an operation: a run that had failed does not become complete by it.
fn end(flow: &mut Flow, message: String) -> Option<Output> {
    match flow.context.before_life.take() {
        Some((ending, before)) if ending != Ending::Complete => {
            flow.finish(ending, before);
            Some(Output::Note(Tone::Info, message))
        }
        _ => {
            flow.finish(Ending::Complete, message);
            None
        }
    }
}

fn refreshed_again(flow: &mut Flow, reply: &Reply<'_>, fresh: &Fresh<'_>) -> (Vec<Output>, String) {
    match token::read(flow, reply, fresh) {
        Ok(outputs) => (
            outputs,
            "The same refresh token was accepted a second time: the authorization server does not rotate it.".into(),
        ),
        Err(message) => (
            vec![Output::Note(Tone::Warning, message)],
            format!(
                "The refresh token was not replaced, and was refused with {} the second time.",
                reply.in_words()
            ),
        ),
    }
}

fn refreshed(flow: &mut Flow, reply: &Reply<'_>, fresh: &Fresh<'_>) -> (Vec<Output>, String) {
    let before = flow
        .context
        .tokens
        .as_ref()
        .and_then(|t| t.refresh_token.clone());
    match token::read(flow, reply, fresh) {
        Ok(outputs) => {
            let now = flow
                .context
                .tokens
                .as_ref()
                .and_then(|t| t.refresh_token.clone());
            flow.context.old_refresh_token = before.filter(|old| Some(old) != now.as_ref());
            (outputs, "The token was refreshed.".into())
        }
        Err(message) => {
            flow.context.queue.retain(|op| *op != LifeOp::CallRefreshed);
            flow.context.reuse_wanted = false;
            (vec![Output::Note(Tone::Error, message.clone())], message)
        }
    }
}

fn jwks(flow: &Flow, reply: &Reply<'_>, fresh: &Fresh<'_>) -> (Vec<Output>, String) {
    let done = "The flow is complete.".to_owned();
    let Some(tokens) = &flow.context.tokens else {
        return (Vec::new(), done);
    };
    let keys: Option<Value> = serde_json::from_str(&reply.text())
        .ok()
        .filter(|_| reply.is_success());
    let Some(keys) = keys else {
        let text = format!(
            "`jwks_uri` answered {} without a JWK set, so signatures cannot be verified.",
            reply.in_words()
        );
        return (vec![Output::Note(Tone::Warning, text)], done);
    };
    let mut outputs = Vec::new();
    for (name, token) in [
        ("access_token", Some(&tokens.access_token)),
        ("id_token", tokens.id_token.as_ref()),
    ] {
        let Some(token) = token.filter(|t| crate::jwt::decode(t).is_some()) else {
            continue;
        };
        let (verified, detail) = match fresh.signer.verify(token, &keys) {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        outputs.push(Output::Fact(Fact::Signature {
            token: name.into(),
            verified,
            detail,
        }));
    }
    (outputs, done)
}
