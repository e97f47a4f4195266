//! The refresh grant is advertised, and no refresh token comes.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-token-not-issued",
    summary: "The metadata lists the grant refresh_token, and the token response has no refresh token",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Token,
    references: &["RFC8414-2", "RFC6749-1.5", "MCP-2026-07-28-authorization#refresh-tokens"],
    confidence: Confidence::Likely,
    corpus: &["REF-06", "REF-08"],
    requirements: &["TK-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = context.issued().filter(|c| c.exchange.step == StepKind::Token) else { return Vec::new() };
    let given = call.reply.as_ref().is_some_and(|r| r.refresh_token.is_some() || r.raw.get("refresh_token").is_some());
    if given || !super::is_advertised(context) || is_excused(context) {
        return Vec::new();
    }
    let Some(document) = context.metadata() else { return Vec::new() };
    let lifetime = call.reply.as_ref().and_then(|r| r.expires_in);
    let after = lifetime.map_or_else(String::new, |s| format!(", so people sign in again every {s} seconds"));
    vec![
        Hit::new(
            at::json(call.exchange, "/refresh_token"),
            format!("`grant_types_supported` of the metadata lists `refresh_token`, but the token response has no `refresh_token`{after}."),
        )
        .expected("a `refresh_token` in the token response, or no `refresh_token` in grant_types_supported")
        .received("no refresh_token")
        .related(at::json(document.exchange, "/grant_types_supported"))
        .fix("Issue refresh tokens to clients that register the grant `refresh_token`, say with which scope or parameter they come (`offline_access`; Google: access_type=offline and prompt=consent), or take the grant out of the metadata."),
    ]
}

/// Reasons for which no refresh token is right: a scope that was not asked for, or a registration without the
/// grant.
fn is_excused(context: &Context<'_>) -> bool {
    let offline = |names: &[String]| names.iter().any(|n| n == "offline_access" || n == "offline");
    let listed = context.metadata().and_then(|d| d.value.scopes_supported.clone()).unwrap_or_default();
    let asked = context.requested_scope().is_some_and(|s| offline(s.names()));
    let registered = context.registered().and_then(|r| r.reply.as_ref()).and_then(|r| r.grant_types.clone());
    let dropped = registered.is_some_and(|grants| !grants.iter().any(|g| g == "refresh_token"));
    (offline(&listed) && !asked) || dropped
}
