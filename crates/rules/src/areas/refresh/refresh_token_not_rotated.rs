//! A public client keeps the same refresh token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-token-not-rotated",
    summary: "The refresh token of a public client is not replaced when it is used",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Should), Some(Must), Some(Must), Some(Must)),
    needs: Need::Refresh,
    references: &[
        "OAuth-2.1-4.3.1",
        "RFC9700-4.14.2",
        "MCP-2025-03-26-authorization#implementation-requirements",
        "MCP-2025-06-18-authorization#token-theft",
        "MCP-2025-11-25-authorization#token-theft",
        "MCP-2026-07-28-security#token-theft",
    ],
    requirements: &["TK-05", "TK-06"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    if !super::is_public_client(context) {
        return Vec::new();
    }
    let kept = super::refreshed(context).into_iter().find(|r| {
        let now = r.now.reply.as_ref();
        let bound = now.and_then(|n| n.token_type.as_deref()).is_some_and(|t| t.eq_ignore_ascii_case("dpop"));
        let sent = r.now.param("refresh_token");
        let given = now.and_then(|n| n.refresh_token.as_deref());
        // A token bound to a key of the client need not rotate.
        !bound && (given.is_none() || given == sent)
    });
    let Some(refreshed) = kept else { return Vec::new() };
    let given = refreshed.now.reply.as_ref().and_then(|n| n.refresh_token.as_deref());
    let what = if given.is_some() {
        "answers the refresh with the same `refresh_token` as before"
    } else {
        "answers the refresh without a new `refresh_token`, so the old one stays"
    };
    vec![
        Hit::new(
            at::json(refreshed.now.exchange, "/refresh_token"),
            format!("The authorization server {what}: refresh tokens of public clients must be rotated, so that a stolen one is noticed."),
        )
        .expected("a new `refresh_token`; the old one is refused from then on")
        .received(given.unwrap_or("no refresh_token"))
        .related(at::form(refreshed.now.exchange, "refresh_token"))
        .fix("Issue a new refresh token with every refresh of a public client and invalidate the old one (most providers have a switch: \"refresh token rotation\"), or bind refresh tokens to a key (DPoP)."),
    ]
}
