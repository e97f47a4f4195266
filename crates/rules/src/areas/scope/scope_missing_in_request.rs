//! No scope asked for, and the server wants one.

use super::{Sets, refusal};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-missing-in-request",
    summary: "The MCP server names no scope, and the authorization server demands one",
    area: Area::Scope,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Authorize,
    references: &[
        "RFC6749-3.3",
        "MCP-2025-11-25-authorization#scope-selection-strategy",
        "MCP-2026-07-28-authorization#scope-selection-strategy",
    ],
    explains: &["authorization-refused", "token-request-refused", "code-refused"],
    corpus: &["AR-03"],
    requirements: &["CH-07", "AZ-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(attempt) = context.attempt() else { return Vec::new() };
    let Some((exchange, said)) = refusal(context) else { return Vec::new() };
    if attempt.param("scope").is_some_and(|s| !s.trim().is_empty()) {
        return Vec::new();
    }
    let sets = Sets::of(context);
    let named = sets.challenge.is_some() || sets.prm.is_some();
    let hit = Hit::new(
        at::whole(exchange),
        if named {
            format!("The authorization server demands a scope ({said}), and the request has none although the MCP server names some.")
        } else {
            format!("The authorization server demands a scope ({said}), and neither the 401 challenge nor `scopes_supported` of the protected resource metadata names one.")
        },
    )
    .expected("scope=\"…\" in the challenge, and in the request")
    .received("no scope")
    .level(Level::Failure)
    .related(at::url(attempt.authorize))
    .fix("Put `scope=\"…\"` into the 401 challenge and `scopes_supported` into the protected resource metadata; until then enter scopes with --scope.")
    .snippet("header", "WWW-Authenticate: Bearer resource_metadata=\"…\", scope=\"your:scope\"");
    vec![if named { hit.party(Party::Client) } else { hit }]
}
