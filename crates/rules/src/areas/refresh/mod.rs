//! The life of a token: refresh, rotation, revocation.

rules! {
    refresh_refused,
    refresh_not_supported,
    refresh_error_wrong,
    refresh_client_refused,
    refresh_resource_refused,
    refresh_response_unfit,
    refresh_token_not_rotated,
    refresh_token_not_issued,
    refresh_scope_changed,
    refresh_audience_changed,
    refresh_identity_changed,
    refresh_token_answer_repeated,
    refreshed_token_refused,
    revocation_refused,
}

use crate::context::{Call, Context, TokenCall};
use authscope_model::Exchange;
use authscope_model::event::Decision;
use authscope_protocol::jwt::{self, Jwt};
use authscope_protocol::scope::ScopeSet;
use serde_json::Value;

/// A refresh and the token answer that gave what it refreshes.
struct Refreshed<'a> {
    before: TokenCall<'a>,
    now: TokenCall<'a>,
}

/// Refreshes that gave an access token, each with the answer before it.
fn refreshed<'a>(context: &Context<'a>) -> Vec<Refreshed<'a>> {
    let refreshes = context.refreshes();
    let mut found = Vec::new();
    for now in context.refreshes() {
        // The last token before it: of the last authorization (a step-up makes another), or an earlier refresh.
        let issued = context.token_calls().iter().chain(&refreshes);
        let before = issued
            .filter(|c| c.exchange.id < now.exchange.id && c.access_token().is_some())
            .max_by_key(|c| c.exchange.id)
            .map(|c| TokenCall::read(c.exchange));
        if let Some(before) = before.filter(|_| now.access_token().is_some()) {
            found.push(Refreshed { before, now });
        }
    }
    found
}

/// Refreshes that were answered without an access token.
fn refused<'a>(context: &Context<'a>) -> Vec<TokenCall<'a>> {
    context
        .refreshes()
        .into_iter()
        .filter(TokenCall::is_refused)
        .collect()
}

/// The access token of an answer, when it is a JWT.
fn jwt_of(call: &TokenCall<'_>) -> Option<Jwt> {
    call.access_token().and_then(jwt::decode)
}

/// Scopes of an answer: of its `scope` member, else of the token's claim. With its name.
fn scopes_of(call: &TokenCall<'_>) -> Option<(ScopeSet, &'static str)> {
    let member = call.reply.as_ref().and_then(|r| r.scope.as_deref());
    if let Some(member) = member {
        return Some((ScopeSet::parse(member), "`scope` of the answer"));
    }
    let jwt = jwt_of(call)?;
    jwt.scopes_claim()?;
    let set: ScopeSet = jwt.scopes().iter().map(String::as_str).collect();
    Some((set, "the scope claim of the token"))
}

/// The request with the refreshed token that the MCP server refused, or failed at.
fn refused_call<'a>(context: &Context<'a>, refresh: &Exchange) -> Option<&'a Exchange> {
    let calls = context.calls();
    let mut after = calls.iter().filter(|c| c.exchange.id > refresh.id);
    after
        .find(|c| matches!(c.status(), 401 | 403 | 500..) && !wants_more(&calls, c, refresh))
        .map(|c| c.exchange)
}

/// Whether an answer asks for a step-up (RFC 6750 §3.1): for what was not asked before the refresh, a token with more
/// scope. That says nothing about the refresh.
fn wants_more(calls: &[Call<'_>], call: &Call<'_>, refresh: &Exchange) -> bool {
    let scope = |c: &Call<'_>| c.challenges().bearer()?.param("error").map(str::to_owned);
    let same = |c: &&Call<'_>| operation(c.exchange) == operation(call.exchange);
    let mut before = calls.iter().filter(|c| c.exchange.id < refresh.id);
    call.status() == 403
        && scope(call).as_deref() == Some("insufficient_scope")
        && !before.any(|c| c.is_success() && same(&c))
}

/// What a request asks of the MCP server: the method, and of a call the name.
fn operation(exchange: &Exchange) -> Option<(Value, Option<Value>)> {
    let body = exchange.request.body.json()?;
    let name = body.pointer("/params/name").cloned();
    Some((body.get("method")?.clone(), name))
}

/// Whether the MCP server took the token before it was refreshed.
fn worked_before(context: &Context<'_>, refresh: &Exchange) -> bool {
    context
        .calls()
        .iter()
        .any(|c| c.exchange.id < refresh.id && c.is_success())
}

/// Whether the client of this flow has no credentials of its own.
fn is_public_client(context: &Context<'_>) -> bool {
    let method = context.decisions().rev().find_map(|d| match d {
        Decision::TokenEndpointAuth { method } => Some(method.as_str()),
        _ => None,
    });
    method.is_none_or(|m| m == "none")
}

/// Whether the metadata lists the grant `refresh_token`.
fn is_advertised(context: &Context<'_>) -> bool {
    let listed = context
        .metadata()
        .and_then(|d| d.value.grant_types_supported.as_ref());
    listed.is_some_and(|grants| grants.iter().any(|g| g == "refresh_token"))
}
