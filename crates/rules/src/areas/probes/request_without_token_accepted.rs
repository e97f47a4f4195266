//! The first request needs a token, and a later one does not.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "request-without-token-accepted",
    summary: "The MCP server challenges initialize, and answers tools/list without a token",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "MCP-2025-03-26-authorization#access-token-usage",
        "MCP-2025-06-18-authorization#access-token-usage",
        "MCP-2025-11-25-authorization#access-token-usage",
        "MCP-2026-07-28-authorization#access-token-usage",
        "RFC6750-3.1",
    ],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "call-without-token") else { return Vec::new() };
    let session = exchange.request.header("mcp-session-id").is_some();
    let why = if session { "whoever knows the session id needs no token" } else { "only the handshake is guarded" };
    vec![
        Hit::new(
            at::status(exchange),
            format!("The MCP server answers {} without a token ({}), although it challenges `initialize`: {why}.", words::asked(exchange), super::in_words(response)),
        )
        .expected("401 with the same challenge as for `initialize`: every request carries the token, also within a session")
        .received(response.status_line.clone())
        .related(at::request_header(exchange, "mcp-session-id"))
        .fix("Check the token of every request before the message is handled, for all methods; a session id says which session it is, not who asks.")
        .snippet("express", "app.use(\"/mcp\", requireBearerAuth({ verifier, resourceMetadataUrl })); // before the transport, for every message"),
    ]
}
