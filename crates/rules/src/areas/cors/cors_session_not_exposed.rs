//! The session id is hidden from scripts.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-session-not-exposed",
    summary: "Browser clients may read the answer to initialize and not its session id",
    area: Area::Cors,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::McpCall,
    references: &["Fetch#http-access-control-expose-headers"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let answers = context.calls().into_iter().filter(|c| c.is_success() && c.response.header("mcp-session-id").is_some());
    let hidden = answers.filter(|c| {
        let exposed = super::names(c.response, "access-control-expose-headers");
        let any = exposed.iter().any(|name| name == "*");
        let shown = any || exposed.iter().any(|name| name == "mcp-session-id");
        // Where nothing is exposed at all, the challenge is hidden first, and one line mends both.
        c.response.header("access-control-allow-origin").is_some() && !exposed.is_empty() && !shown
    });
    hidden.take(1).map(|call| hit(call.exchange)).collect()
}

fn hit(exchange: &Exchange) -> Hit {
    let exposed = exchange.response().and_then(|r| r.header("access-control-expose-headers")).unwrap_or("(none)");
    Hit::new(
        at::header(exchange, "mcp-session-id"),
        "Browser clients only: the answer to `initialize` allows other origins to read it, but `Access-Control-Expose-Headers` does not name `Mcp-Session-Id`, so a script never learns its session, and its next request is refused.",
    )
    .expected("Access-Control-Expose-Headers: WWW-Authenticate, Mcp-Session-Id")
    .received(format!("Access-Control-Expose-Headers: {exposed}"))
    .fix("Expose `WWW-Authenticate` and `Mcp-Session-Id` on every answer of the MCP endpoint.")
    .snippet("header", "Access-Control-Expose-Headers: WWW-Authenticate, Mcp-Session-Id")
}
