//! The MCP server refuses the refreshed token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refreshed-token-refused",
    summary: "The MCP server refuses the refreshed token, though it took the one before",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-6", "RFC6750-3.1"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server"],
    corpus: &["REF-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshed = super::refreshed(context);
    let refused = refreshed.iter().find_map(|r| {
        let call = super::refused_call(context, r.now.exchange)?;
        super::worked_before(context, r.now.exchange).then_some((r, call))
    });
    let Some((refreshed, call)) = refused else { return Vec::new() };
    let status = call.status().unwrap_or_default();
    let challenges = crate::context::challenges(call);
    let said = challenges.bearer().and_then(|b| b.param("error_description").or_else(|| b.param("error")));
    let said = said.map(|s| format!(" ({s})")).unwrap_or_default();
    vec![
        Hit::new(
            at::status(call),
            format!("The MCP server answers {status}{said} to the refreshed token, although it took the token before it: the refreshed one differs in what the server checks."),
        )
        .expected("the same answer as with the first token")
        .received(format!("HTTP {status}{said}"))
        .related(at::json(refreshed.now.exchange, "/access_token"))
        .fix("Compare the two tokens: audience, issuer, scopes, key. Give the refreshed token the same, and look in the MCP server's log for the reason."),
    ]
}
