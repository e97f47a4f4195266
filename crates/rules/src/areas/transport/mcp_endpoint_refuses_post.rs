//! POST is not allowed at the MCP endpoint.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-endpoint-refuses-post",
    summary: "The MCP endpoint does not accept POST",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &[
        "RFC9110-15.5.6",
        "MCP-2025-03-26-transports#sending-messages-to-the-server",
        "MCP-2025-06-18-transports#sending-messages-to-the-server",
        "MCP-2025-11-25-transports#sending-messages-to-the-server",
        "MCP-2026-07-28-transports#sending-messages-to-the-server",
    ],
    corpus: &["DC-11"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = context.probe().filter(|e| e.status() == Some(405)) else {
        return Vec::new();
    };
    let allow = exchange.response().and_then(|r| r.header("allow")).unwrap_or("no Allow header");
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "POST to the MCP server URL {} answers 405 (`Allow`: {allow}), where 401 with a challenge belongs.",
                code(&exchange.request.url)
            ),
        )
        .expected("401 with a WWW-Authenticate challenge")
        .received(format!("405, Allow: {allow}"))
        .fix("Accept POST at the MCP endpoint and authenticate before looking at the method, so that every method without a token gets the same 401; check that no redirect turned the POST into a GET.".to_owned()),
    ]
}
