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
    explains: &["token-refused-by-mcp-server", "mcp-server-error-with-token", "mcp-request-failed", "forbidden-without-reason"],
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
    let body = || crate::context::error_of(call).and_then(|e| if status >= 500 { Some(e.sentence()) } else { e.description });
    let said = said.map(str::to_owned).or_else(body);
    let session = call.request.header("mcp-session-id").is_some() && said.as_deref().is_some_and(|s| s.to_lowercase().contains("session"));
    let said = said.map(|s| format!(" ({s})")).unwrap_or_default();
    let differs = differences(refreshed);
    let differs = if session {
        "the session is bound to the token, where it must outlive it: a client keeps its `Mcp-Session-Id` over a refresh".to_owned()
    } else if differs.is_empty() {
        "the refreshed one differs in what the server checks".to_owned()
    } else {
        differs
    };
    vec![
        Hit::new(
            at::status(call),
            format!("The MCP server answers {status}{said} to the refreshed token, although it took the token before it: {differs}."),
        )
        .expected("the same answer as with the first token")
        .received(format!("HTTP {status}{said}"))
        .party(if status >= 500 || session { Party::McpServer } else { Party::AuthorizationServer })
        .related(at::json(refreshed.now.exchange, "/access_token"))
        .fix("Compare the two tokens: audience, issuer, scopes, key. Give the refreshed token the same, and look in the MCP server's log for the reason."),
    ]
}

/// In what the claims of the two tokens differ, as far as they can be read.
fn differences(refreshed: &super::Refreshed<'_>) -> String {
    let (Some(before), Some(now)) = (super::jwt_of(&refreshed.before), super::jwt_of(&refreshed.now)) else { return String::new() };
    let at = i64::try_from(refreshed.now.exchange.started_at / 1000).unwrap_or(i64::MAX);
    let expired = now.exp().filter(|e| *e <= at).map(|e| format!("its `exp` lies {} seconds in the past", at.saturating_sub(e)));
    let other = ["iss", "aud", "client_id", "azp", "scope", "scp", "sub"].into_iter().filter(|n| before.claim(n) != now.claim(n));
    let shown = |name: &str, jwt: &authscope_protocol::jwt::Jwt| jwt.claim(name).map_or_else(|| "absent".to_owned(), |v| code(&v.to_string()));
    let changed = other.map(|n| format!("`{n}` was {}, is {}", shown(n, &before), shown(n, &now)));
    expired.into_iter().chain(changed).collect::<Vec<_>>().join("; ")
}
