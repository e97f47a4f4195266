//! No `expires_in`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-expiry-missing",
    summary: "The token response does not say how long the token lives, or it lives very long",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Token,
    references: &[
        "RFC6749-5.1",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#token-theft",
        "MCP-2025-11-25-authorization#token-theft",
        "MCP-2026-07-28-security#token-theft",
    ],
    corpus: &["TE-12"],
    requirements: &["TK-05", "TK-07"],
    ..RuleInfo::BASE
};

/// A day; access tokens should live for minutes or hours.
const LONG: i64 = 86_400;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = context.issued() else { return Vec::new() };
    let Some(reply) = &call.reply else { return Vec::new() };
    match reply.expires_in {
        Some(seconds) if seconds > LONG => vec![
            Hit::new(at::json(call.exchange, "/expires_in"), format!("The access token lives for {seconds} seconds ({} days).", seconds / LONG))
                .expected("minutes or hours")
                .received(seconds.to_string())
                .fix("Issue short-lived access tokens and refresh tokens."),
        ],
        None if reply.raw.get("expires_in").is_none() => vec![
            Hit::new(at::json(call.exchange, "/expires_in"), format!("The token response has no `expires_in`{}, so clients do not know when to refresh.", misnamed(&reply.raw)))
                .expected("\"expires_in\": 3600")
                .received("no such member")
                .fix("Add `expires_in` with the lifetime in seconds.")
                .snippets(vec![snippets::member("expires_in", &3600.into())]),
        ],
        _ => Vec::new(),
    }
}

/// A member that was probably meant to be `expires_in`.
fn misnamed(raw: &serde_json::Value) -> String {
    let near = words::near_member(raw, "expires_in");
    near.map(|n| format!(" (there is a member {}, which no client reads)", code(n))).unwrap_or_default()
}
