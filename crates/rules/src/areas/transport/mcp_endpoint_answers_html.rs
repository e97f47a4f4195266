//! A web page where the MCP endpoint should be.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-endpoint-answers-html",
    summary: "The MCP endpoint answers a request without a token with a web page",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &[
        "RFC9110-15.5.2",
        "MCP-2025-03-26-transports#sending-messages-to-the-server",
        "MCP-2025-06-18-transports#sending-messages-to-the-server",
        "MCP-2025-11-25-transports#sending-messages-to-the-server",
        "MCP-2026-07-28-transports#sending-messages-to-the-server",
    ],
    explains: &["mcp-answer-not-json-rpc"],
    corpus: &["DC-09", "DC-11", "DC-17"],
    requirements: &["CH-01"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = context.probe() else { return Vec::new() };
    let page = exchange.response().filter(|r| r.is_success() && words::is_html(r));
    let Some(response) = page else { return Vec::new() };
    let what = words::body_kind(response);
    vec![
        Hit::new(
            at::body(exchange),
            format!(
                "The MCP server URL {} answers {} with {what} to a request without a token; 401 with a challenge, or an MCP answer, belongs there.",
                code(&exchange.request.url),
                response.status
            ),
        )
        .expected("401 with WWW-Authenticate: Bearer resource_metadata=\"…\"")
        .received(format!("{} {}", response.status, response.header("content-type").unwrap_or_default()))
        .fix(format!(
            "Route {} to the MCP handler before the web app's catch-all page, with and without a trailing slash, and answer 401 without a token; or enter the URL of the MCP endpoint if this is a web site.",
            code(&exchange.request.url)
        ))
        .snippet("express", "app.use(\"/mcp\", mcpRouter); // before app.use(express.static(…)) and the catch-all"),
    ]
}
