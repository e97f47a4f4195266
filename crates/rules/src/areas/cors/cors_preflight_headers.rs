//! A preflight does not allow the headers MCP needs.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-preflight-headers",
    summary: "The preflight of the MCP endpoint does not allow the headers that MCP requests carry",
    area: Area::Cors,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::NegativeProbes,
    references: &["Fetch#http-access-control-allow-headers"],
    corpus: &["NET-03"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::preflight(context, "cors-mcp") else { return Vec::new() };
    if !response.is_success() || !super::allows_origin(exchange, response) {
        return Vec::new();
    }
    let allowed = super::names(response, "access-control-allow-headers");
    let any = allowed.iter().any(|name| name == "*");
    // The wildcard does not cover Authorization (Fetch, CORS-unsafe request-header names).
    let covered = |name: &str| allowed.iter().any(|a| a == name) || (any && name != "authorization");
    let missing: Vec<String> =
        super::asked(exchange, "access-control-request-headers").into_iter().filter(|name| !covered(name)).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let list = super::asked(exchange, "access-control-request-headers").join(", ");
    vec![
        Hit::new(
            at::header(exchange, "access-control-allow-headers"),
            format!(
                "Browser clients only: `Access-Control-Allow-Headers` of the MCP endpoint does not allow {}, so a browser refuses to send requests with {}.",
                codes(&missing),
                if missing.len() == 1 { "it" } else { "them" }
            ),
        )
        .expected(format!("Access-Control-Allow-Headers: {list}"))
        .received(format!("Access-Control-Allow-Headers: {}", response.header("access-control-allow-headers").unwrap_or("(none)")))
        .fix("If clients in browsers are wanted: list `Authorization`, `Content-Type`, `MCP-Protocol-Version`, `Mcp-Session-Id` and `Last-Event-ID` (2026-07-28: also `Mcp-Method` and `Mcp-Name`); `*` does not cover `Authorization`.")
        .snippet("header", "Access-Control-Allow-Headers: Authorization, Content-Type, MCP-Protocol-Version, Mcp-Session-Id, Last-Event-ID"),
    ]
}
