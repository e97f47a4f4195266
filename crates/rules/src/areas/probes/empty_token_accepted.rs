//! An empty credential is accepted.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "empty-token-accepted",
    summary: "The MCP server accepts an Authorization header with an empty bearer token",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC6750-2.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "empty-bearer") else { return Vec::new() };
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "The MCP server accepts `Authorization: Bearer` without a token: it was answered {}.",
                super::in_words(response)
            ),
        )
        .expected("401 with WWW-Authenticate: Bearer, as for a request without a token")
        .received(response.status_line.clone())
        .related(at::request_header(exchange, "authorization"))
        .fix("Treat an `Authorization` header without a token like no header at all: answer 401 with the challenge."),
    ]
}
