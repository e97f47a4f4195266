//! `server/discover` is not there.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "server-discover-missing",
    summary: "The MCP server does not implement server/discover",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::since_2026_07(Must),
    needs: Need::Nothing,
    references: &["MCP-2026-07-28-versioning#negotiation"],
    explains: &["mcp-request-failed"],
    requirements: &["HS-11"],
    clients: Some("clients that learn versions and capabilities before anything else"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Method not found (JSON-RPC 2.0).
const NOT_FOUND: i64 = -32601;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = super::discovers(context);
    let unknown = asked.filter_map(|e| Some((e, e.response()?.body.json()?))).find(|(_, message)| {
        message.pointer("/error/code").and_then(serde_json::Value::as_i64) == Some(NOT_FOUND)
    });
    let Some((exchange, message)) = unknown else { return Vec::new() };
    let said = message.pointer("/error/message").and_then(serde_json::Value::as_str).unwrap_or_default();
    vec![
        Hit::new(
            at::json(exchange, "/error"),
            format!("The MCP server answers `server/discover` with error {NOT_FOUND} ({said}): revision 2026-07-28 has no `initialize`, so clients learn versions and capabilities from this method only."),
        )
        .expected("a result with `supportedVersions`, `capabilities` and `serverInfo`")
        .received(format!("{NOT_FOUND} {said}"))
        .fix("Implement `server/discover`, or let the server answer as one of an earlier revision (`initialize`).")
        .snippet("json", "{ \"supportedVersions\": [\"2026-07-28\"], \"capabilities\": {}, \"serverInfo\": { \"name\": \"…\", \"version\": \"…\" } }"),
    ]
}
