//! 403 to a request without a token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "forbidden-instead-of-unauthorized",
    summary: "A request without a token gets 403 instead of 401",
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
    corpus: &["DC-09"],
    requirements: &["CH-01", "CH-10", "HS-16"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = context.probe().filter(|e| e.status() == Some(403)) else { return Vec::new() };
    let what = exchange.response().map(words::body_kind).unwrap_or_default();
    let page = exchange.response().is_some_and(words::is_html);
    let want = snippets::prm_url(context);
    let doubt = if page { "; the page suggests a firewall, or that this is not the MCP endpoint" } else { "" };
    vec![
        Hit::new(
            at::status(exchange),
            format!("The MCP server answers 403 with {what} to a request without a token{}, where 401 with a challenge belongs{doubt}.", words::said(exchange)),
        )
        .expected(format!("401, WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
        .received("403")
        .fix("Answer 401 with a challenge when the token is missing, invalid or expired, and 403 only when a valid token lacks a scope (`error=\"insufficient_scope\"`); let no firewall, CSRF check or Origin check answer first.")
        .snippets(snippets::challenge(context, &want)),
    ]
}
