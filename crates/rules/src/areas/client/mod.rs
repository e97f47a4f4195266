//! What the client itself does wrong: settings that were forced and that the target rightly refuses.
//!
//! Every rule needs two things: a setting the person made, and a refusal (or a clause) that it explains. A
//! refusal of something the target itself advertised is not the client's fault.

rules! {
    client_scope_not_offered,
    client_scope_incomplete,
    client_resource_foreign,
    client_auth_method_unsuitable,
    client_secret_refused,
    client_secret_missing,
    client_redirect_uri_plain_http,
    client_redirect_uri_fragment,
    client_parameter_overridden,
    client_authorization_server_unlisted,
    client_id_malformed,
}

use crate::context::{Context, TokenCall};
use crate::evidence::{self, Spot};
use authscope_protocol::scope::ScopeSet;

/// The client id and secret that were entered by hand.
fn entered_id<'a>(context: &Context<'a>) -> Option<&'a str> {
    context.config()?.client_id.as_deref()
}

/// Every scope that the MCP server or the authorization server names.
fn offered(context: &Context<'_>) -> ScopeSet {
    let list = |names: Option<&Vec<String>>| -> ScopeSet {
        names
            .map(|n| n.iter().map(String::as_str).collect())
            .unwrap_or_default()
    };
    let challenge = context
        .challenge_param("scope")
        .map(ScopeSet::parse)
        .unwrap_or_default();
    let prm = list(
        context
            .prm()
            .and_then(|d| d.value.scopes_supported.as_ref()),
    );
    let metadata = list(
        context
            .metadata()
            .and_then(|d| d.value.scopes_supported.as_ref()),
    );
    challenge.union(&prm).union(&metadata)
}

/// Token requests that were refused, in order.
fn refused_tokens<'c, 'a>(context: &'c Context<'a>) -> impl Iterator<Item = &'c TokenCall<'a>> {
    context.token_calls().iter().filter(|c| c.is_refused())
}

/// The first refusal with one of these error codes or words: what was said, and where.
fn refusal_of(context: &Context<'_>, codes: &[&str], words: &[&str]) -> Option<(String, Spot)> {
    let at_authorize = context
        .refusals()
        .into_iter()
        .find(|r| r.is_code(codes) || r.speaks_of(words));
    if let Some(refusal) = at_authorize {
        return Some((refusal.said.clone(), refusal.spot()));
    }
    let at_token = refused_tokens(context).find(|c| {
        let text = c.error_text();
        c.error_code().is_some_and(|e| codes.contains(&e)) || words.iter().any(|w| text.contains(w))
    });
    at_token.map(|c| (said(c), evidence::body(c.exchange)))
}

/// What a refused token request was told.
fn said(call: &TokenCall<'_>) -> String {
    let status = call.response().map(|r| r.status).unwrap_or_default();
    call.error
        .as_ref()
        .map_or_else(|| format!("HTTP {status}"), |e| e.sentence())
}
