//! The authorization request: PKCE, `state`, `resource`, scope; pushed first where required (RFC 9126).

use super::{client_auth, probes};
use crate::flow::learned::AuthorizationRequest;
use crate::flow::stage::Stage;
use crate::flow::{Action, Context, Flow, Fresh, Output, Prepared, Reply};
use crate::{authorize, oauth_error, pkce, url_text};
use authscope_model::event::{Ending, Turn};
use authscope_model::{Participant, StepKind};
use serde_json::Value;

impl Context {
    /// Whether the authorization request is pushed: the server demands it, or offers it and the person wants it.
    #[must_use]
    pub(in crate::flow) fn must_push(&self) -> bool {
        let required = || {
            let metadata = self.metadata();
            metadata.and_then(|m| m.require_pushed_authorization_requests) == Some(true)
        };
        self.endpoints.par.is_some() && (self.config.push || required())
    }
}

/// Builds the request anew: fresh verifier and state for every attempt.
pub(super) fn build(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Vec<(String, String)>, String> {
    // The keys are there before the authorization server may ask for them.
    client_auth::ready(flow, fresh)?;
    let context = &flow.context;
    let Some(client) = &context.client else {
        return Err("build the authorization request: there is no client id".into());
    };
    let verifier = fresh.text(0..32);
    let state = fresh.text(32..56);
    let challenge = pkce::challenge_s256(&verifier);
    let redirect_uri = context.redirect_uri().to_owned();
    let mut params: Vec<(String, String)> = vec![
        ("response_type".into(), "code".into()),
        ("client_id".into(), client.id.clone()),
        ("code_challenge".into(), challenge.clone()),
        ("code_challenge_method".into(), "S256".into()),
        ("redirect_uri".into(), redirect_uri.clone()),
        ("state".into(), state.clone()),
    ];
    if let Some(scope) = &context.scope {
        params.push(("scope".into(), scope.clone()));
    }
    if asks_offline(context) {
        params.push(("prompt".into(), "consent".into()));
    }
    if let Some(resource) =
        probes::resource(flow).filter(|_| context.behaviour().resource_parameter)
    {
        params.push(("resource".into(), resource));
    }
    for extra in &context.config.authorize_params {
        params.retain(|(name, _)| *name != extra.name);
        params.push((extra.name.clone(), extra.value.clone()));
    }
    let sent = |name: &str| {
        params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.clone())
    };
    flow.context.request = Some(AuthorizationRequest {
        url: String::new(),
        state: sent("state").unwrap_or(state),
        verifier,
        challenge: sent("code_challenge").unwrap_or(challenge),
        issuer: flow
            .context
            .metadata()
            .and_then(|m| m.issuer)
            .or_else(|| flow.context.issuer.clone()),
        redirect_uri: sent("redirect_uri").unwrap_or(redirect_uri),
        scope: sent("scope"),
    });
    Ok(params)
}

/// OpenID Connect Core §11: `offline_access` needs `prompt=consent`.
fn asks_offline(context: &Context) -> bool {
    let has = |scope: &str| {
        context
            .scope
            .as_deref()
            .is_some_and(|s| s.split_whitespace().any(|s| s == scope))
    };
    has("offline_access")
        && !context
            .config
            .authorize_params
            .iter()
            .any(|p| p.name == "prompt")
}

pub(in crate::flow) fn front(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    let Some(endpoint) = flow.context.endpoints.authorization.clone() else {
        return Err("The authorization server metadata has no `authorization_endpoint`, so nobody can be sent there.".into());
    };
    if !authorize::scheme_is_safe(&endpoint) {
        return Err(format!(
            "The `authorization_endpoint` {endpoint:?} is not an http(s) URL; it is not opened."
        ));
    }
    let url = match flow.context.request_uri.take() {
        Some(request_uri) => {
            let client_id = flow
                .context
                .client
                .as_ref()
                .map(|c| c.id.clone())
                .unwrap_or_default();
            authorize::build_url(
                &endpoint,
                &[
                    ("client_id".into(), client_id),
                    ("request_uri".into(), request_uri),
                ],
            )
        }
        None => {
            let params = build(flow, fresh)?;
            authorize::build_url(&endpoint, &params)
        }
    };
    if let Some(request) = &mut flow.context.request {
        request.url.clone_from(&url);
    }
    // The next authorization (a step-up, say) asks for something else.
    flow.context.dry_run_done = false;
    Ok(Action::Front { url })
}

/// What the person is asked while the request is out.
pub(in crate::flow) fn await_callback(flow: &Flow) -> Action {
    let request = flow.context.request.as_ref();
    let url = request.map(|r| r.url.clone()).unwrap_or_default();
    Action::Ask(Turn::Authorize {
        exchange: 0,
        host: url_text::split(&url)
            .map(|p| p.authority.to_owned())
            .unwrap_or_default(),
        scope: request.and_then(|r| r.scope.clone()),
        redirect_uri: request.map(|r| r.redirect_uri.clone()).unwrap_or_default(),
        hosted: request.is_some_and(|r| r.redirect_uri == flow.context.settings.redirect_uri),
    })
}

pub(in crate::flow) fn prepare_par(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    let Some(endpoint) = flow.context.endpoints.par.clone() else {
        return Err(
            "The authorization server has no `pushed_authorization_request_endpoint`.".into(),
        );
    };
    let params = build(flow, fresh)?;
    let params = params
        .into_iter()
        .filter(|(name, _)| name != "client_id")
        .collect();
    let mut prepared = Prepared::form(
        StepKind::PushedAuthorization,
        Participant::AuthorizationServer,
        endpoint,
        String::new(),
    );
    client_auth::authenticate(flow, &mut prepared, params, fresh)?;
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb_par(
    flow: &mut Flow,
    reply: &Reply<'_>,
    _fresh: &Fresh<'_>,
) -> Vec<Output> {
    let text = reply.text();
    let answer: Option<Value> = serde_json::from_str(&text).ok();
    let request_uri = answer
        .as_ref()
        .and_then(|a| a.get("request_uri"))
        .and_then(Value::as_str);
    match request_uri.filter(|_| reply.is_success()) {
        Some(request_uri) => {
            flow.context.request_uri = Some(request_uri.to_owned());
            flow.stage = Stage::Authorize;
        }
        None => {
            let said = oauth_error::read(reply.status(), reply.content_type(), &text)
                .map(|e| e.sentence());
            let said = said.unwrap_or_else(|| "no `request_uri` came back".into());
            flow.finish(
                Ending::Blocked,
                format!(
                    "The pushed authorization request was refused with {}: {said}",
                    reply.in_words()
                ),
            );
        }
    }
    Vec::new()
}
