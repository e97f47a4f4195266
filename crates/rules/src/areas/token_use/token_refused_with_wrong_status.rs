//! Another status than 401 for a token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-refused-with-wrong-status",
    summary: "The MCP server refuses the token with a status other than 401",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed"],
    corpus: &["DC-10"],
    requirements: &["CH-01", "CH-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let refused = calls.iter().find(|c| {
        matches!(c.status(), 400 | 404 | 406 | 422) && {
            let said = super::said(c.exchange).to_lowercase();
            ["token", "jwt", "unauthor", "invalid_grant", "credential"].iter().any(|w| said.contains(w)) && !said.contains("unexpected token")
        }
    });
    let Some(call) = refused else { return Vec::new() };
    let said = super::said(call.exchange);
    vec![
        Hit::new(at::status(call.exchange), format!("The MCP server refuses the token with {} ({said}), where 401 with error=\"invalid_token\" belongs.", call.status()))
            .expected("401, WWW-Authenticate: Bearer error=\"invalid_token\"")
            .received(format!("{} {said}", call.status()))
            .fix("Answer every token that is not accepted with 401, a challenge and `error=\"invalid_token\"`."),
    ]
}
