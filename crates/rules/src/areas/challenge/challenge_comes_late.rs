//! The first request is open, a later one is challenged.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-comes-late",
    summary: "initialize is answered without a token, and only a later request is challenged",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::Probe,
    references: &[
        "MCP-2025-03-26-authorization#token-requirements",
        "MCP-2025-06-18-authorization#token-requirements",
        "MCP-2025-11-25-authorization#token-requirements",
        "MCP-2026-07-28-authorization#token-requirements",
    ],
    confidence: Confidence::Likely,
    corpus: &["DC-07"],
    requirements: &["US-01"],
    clients: Some("clients that look for a challenge only while connecting"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let open = context.probe().is_some_and(|e| e.response().is_some_and(|r| r.is_success()));
    let late = context.open_calls().into_iter().find(|e| e.status() == Some(401));
    let Some(exchange) = late.filter(|_| open) else { return Vec::new() };
    vec![
        Hit::new(
            at::status(exchange),
            format!("The MCP server answers the first request (`initialize`) without a token and challenges only {}; clients that look for a challenge while connecting never sign in.", words::asked(exchange)),
        )
        .expected("401 with a challenge to the first request, unless anonymous use is meant")
        .received(format!("200, later 401 to {}", words::asked(exchange)))
        .fix("Challenge the first request, unless the server is really meant to be used without signing in."),
    ]
}
