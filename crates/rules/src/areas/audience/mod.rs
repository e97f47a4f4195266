//! The `resource` of the requests and the audience of the token.

rules! {
    token_audience_mismatch,
    resource_refused,
    resource_not_sent,
    token_without_audience,
    token_not_a_jwt_refused,
    audience_refused_though_right,
    access_token_is_id_token,
}

use crate::context::{Context, TokenCall};
use crate::words;
use authscope_model::Exchange;
use authscope_protocol::jwt::Jwt;
use authscope_protocol::url_text::{self, DifferenceKind};

/// The resource a token was asked for: as sent, else as the client uses it.
fn wanted(context: &Context<'_>, call: &TokenCall<'_>) -> String {
    let sent = call
        .param("resource")
        .or_else(|| context.attempt().and_then(|a| a.param("resource")));
    sent.unwrap_or_else(|| context.resource()).to_owned()
}

/// Whether an audience is the MCP server: the resource asked for, the document's, or the server's URL.
fn is_for(audience: &str, wanted: &str, context: &Context<'_>) -> bool {
    let documented = context.prm().and_then(|d| d.value.resource.as_deref());
    audience == wanted || audience == context.server_url() || Some(audience) == documented
}

/// Whether two resources differ only in a slash, the path below one origin, case or a default port.
fn is_near(found: &str, wanted: &str) -> bool {
    let same_but = url_text::first_difference(found, wanted).map(|d| d.what);
    url_text::same_origin(found, wanted)
        || matches!(
            same_but,
            Some(
                DifferenceKind::TrailingSlash | DifferenceKind::Case | DifferenceKind::DefaultPort
            )
        )
}

/// The first request with the token that the MCP server refused.
fn refused_call<'a>(context: &Context<'a>) -> Option<&'a Exchange> {
    context
        .calls()
        .iter()
        .find(|c| matches!(c.status(), 401 | 403))
        .map(|c| c.exchange)
}

/// Whether an audience is Microsoft Graph.
fn is_graph(audience: &str) -> bool {
    audience == "00000003-0000-0000-c000-000000000000"
        || audience.starts_with("https://graph.microsoft.com")
}

/// What a foreign audience is, where it can be told.
fn what_it_is(context: &Context<'_>, jwt: &Jwt, audience: &str) -> Option<String> {
    if is_graph(audience) {
        return Some("that is Microsoft Graph".into());
    }
    let client = jwt
        .text_claim("client_id")
        .or_else(|| jwt.text_claim("azp"));
    // A client that registers itself knows its id only afterwards; the requests have it.
    let used = context.attempt().and_then(|a| a.param("client_id"));
    let registered = context
        .transcript()
        .registration()
        .and_then(|(_, id)| id)
        .or(used);
    if Some(audience) == client || Some(audience) == registered {
        return Some(
            "that is the client id, so the authorization server ignored `resource`".into(),
        );
    }
    let issuer = context.issuer().unwrap_or_default();
    if !issuer.is_empty() && words::without_slash(audience) == words::without_slash(issuer) {
        return Some("that is the authorization server itself".into());
    }
    if audience == "account" {
        return Some("that is Keycloak's default audience, so `resource` was ignored".into());
    }
    let guid = audience.len() == 36 && audience.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    guid.then(|| "that is the application id (GUID)".into())
}

/// What an MCP server says about a token it refuses.
fn said(exchange: &Exchange) -> String {
    crate::context::said_of(exchange)
}
