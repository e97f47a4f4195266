//! No MCP endpoint at the URL.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-endpoint-not-found",
    summary: "The URL of the MCP server answers 404",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &[
        "RFC9110-15.5.5",
        "MCP-2025-03-26-transports#streamable-http",
        "MCP-2025-06-18-transports#streamable-http",
        "MCP-2025-11-25-transports#streamable-http",
        "MCP-2026-07-28-transports#sending-messages-to-the-server",
    ],
    corpus: &["DC-17", "DC-09"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let probe = context.probe().filter(|e| matches!(e.status(), Some(404 | 410)));
    let Some(exchange) = probe else { return Vec::new() };
    let url = context.server_url();
    let other = words::toggled_slash(url);
    let what = exchange.response().map(words::body_kind).unwrap_or_default();
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "The MCP server URL {} answers {} with {what}{}; a request without a token should get 401 there.",
                code(url),
                exchange.status().unwrap_or_default(),
                words::said(exchange)
            ),
        )
        .expected("401 with a WWW-Authenticate challenge (or 200 where no authorization is needed)")
        .received(format!("{} with {what}", exchange.status().unwrap_or_default()))
        .fix(format!(
            "Check the path: MCP servers usually answer at a path such as `/mcp`, and some routers treat {} and {} as two things. Route the MCP endpoint at the URL people enter.",
            code(url),
            code(&other)
        )),
    ]
}
