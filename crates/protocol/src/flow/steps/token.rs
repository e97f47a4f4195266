//! Code for token, and reading a token answer (whatever grant asked for it).

use super::{client_auth, dpop, probes};
use crate::flow::context::{McpOp, Stage, Tokens};
use crate::flow::{Action, Flow, Fresh, Output, Prepared, Reply};
use crate::token::TokenResponse;
use crate::{oauth_error, pkce};
use authscope_model::event::{Ending, Fact};
use authscope_model::{Participant, StepKind};

pub(in crate::flow) fn endpoint(flow: &Flow) -> Result<String, String> {
    flow.context
        .endpoints
        .token
        .clone()
        .ok_or_else(|| "The authorization server metadata has no `token_endpoint`, so no token can be asked for.".into())
}

pub(in crate::flow) fn prepare(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    let endpoint = endpoint(flow)?;
    let (Some(request), Some((code, _))) =
        (flow.context.request.clone(), flow.context.code.clone())
    else {
        return Err("exchange the code: there is none".into());
    };
    let mut params: Vec<(String, String)> = vec![
        ("grant_type".into(), "authorization_code".into()),
        ("code".into(), code),
        ("redirect_uri".into(), request.redirect_uri),
        ("code_verifier".into(), request.verifier),
    ];
    push_resource(flow, &mut params);
    if let Some(kind) = flow.context.probing {
        probes::change_token_request(flow, kind, &mut params, fresh);
    }
    send(flow, StepKind::Token, &endpoint, params, fresh)
}

/// `resource`, where the revision has it (RFC 8707 §2.2).
pub(in crate::flow) fn push_resource(flow: &Flow, params: &mut Vec<(String, String)>) {
    if let Some(resource) = flow
        .context
        .resource
        .as_ref()
        .filter(|_| flow.context.behaviour().resource_parameter)
    {
        params.push(("resource".into(), resource.clone()));
    }
}

/// A token request with the client's authentication and, where wanted, a DPoP proof.
pub(in crate::flow) fn send(
    flow: &mut Flow,
    step: StepKind,
    endpoint: &str,
    params: Vec<(String, String)>,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let mut prepared = Prepared::form(
        step,
        Participant::AuthorizationServer,
        endpoint,
        String::new(),
    );
    client_auth::authenticate(flow, &mut prepared, params, fresh)?;
    if flow.context.uses_dpop() {
        dpop::prove(flow, &mut prepared, None, fresh)?;
    }
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb(
    flow: &mut Flow,
    reply: &Reply<'_>,
    fresh: &Fresh<'_>,
) -> Vec<Output> {
    if dpop::wants_nonce(flow, reply) {
        return Vec::new();
    }
    if let Some(kind) = flow.context.probing {
        return probes::absorb_token(flow, kind, reply);
    }
    let mut outputs = facts(flow, fresh);
    match read(flow, reply, fresh) {
        Ok(more) => {
            outputs.extend(more);
            flow.stage = Stage::Mcp(op_after_token(flow));
        }
        Err(message) => flow.finish(Ending::Blocked, message),
    }
    flow.context.code = None;
    outputs
}

/// Where to go on with a token: the request that was refused, or the start of MCP.
fn op_after_token(flow: &Flow) -> McpOp {
    match flow.context.pending_op {
        Some(op) => op,
        None if flow.context.is_stateless() => McpOp::Discover,
        None => McpOp::Initialize,
    }
}

fn facts(flow: &Flow, fresh: &Fresh<'_>) -> Vec<Output> {
    let mut outputs = Vec::new();
    if let (Some(request), Some((_, at))) = (&flow.context.request, &flow.context.code) {
        outputs.push(Output::Fact(Fact::Pkce {
            challenge: request.challenge.clone(),
            recomputed: pkce::challenge_s256(&request.verifier),
        }));
        outputs.push(Output::Fact(Fact::CodeAge {
            millis: fresh.now.saturating_sub(*at),
        }));
    }
    outputs
}

/// Takes the tokens over, or says why there are none.
pub(in crate::flow) fn read(
    flow: &mut Flow,
    reply: &Reply<'_>,
    fresh: &Fresh<'_>,
) -> Result<Vec<Output>, String> {
    let text = reply.text();
    let answer = TokenResponse::parse(&text).value;
    let access_token = answer
        .as_ref()
        .and_then(|a| a.access_token.clone())
        .filter(|t| !t.is_empty());
    let (Some(answer), Some(access_token), true) = (answer, access_token, reply.is_success())
    else {
        return Err(refusal(reply, &text));
    };
    let mut outputs = vec![Output::Secret {
        kind: "access_token",
        value: access_token.clone(),
    }];
    for (kind, value) in [
        ("refresh_token", &answer.refresh_token),
        ("id_token", &answer.id_token),
    ] {
        if let Some(value) = value {
            outputs.push(Output::Secret {
                kind,
                value: value.clone(),
            });
        }
    }
    let previous = flow.context.tokens.take();
    let lifetime = answer
        .expires_in
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(|seconds| seconds.saturating_mul(1000));
    flow.context.tokens = Some(Tokens {
        access_token,
        token_type: answer.token_type.unwrap_or_else(|| "Bearer".into()),
        refresh_token: answer
            .refresh_token
            .or_else(|| previous.as_ref().and_then(|p| p.refresh_token.clone())),
        id_token: answer.id_token,
        scope: answer.scope,
        expires_at: lifetime.map(|ms| fresh.now.saturating_add(ms)),
        issuer: flow.context.issuer.clone(),
    });
    Ok(outputs)
}

fn refusal(reply: &Reply<'_>, text: &str) -> String {
    match oauth_error::read(reply.status(), reply.content_type(), text) {
        Some(error) => format!(
            "The token endpoint answered {}: {}",
            reply.in_words(),
            error.sentence()
        ),
        None => format!(
            "The token endpoint answered {} without an access token.",
            reply.in_words()
        ),
    }
}
