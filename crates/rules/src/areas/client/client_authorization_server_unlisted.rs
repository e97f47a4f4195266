//! An authorization server was chosen by hand that the MCP server does not name.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-authorization-server-unlisted",
    summary: "The authorization server that was set by hand is none that the MCP server names",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &[
        "RFC9728-7.6",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#authorization-server-location",
        "MCP-2026-07-28-discovery#authorization-server-location",
    ],
    explains: &["token-refused-by-mcp-server", "token-issuer-mismatch", "as-metadata-not-found"],
    requirements: &["US-07", "PR-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(chosen) = context.config().and_then(|c| c.authorization_server.as_deref()) else { return Vec::new() };
    let Some(document) = context.prm() else { return Vec::new() };
    let listed = &document.value.authorization_servers;
    if listed.is_empty() || listed.iter().any(|s| s == chosen) {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/authorization_servers"),
            format!(
                "The authorization server set by hand, {}, is not among `authorization_servers` of the MCP server: {}. Only tokens of those may be sent to it.",
                code(chosen),
                codes(listed)
            ),
        )
        .expected(listed.join(", "))
        .received(chosen)
        .fix("Leave the setting empty, or copy one of the listed issuers character by character."),
    ]
}
