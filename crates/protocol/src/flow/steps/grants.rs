//! Grants beside the authorization code: client credentials, JWT bearer, identity assertion (extensions).

use super::{client_auth, token};
use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Fresh, Output, Prepared, Reply};
use crate::form;
use crate::oauth_error;
use crate::token::TokenResponse;
use authscope_model::config::Grant;
use authscope_model::event::Ending;
use authscope_model::{Participant, StepKind};

/// RFC 8693 grant type.
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// RFC 7523 grant type.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Token type of an identity assertion authorization grant.
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
/// Token type of an ID token.
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// Whether the grant goes through the authorization endpoint.
#[must_use]
pub(in crate::flow) const fn uses_pkce(flow: &Flow) -> bool {
    matches!(flow.context.grant, Grant::AuthorizationCode)
}

fn push_scope(flow: &Flow, params: &mut Vec<(String, String)>) {
    if let Some(scope) = &flow.context.scope {
        params.push(("scope".into(), scope.clone()));
    }
}

pub(in crate::flow) fn prepare_client_credentials(
    flow: &mut Flow,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let endpoint = token::endpoint(flow)?;
    let mut params = vec![("grant_type".to_owned(), "client_credentials".to_owned())];
    push_scope(flow, &mut params);
    token::push_resource(flow, &mut params);
    token::send(flow, StepKind::ClientCredentials, &endpoint, params, fresh)
}

pub(in crate::flow) fn prepare_jwt_bearer(
    flow: &mut Flow,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let endpoint = token::endpoint(flow)?;
    let Some(assertion) = flow.context.assertion.clone() else {
        return Err("there is no assertion to present".into());
    };
    let mut params = vec![
        ("grant_type".to_owned(), JWT_BEARER.to_owned()),
        ("assertion".to_owned(), assertion),
    ];
    push_scope(flow, &mut params);
    token::push_resource(flow, &mut params);
    token::send(flow, StepKind::JwtBearer, &endpoint, params, fresh)
}

/// Enterprise-managed authorization §4: the identity provider gives an assertion for the authorization server.
pub(in crate::flow) fn prepare_token_exchange(flow: &mut Flow) -> Result<Action, String> {
    let Grant::IdentityAssertion {
        idp_token_endpoint,
        idp_client_id,
        subject_token,
        subject_token_type,
        ..
    } = flow.context.grant.clone()
    else {
        return Err("no identity provider is configured".into());
    };
    let audience = flow
        .context
        .metadata()
        .and_then(|m| m.issuer)
        .or_else(|| flow.context.issuer.clone())
        .unwrap_or_default();
    let mut params: Vec<(String, String)> = vec![
        ("grant_type".into(), TOKEN_EXCHANGE.into()),
        ("requested_token_type".into(), ID_JAG.into()),
        ("audience".into(), audience),
    ];
    token::push_resource(flow, &mut params);
    push_scope(flow, &mut params);
    params.push(("subject_token".into(), subject_token));
    params.push((
        "subject_token_type".into(),
        subject_token_type.unwrap_or_else(|| ID_TOKEN.into()),
    ));
    if let Some(client_id) = idp_client_id {
        params.push(("client_id".into(), client_id));
    }
    let pairs: Vec<(&str, &str)> = params
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let body = form::encode(&pairs);
    Ok(Action::Send(Prepared::form(
        StepKind::TokenExchange,
        Participant::IdentityProvider,
        idp_token_endpoint,
        body,
    )))
}

pub(in crate::flow) fn absorb_token_exchange(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    let text = reply.text();
    let assertion = TokenResponse::parse(&text)
        .value
        .and_then(|a| a.access_token)
        .filter(|_| reply.is_success());
    let Some(assertion) = assertion else {
        let said =
            oauth_error::read(reply.status(), reply.content_type(), &text).map(|e| e.sentence());
        let said = said.unwrap_or_else(|| "no assertion came back".into());
        flow.finish(
            Ending::Blocked,
            format!(
                "The identity provider answered {}: {said}",
                reply.in_words()
            ),
        );
        return Vec::new();
    };
    flow.context.assertion = Some(assertion.clone());
    flow.stage = Stage::JwtBearer;
    let mut outputs = vec![Output::Secret {
        kind: "assertion",
        value: assertion,
    }];
    if let Some(client) = &flow.context.client {
        outputs.push(client_auth::decision(&(
            client.auth_method.clone(),
            "the client's own authentication at the authorization server".into(),
        )));
    }
    outputs
}
