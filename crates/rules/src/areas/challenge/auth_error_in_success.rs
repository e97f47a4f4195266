//! An authentication failure hidden in a 200.

use crate::context::{complaint_of, message_of};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "auth-error-in-success",
    summary: "An authentication failure is reported inside a 200",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed", "json-rpc-envelope-wrong", "mcp-answer-not-json-rpc"],
    corpus: &["DC-08"],
    requirements: &["CH-01"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context
        .exchanges()
        .iter()
        .filter(|e| e.step == StepKind::Probe || e.step.is_authenticated_mcp());
    let found = asked.filter_map(|e| complaint(e).map(|text| (*e, text))).next();
    let Some((exchange, text)) = found else { return Vec::new() };
    let with = if exchange.request.header("authorization").is_some() { "with a token" } else { "without a token" };
    let want = snippets::prm_url(context);
    let hit = Hit::new(
            at::body_text(exchange, &text),
            format!("The MCP server answers {} {with} with HTTP 200 and says inside: {}; an authentication failure must be a 401 with a challenge.", words::asked(exchange), code(&text)),
        )
        .expected(format!("401, WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
        .received(format!("200: {text}"))
        .fix("Check the token in HTTP middleware, before the JSON-RPC message is dispatched, and answer 401 with a challenge.")
        .snippets(snippets::challenge(context, &want));
    // What a tool says may be about another service's token.
    let by_tool = exchange.step == StepKind::McpToolsCall;
    vec![if by_tool { hit.level(Level::Warning) } else { hit }]
}

fn complaint(exchange: &Exchange) -> Option<String> {
    let response = exchange.response().filter(|r| r.is_success())?;
    let text = complaint_of(&message_of(response)?)?;
    let lower = text.to_lowercase();
    let marks = [
        "unauthorized",
        "unauthorised",
        "not authenticated",
        "unauthenticated",
        "authentication required",
        "invalid token",
        "invalid_token",
        "token expired",
        "expired token",
        "token is expired",
        "missing token",
        "access token",
        "bearer token",
        "not logged in",
        "login required",
        "auth_required",
        "jwt expired",
    ];
    marks.iter().any(|m| lower.contains(m)).then_some(text)
}
