//! A JWT with `alg: none` is accepted.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "unsigned-token-accepted",
    summary: "The MCP server accepts a JWT with algorithm none and no signature",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9068-4",
        "RFC8725-3.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    explains: &["token-signature-not-verified"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "unsigned-token") else { return Vec::new() };
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "The MCP server accepts an unsigned token (`alg` is `none`, the signature is empty): it was answered {}. Anybody can write such a token.",
                super::in_words(response)
            ),
        )
        .expected("401 with WWW-Authenticate: Bearer error=\"invalid_token\"")
        .received(response.status_line.clone())
        .related(at::request_header(exchange, "authorization"))
        .fix("Verify the signature with the keys of the authorization server's `jwks_uri`, and take only the algorithms you expect (such as RS256 or ES256), never `none`.")
        .snippet("express", "await jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)), { issuer, audience, algorithms: [\"RS256\"] });"),
    ]
}
