//! A wrong verifier redeems a code.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-wrong-verifier-accepted",
    summary: "The token endpoint accepts a code_verifier that does not belong to the challenge",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC7636-4.6",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#authorization-code-protection",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    explains: &["pkce-missing-verifier-accepted"],
    corpus: &["PKCE-04", "PKCE-05"],
    requirements: &["TK-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "wrong-verifier") else { return Vec::new() };
    vec![
        Hit::new(
            super::issued(exchange),
            "The token endpoint gives a token for a wrong `code_verifier`: it does not compare BASE64URL(SHA256(`code_verifier`)) with `code_challenge`, so PKCE protects nothing.",
        )
        .expected("400, {\"error\": \"invalid_grant\"}")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(at::form(exchange, "code_verifier"))
        .fix("Store `code_challenge` and its method with the code, compute BASE64URL-ENCODE(SHA256(`code_verifier`)) at the token endpoint, and answer 400 `invalid_grant` when they differ."),
    ]
}
