//! A bad token is answered with another status than 401.

use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "bad-token-status",
    summary: "The MCP server answers a bad token with another status than 401",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    corpus: &["DC-09", "DC-10"],
    requirements: &["CH-01", "CH-10"],
    clients: Some("all that sign in again on 401 only: the session is dead until credentials are cleared by hand"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    if !super::is_guarded(context) {
        return Vec::new();
    }
    let tried = super::BAD_TOKENS.iter().filter_map(|(name, tried)| {
        let (exchange, response) = super::answered(context, name)?;
        let moved = words::is_slash_redirect(&exchange.request.url, response);
        (!moved && is_wrong(name, response)).then_some((exchange, response, *tried))
    });
    let wrong: Vec<_> = tried.collect();
    let Some((exchange, response, what)) = wrong.first() else { return Vec::new() };
    let mut hit = hit(context, exchange, response, what);
    for (other, ..) in wrong.iter().skip(1) {
        hit = hit.related(at::status(other));
    }
    vec![hit]
}

/// 400 is right for a credential that is no credential (RFC 6750 section 3.1); 429 and gateway errors say
/// nothing about the token.
fn is_wrong(name: &str, response: &Response) -> bool {
    match super::taken(response) {
        super::Taken::Accepted => false,
        super::Taken::RefusedInside | super::Taken::Page => true,
        super::Taken::Refused => match response.status {
            401 | 429 | 502..=504 => false,
            400 => name != "empty-bearer",
            _ => true,
        },
    }
}

fn hit(context: &Context<'_>, exchange: &Exchange, response: &Response, what: &str) -> Hit {
    let metadata = snippets::prm_url(context);
    let said = crate::context::error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
    let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
    let effect = match response.status {
        403 => "403 tells a client that signing in again will not help",
        300..=399 => "a redirect to a page for people means nothing to a client",
        500..=599 => "a client takes that for an outage and never signs in again",
        200..=299 => "a client takes that for an answer",
        _ => "a client does not sign in again on that",
    };
    Hit::new(
        at::status(exchange),
        format!(
            "The MCP server answers a bad token ({what}) with {}{said} instead of 401 with `error=\"invalid_token\"`: {effect}.",
            super::in_words(response)
        ),
    )
    .expected(format!(
        "401, WWW-Authenticate: Bearer error=\"invalid_token\", resource_metadata=\"{metadata}\""
    ))
    .received(response.status_line.clone())
    .fix("Map every failure of token verification (unknown, malformed, expired, wrong signature or audience) to 401 with `error=\"invalid_token\"`; let no exception of the JWT library reach the generic error handler.")
    .snippet("header", format!("WWW-Authenticate: Bearer error=\"invalid_token\", resource_metadata=\"{metadata}\""))
    .snippet("express", "// verifyAccessToken must throw the SDK's own error, or the middleware answers 500\nthrow new InvalidTokenError(\"unknown token\");")
}
