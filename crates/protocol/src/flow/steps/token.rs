//! Code for token, and reading a token answer (whatever grant asked for it).

use super::{client_auth, dpop, probes};
use crate::flow::learned::Tokens;
use crate::flow::stage::{McpOp, Stage};
use crate::flow::{Action, Flow, Fresh, Output, Prepared, Reply};
use crate::token::TokenResponse;
use crate::{oauth_error, pkce};
use authscope_model::event::{Ending, Fact};
use authscope_model::{Participant, RegistrationChoice, StepKind};

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
    let own = probes::lend_client(flow);
    let sent = send(flow, StepKind::Token, &endpoint, params, fresh);
    probes::return_client(flow, own);
    sent
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
    outputs.extend(clue(flow, reply));
    outputs.extend(padded_secret(flow, reply));
    match read(flow, reply, fresh) {
        Ok(more) => {
            outputs.extend(super::as_metadata::prove_guess(flow, "token"));
            outputs.extend(more);
            flow.stage = Stage::Mcp(op_after_token(flow));
        }
        Err(message) => {
            let hint = forgotten(flow, reply);
            flow.finish(Ending::Blocked, format!("{message}{hint}"));
        }
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

/// A refusal that quotes what the server computed from the verifier, where a known mistake gives that value.
fn clue(flow: &Flow, reply: &Reply<'_>) -> Option<Output> {
    let request = flow
        .context
        .request
        .as_ref()
        .filter(|_| !reply.is_success())?;
    let text = reply.text();
    let (_, computation) = pkce::mistakes(&request.verifier)
        .into_iter()
        .find(|(value, _)| text.contains(value.as_str()))?;
    Some(Output::Fact(Fact::PkceClue {
        computation: computation.into(),
    }))
}

/// White space around a refused secret: what is shown of a secret is masked.
fn padded_secret(flow: &Flow, reply: &Reply<'_>) -> Option<Output> {
    let secret = flow.context.client.as_ref()?.secret.as_deref()?;
    let padded = secret.trim() != secret && !reply.is_success();
    padded.then(|| {
        Output::Fact(Fact::TokenValue {
            token: "client_secret".into(),
            detail: "has white space around it".into(),
        })
    })
}

/// That an access token has no signature; what is shown of such a token is masked, since all of it is the secret.
fn unsigned(token: &str) -> Option<Output> {
    let alg = crate::jwt::decode(token)?.alg()?.to_owned();
    alg.eq_ignore_ascii_case("none").then(|| {
        Output::Fact(Fact::Signature {
            token: "access_token".into(),
            verified: false,
            detail: "`alg` is `none`: the token is not signed".into(),
        })
    })
}

/// What programs print for a value that was never set.
const PLACEHOLDERS: [&str; 6] = ["undefined", "null", "None", "nil", "NaN", "[object Object]"];

/// Whether characters that base64 has stand there percent-encoded.
fn percent_encoded(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    ["%2b", "%2f", "%3d"]
        .iter()
        .any(|code| lower.contains(code))
}

/// A character that no header carries: a token is visible ASCII without spaces (RFC 6749 appendix A).
fn foreign_character(token: &str) -> Option<String> {
    let foreign = token.chars().find(|c| !c.is_ascii_graphic())?;
    Some(match foreign {
        ' ' => "has a space in it".to_owned(),
        c if c.is_ascii() => format!("has the control character U+{:04X} in it", u32::from(c)),
        c => format!("has the character {c} in it, which is not ASCII"),
    })
}

/// Whether a token is nothing but such marks: what a filter for logs left of it.
fn is_mask(token: &str) -> bool {
    let mark = |c: char| matches!(c, '*' | '•' | '●' | '█' | '#');
    token.chars().count() > 2 && token.chars().all(mark)
}

/// What stands around an access token, or in it, and does not belong to it.
fn decorated(token: &str) -> Option<Output> {
    let scheme = token.split_once(' ').map(|(scheme, _)| scheme);
    let named = scheme
        .filter(|s| ["bearer", "dpop", "token", "mac"].contains(&s.to_ascii_lowercase().as_str()));
    let quoted = |mark: char| token.len() > 1 && token.starts_with(mark) && token.ends_with(mark);
    let detail = match named {
        Some(scheme) => format!("begins with `{scheme} `, the name of a scheme"),
        None if quoted('"') || quoted('\'') => "stands in quotes".to_owned(),
        None if PLACEHOLDERS.contains(&token) => {
            format!("is `{token}`, which programs print for a value that was never set")
        }
        None if is_mask(token) => {
            let mark: String = token.chars().take(3).collect();
            format!("is a mask (`{mark}…`), such as logs show in place of a secret")
        }
        None if token.trim() != token => "has white space around it".to_owned(),
        None if percent_encoded(token) => "is percent-encoded, as for a URL".to_owned(),
        None => foreign_character(token)?,
    };
    Some(Output::Fact(Fact::TokenValue {
        token: "access_token".into(),
        detail,
    }))
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
    outputs.extend(unsigned(&access_token));
    outputs.extend(decorated(&access_token));
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
            .filter(|token| !token.trim().is_empty())
            .or_else(|| previous.as_ref().and_then(|p| p.refresh_token.clone())),
        id_token: answer.id_token,
        scope: answer.scope,
        expires_at: lifetime.map(|ms| fresh.now.saturating_add(ms)),
        issuer: flow.context.issuer.clone(),
    });
    Ok(outputs)
}

/// `invalid_client` for a client that registered itself: it may have been forgotten there.
fn forgotten(flow: &Flow, reply: &Reply<'_>) -> &'static str {
    let client = flow.context.client.as_ref();
    let registered = client.is_some_and(|c| c.source == RegistrationChoice::Dcr);
    let said = oauth_error::read(reply.status(), reply.content_type(), &reply.text());
    let unknown = said.is_some_and(|e| e.error.as_deref() == Some("invalid_client"));
    if registered && unknown {
        " If the authorization server has lost the registration, forget the client and register again."
    } else {
        ""
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(token: &str) -> Option<String> {
        match decorated(token)? {
            Output::Fact(Fact::TokenValue { detail, .. }) => Some(detail),
            _ => None,
        }
    }

    #[test]
    fn what_does_not_belong_to_a_token_is_named() {
        for (token, said) in [
            ("Bearer abc", "begins with `Bearer `"),
            ("\"abc\"", "in quotes"),
            ("abc\n", "white space around"),
            ("undefined", "is `undefined`"),
            ("********", "is a mask"),
            ("[object Object]", "is `[object Object]`"),
            ("ab cd", "a space in it"),
            ("ab%2Bcd%3D", "percent-encoded"),
            ("ab\u{7}cd", "U+0007"),
            ("töken", "the character ö"),
        ] {
            let found = detail(token);
            assert!(
                found.as_ref().is_some_and(|d| d.contains(said)),
                "{token:?}: {found:?}"
            );
        }
        for token in ["abc", "a.b.c", "1|Abc", "ya29.a0-_~+/=", "v4.public.x"] {
            assert_eq!(detail(token), None, "{token}");
        }
    }
}
