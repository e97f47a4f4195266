//! A code is redeemed without its verifier.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-missing-verifier-accepted",
    summary: "The token endpoint redeems a code without the code_verifier that its challenge calls for",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC7636-4.6",
        "RFC9700-4.8.2",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#authorization-code-protection",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    corpus: &["PKCE-06"],
    requirements: &["TK-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "missing-verifier") else { return Vec::new() };
    vec![
        Hit::new(
            super::issued(exchange),
            "The token endpoint gives a token without `code_verifier` although the authorization request had a `code_challenge`: a stolen code is enough.",
        )
        .expected("400, {\"error\": \"invalid_grant\"}")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(at::form(exchange, "code_verifier"))
        .fix("When a code has a stored `code_challenge`, require `code_verifier` and refuse the request without it with 400 `invalid_grant`."),
    ]
}
