//! Clocks that differ.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "clock-skew",
    summary: "The token is not valid yet, or already over, by the clock of the other side",
    area: Area::TokenUse,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC7519-4.1.5", "RFC7519-4.1.6", "RFC9068-4"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing"],
    corpus: &["TU-08"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

/// Leeway that validators should grant.
const LEEWAY: i64 = 60;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let now = i64::try_from(call.exchange.started_at / 1000).unwrap_or(i64::MAX);
    let calls = context.calls();
    let refused = calls.iter().find(|c| c.status() == 401);
    let early = [("nbf", jwt.nbf()), ("iat", jwt.iat())]
        .into_iter()
        .find_map(|(name, at)| at.filter(|t| *t > now.saturating_add(LEEWAY)).map(|t| (name, t.saturating_sub(now))));
    let Some((claim, ahead)) = early else { return by_words(refused.map(|c| c.exchange)) };
    let hit = Hit::new(
        at::json(call.exchange, "/access_token"),
        format!("`{claim}` of the access token lies {ahead} seconds in the future: the authorization server's clock is ahead."),
    )
    .expected(format!("{claim} ≤ now"))
    .received(format!("now + {ahead} s"))
    .fix("Synchronise the clocks (NTP); let the MCP server grant 30 to 60 seconds of leeway.");
    vec![if refused.is_some() { hit.level(Level::Failure) } else { hit }]
}

fn by_words(refused: Option<&Exchange>) -> Vec<Hit> {
    let Some(exchange) = refused else { return Vec::new() };
    let said = super::said(exchange);
    let lower = said.to_lowercase();
    let marks = ["not yet valid", "used before issued", "issued in the future", "not active", "before nbf", "iat"];
    if !marks.iter().any(|m| lower.contains(m)) {
        return Vec::new();
    }
    vec![
        Hit::new(at::header(exchange, "www-authenticate"), format!("The MCP server says that the token is not valid yet ({said}): its clock is behind."))
            .expected("the token is accepted")
            .received(said)
            .level(Level::Failure)
            .party(Party::McpServer)
            .fix("Synchronise the MCP server's clock (NTP), and grant 30 to 60 seconds of leeway."),
    ]
}
