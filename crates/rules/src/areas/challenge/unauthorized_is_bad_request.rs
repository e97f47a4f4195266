//! 400 (or another 4xx) to a request without a token.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "unauthorized-is-bad-request",
    summary: "A request without a token gets a client error other than 401",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-06-18-authorization#error-handling",
        "MCP-2025-11-25-authorization#error-handling",
        "MCP-2026-07-28-authorization#error-handling",
    ],
    confidence: Confidence::Likely,
    corpus: &["DC-10"],
    requirements: &["CH-01", "CH-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let probe = context.probe().filter(|e| {
        e.status().is_some_and(|s| (400..500).contains(&s) && !matches!(s, 401 | 403 | 404 | 405 | 410 | 429))
    });
    let Some(exchange) = probe else { return Vec::new() };
    let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
    let status = exchange.status().unwrap_or_default();
    let want = snippets::prm_url(context);
    vec![
        Hit::new(
            at::status(exchange),
            format!("The MCP server answers {status} to a well-formed request without a token ({said}), where 401 with a challenge belongs."),
        )
        .expected(format!("401, WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
        .received(said)
        .fix("Check the token before anything else about the request, and answer 401 with a challenge when it is missing.")
        .snippets(snippets::challenge(context, &want)),
    ]
}
