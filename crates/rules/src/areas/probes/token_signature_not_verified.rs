//! A JWT with a changed claim under the old signature is accepted.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-signature-not-verified",
    summary: "The MCP server accepts a JWT that was changed after it was signed",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9068-4",
        "RFC7515-5.2",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "tampered-token") else { return Vec::new() };
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "The MCP server accepts a token whose `exp` claim was changed under the old signature: it was answered {}. The signature is not verified.",
                super::in_words(response)
            ),
        )
        .expected("401 with WWW-Authenticate: Bearer error=\"invalid_token\"")
        .received(response.status_line.clone())
        .related(at::request_header(exchange, "authorization"))
        .fix("Verify the signature of every token with the keys of the authorization server's `jwks_uri`; decoding a JWT proves nothing."),
    ]
}
