//! The MCP endpoint refuses browser clients.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-mcp",
    summary: "The MCP endpoint does not let clients of other origins read its answers",
    area: Area::Cors,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::NegativeProbes,
    references: &["Fetch#http-cors-protocol"],
    corpus: &["NET-01"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::preflight(context, "cors-mcp") else { return Vec::new() };
    if !response.is_success() || super::allows_origin(exchange, response) {
        return Vec::new();
    }
    let url = &exchange.request.url;
    vec![
        Hit::new(
            at::header(exchange, "access-control-allow-origin"),
            format!(
                "Browser clients only: the preflight (OPTIONS) of the MCP endpoint {} comes back without an `Access-Control-Allow-Origin` that fits, so a browser never sends the request.",
                code(url)
            ),
        )
        .expected("Access-Control-Allow-Origin: *, or the origin that asked")
        .received(super::received(response))
        .fix("If clients in browsers are wanted: answer with `Access-Control-Allow-Origin` on the preflight and on every answer of the endpoint, the 401 included.")
        .snippet("express", "app.use(\"/mcp\", cors({ origin: \"*\", exposedHeaders: [\"WWW-Authenticate\", \"Mcp-Session-Id\"] })); // before auth")
        .snippet("nginx", "add_header Access-Control-Allow-Origin \"*\" always;\nadd_header Access-Control-Expose-Headers \"WWW-Authenticate, Mcp-Session-Id\" always;"),
    ]
}
