//! A made-up token is accepted.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "garbage-token-accepted",
    summary: "The MCP server accepts a bearer token that nobody issued",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    explains: &[
        "empty-token-accepted",
        "unsigned-token-accepted",
        "token-signature-not-verified",
        "audience-not-validated",],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let found = super::accepted_credential(context, "garbage-token");
    found.into_iter().map(|(exchange, response)| hit(exchange, response)).collect()
}

fn hit(exchange: &Exchange, response: &authscope_model::exchange::Response) -> Hit {
    let sent = exchange.request.header("authorization").unwrap_or("Authorization: Bearer");
    Hit::new(
        at::status(exchange),
        format!(
            "The MCP server accepts a made-up token: `Authorization: {sent}` was answered {}, so tokens are not validated at all.",
            super::in_words(response)
        ),
    )
    .expected("401 with WWW-Authenticate: Bearer error=\"invalid_token\", resource_metadata=\"…\"")
    .received(response.status_line.clone())
    .related(at::request_header(exchange, "authorization"))
    .fix("Validate every token before any MCP message is handled: signature, issuer, audience and expiry of a JWT, introspection (RFC 7662) of an opaque one; answer 401 when that fails.")
}
