//! A token is accepted after its expiry.

use crate::prelude::*;
use authscope_protocol::jwt;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "expired-token-accepted",
    summary: "The MCP server accepts an access token after it has expired",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9068-4",
        "RFC7519-4.1.4",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    requirements: &["US-05", "CH-01"],
    ..RuleInfo::BASE
};

/// Seconds after the expiry up to which validators may let a token pass (RFC 9068 §4: "no more than a few minutes";
/// the validators of .NET grant five).
const LEEWAY: u64 = 300;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "expired-token") else { return Vec::new() };
    let Some((end, source)) = expiry(context, exchange) else { return Vec::new() };
    let over = (exchange.started_at / 1000).saturating_sub(end);
    let effect = if over > LEEWAY {
        "A stolen token works for ever."
    } else {
        "Some validators grant a few minutes of leeway; where none is meant, a stolen token works for ever."
    };
    let hit = Hit::new(
        at::status(exchange),
        format!(
            "The MCP server accepts the access token {over} seconds after its expiry ({source}): it was answered {}. {effect}",
            super::in_words(response)
        ),
    )
    .expected("401 with WWW-Authenticate: Bearer error=\"invalid_token\": the token has expired")
    .received(response.status_line.clone())
    .related(at::request_header(exchange, "authorization"))
    .fix("Check `exp` of every token (or `active` of the introspection answer) at every request, with at most a minute of leeway, and answer 401 `invalid_token` afterwards.")
    .snippet("express", "if (authInfo.expiresAt !== undefined && authInfo.expiresAt < Date.now() / 1000) throw new InvalidTokenError(\"Token has expired\");");
    vec![if over > LEEWAY { hit } else { hit.level(Level::Warning).confidence(Confidence::Likely) }]
}

/// When the token of an exchange ends, in seconds, and what says so.
fn expiry(context: &Context<'_>, exchange: &Exchange) -> Option<(u64, String)> {
    let (_, token) = exchange.request.header("authorization")?.split_once(' ')?;
    if let Some(exp) = jwt::decode(token.trim()).and_then(|jwt| jwt.exp()) {
        return Some((u64::try_from(exp).ok()?, format!("`exp` is {exp}")));
    }
    let refreshes = context.refreshes();
    let calls = context.token_calls().iter().chain(&refreshes);
    let call = calls.filter(|c| c.access_token().is_some()).max_by_key(|c| c.exchange.id)?;
    let lives = call.reply.as_ref()?.raw.get("expires_in")?.as_u64()?;
    Some(((call.exchange.started_at / 1000).saturating_add(lives), format!("`expires_in` was {lives}")))
}
