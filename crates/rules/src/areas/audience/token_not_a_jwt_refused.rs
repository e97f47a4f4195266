//! An opaque or encrypted token at a server that wants a JWT.

use crate::prelude::*;
use authscope_protocol::jwt;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-not-a-jwt-refused",
    summary: "The token is opaque or encrypted, and the MCP server expects a JWT it can read",
    area: Area::Audience,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Token,
    references: &["RFC9068-2", "RFC8707-2"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing", "mcp-server-error-with-token"],
    corpus: &["AUD-08"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = context.issued() else { return Vec::new() };
    let Some(token) = call.access_token().filter(|t| jwt::decode(t).is_none()) else { return Vec::new() };
    let refused = context.calls().into_iter().find(|c| matches!(c.status(), 401 | 500));
    let Some(refused) = refused else { return Vec::new() };
    let said = super::said(refused.exchange).to_lowercase();
    let encrypted = jwt::encrypted_header(token).is_some();
    let speaks = ["jwt", "jws", "malformed", "segments", "compact", "decode", "parse"].iter().any(|w| said.contains(w));
    // Whoever compares its claims could read the token.
    let read = ["audience", "issuer", "expired"].iter().any(|w| said.contains(w));
    if !encrypted && (!speaks || read) {
        return Vec::new();
    }
    let auth0 = words::host(context.issuer().unwrap_or_default()).ends_with("auth0.com");
    let kind = if encrypted { "encrypted (five parts)" } else { "opaque" };
    vec![
        Hit::new(
            at::json(call.exchange, "/access_token"),
            format!("The access token is {kind}, but the MCP server wants a JWT ({}){}.", super::said(refused.exchange), if auth0 { ": Auth0 issues such a token when no audience was asked for" } else { "" }),
        )
        .expected("a signed JWT (three parts), or a server that introspects tokens")
        .received(kind)
        .related(at::header(refused.exchange, "www-authenticate"))
        .fix(if auth0 {
            "Auth0: turn on the Resource Parameter Compatibility Profile, or set a default audience for the tenant."
        } else {
            "Let the authorization server issue JWT access tokens for this resource (often it does so only for a registered resource or audience), or let the MCP server introspect tokens."
        }),
    ]
}
