//! A rotated refresh token still works.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-token-reuse-accepted",
    summary: "A refresh token that was replaced by a new one still works",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9700-4.14.2",
        "OAuth-2.1-4.3.1",
        "MCP-2025-06-18-authorization#token-theft",
        "MCP-2025-11-25-authorization#token-theft",
        "MCP-2026-07-28-security#token-theft",
    ],
    confidence: Confidence::Likely,
    corpus: &["REF-01"],
    requirements: &["TK-06"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "old-refresh-token") else { return Vec::new() };
    vec![
        Hit::new(
            super::issued(exchange),
            "The old `refresh_token` still gives tokens after a new one was issued: rotation without invalidating the old one protects nothing (a grace period of some seconds would be an excuse).",
        )
        .expected("400, {\"error\": \"invalid_grant\"}, and the tokens of this grant revoked")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(at::form(exchange, "refresh_token"))
        .fix("Invalidate a refresh token when it is used, with a grace period of at most a minute for lost answers; treat later use as theft and revoke the grant."),
    ]
}
