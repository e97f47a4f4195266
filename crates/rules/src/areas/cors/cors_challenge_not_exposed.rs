//! The challenge is hidden from scripts.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-challenge-not-exposed",
    summary: "Browser clients may read the 401 and not its WWW-Authenticate header",
    area: Area::Cors,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::Challenge,
    references: &["Fetch#http-access-control-expose-headers"],
    corpus: &["NET-02"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, _)) = context.challenge() else { return Vec::new() };
    let Some(response) = exchange.response() else { return Vec::new() };
    let exposed = super::names(response, "access-control-expose-headers");
    let any = exposed.iter().any(|name| name == "*") && response.header("access-control-allow-credentials").is_none();
    let shown = any || exposed.iter().any(|name| name == "www-authenticate");
    if response.header("access-control-allow-origin").is_none() || shown {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::header(exchange, "access-control-expose-headers"),
            "Browser clients only: the 401 allows other origins to read it, but `Access-Control-Expose-Headers` does not name `WWW-Authenticate`, so a script sees no challenge and never starts to sign in.",
        )
        .expected("Access-Control-Expose-Headers: WWW-Authenticate, Mcp-Session-Id")
        .received(format!("Access-Control-Expose-Headers: {}", response.header("access-control-expose-headers").unwrap_or("(none)")))
        .related(at::header(exchange, "access-control-allow-origin"))
        .fix("Expose `WWW-Authenticate` and `Mcp-Session-Id` on every answer of the MCP endpoint.")
        .snippet("header", "Access-Control-Expose-Headers: WWW-Authenticate, Mcp-Session-Id")
        .snippet("express", "cors({ origin: \"*\", exposedHeaders: [\"WWW-Authenticate\", \"Mcp-Session-Id\"] })"),
    ]
}
