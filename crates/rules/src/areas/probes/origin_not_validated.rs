//! A request of a foreign web page is served.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "origin-not-validated",
    summary: "The MCP server serves a request whose Origin is a foreign web page",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "MCP-2025-03-26-transports#security-warning",
        "MCP-2025-06-18-transports#security-warning",
        "MCP-2025-11-25-transports#security-warning",
        "MCP-2026-07-28-transports#security-warning",
    ],
    requirements: &["HS-16"],
    order: Order::Beside,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "foreign-origin") else { return Vec::new() };
    let Some(response) = exchange.response().filter(|r| super::taken(r) == super::Taken::Accepted) else { return Vec::new() };
    let origin = exchange.request.header("origin").unwrap_or_default();
    let local = words::is_loopback(context.server_url());
    let effect = if local {
        "the server is on this machine, so any web page can reach it by DNS rebinding"
    } else {
        "the token still has to be right, so this matters where a browser adds credentials or the server is on a private network"
    };
    vec![
        Hit::new(
            at::request_header(exchange, "origin"),
            format!(
                "The MCP server serves a request with `Origin: {origin}` ({}) although no such web page belongs to it: {effect}.",
                super::in_words(response)
            ),
        )
        .expected("403: the Origin is not on the server's list")
        .received(response.status_line.clone())
        .fix("Compare `Origin`, where a request has one, with a list of the origins that may use the server, and answer 403 otherwise. Requests without `Origin` are not from browsers and pass.")
        .snippet("express", "const allowed = [\"http://localhost:3000\"];\napp.use(\"/mcp\", (req, res, next) =>\n  req.headers.origin && !allowed.includes(req.headers.origin) ? res.sendStatus(403) : next());")
        // Most servers on the internet answer any origin, and their tokens protect them.
        .level(Level::Warning),
    ]
}
