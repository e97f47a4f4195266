//! A code is issued without PKCE.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-not-required",
    summary: "The authorization endpoint gives a code to a request without code_challenge",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "OAuth-2.1-4.1.1",
        "RFC9700-2.1.1",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#authorization-code-protection",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    corpus: &["PKCE-06"],
    requirements: &["AZ-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "missing-challenge") else { return Vec::new() };
    let public = super::is_public_client(context);
    let client = if public { "a public client" } else { "a client with credentials" };
    let hit = Hit::new(
        at::header(exchange, "location"),
        format!(
            "The authorization endpoint gives {client} a code for a request without `code_challenge`: PKCE is not required, so a stolen code can be redeemed."
        ),
    )
    .expected("error=invalid_request (code challenge required), by redirect or on a page")
    .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
    .related(at::url(exchange))
    .fix("Refuse authorization requests without `code_challenge` and `code_challenge_method=S256` with `invalid_request`.");
    vec![if public { hit } else { hit.level(Level::Warning) }]
}
