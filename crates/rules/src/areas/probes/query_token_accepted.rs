//! A token in the query string is accepted.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "query-token-accepted",
    summary: "The MCP server accepts the access token in the query string",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC6750-2.3",
        "OAuth-2.1-5.1",
        "MCP-2025-03-26-authorization#token-requirements",
        "MCP-2025-06-18-authorization#token-requirements",
        "MCP-2025-11-25-authorization#token-requirements",
        "MCP-2026-07-28-authorization#token-requirements",
    ],
    requirements: &["US-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "token-in-query") else { return Vec::new() };
    if exchange.request.header("authorization").is_some() {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::query(exchange, "access_token"),
            format!(
                "The MCP server accepts the token as `access_token` in the query string: it was answered {}. URLs end up in logs, histories and `Referer` headers.",
                super::in_words(response)
            ),
        )
        .expected("401: the token belongs into the Authorization header only")
        .received(response.status_line.clone())
        .related(at::status(exchange))
        .fix("Read the token from `Authorization: Bearer` only; drop the query parameter `access_token`, and do not list `query` in `bearer_methods_supported`."),
    ]
}
