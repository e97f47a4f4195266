//! Clocks that differ.

use crate::prelude::*;
use authscope_protocol::jwt::Jwt;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "clock-skew",
    summary: "The token is not valid yet, or already over, by the clock of the other side",
    area: Area::TokenUse,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC7519-4.1.5", "RFC7519-4.1.6", "RFC9068-4"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing", "refreshed-token-refused"],
    corpus: &["TU-08"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

/// Leeway that validators should grant.
const LEEWAY: i64 = 60;
/// A year: no clock is that far off.
const MOST: i64 = 31_536_000;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let early = context.jwts().iter().find_map(|(exchange, jwt)| early(exchange, jwt));
    let Some((exchange, claim, ahead)) = early else {
        return by_words(calls.iter().find(|c| c.status() == 401).map(|c| c.exchange));
    };
    let refused = calls.iter().any(|c| c.status() == 401 && c.exchange.id > exchange.id);
    let which = if exchange.step == StepKind::Refresh { "the refreshed access token" } else { "the access token" };
    let hit = Hit::new(
        at::json(exchange, "/access_token"),
        format!("`{claim}` of {which} lies {ahead} seconds in the future: the authorization server's clock is ahead."),
    )
    .expected(format!("{claim} ≤ now"))
    .received(format!("now + {ahead} s"))
    .fix("Synchronise the clocks (NTP); let the MCP server grant 30 to 60 seconds of leeway.");
    vec![if refused { hit.level(Level::Failure) } else { hit }]
}

/// A claim that lies in the future, and how many seconds.
fn early<'a>(exchange: &'a Exchange, jwt: &Jwt) -> Option<(&'a Exchange, &'static str, i64)> {
    let now = i64::try_from(exchange.started_at / 1000).unwrap_or(i64::MAX);
    let mut claims = [("nbf", jwt.nbf()), ("iat", jwt.iat())].into_iter();
    claims.find_map(|(name, at)| {
        let ahead = at?.saturating_sub(now);
        // Milliseconds are another mistake.
        (ahead > LEEWAY && ahead < MOST).then_some((exchange, name, ahead))
    })
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
