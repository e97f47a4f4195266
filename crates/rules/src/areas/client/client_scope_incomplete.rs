//! Scopes were set by hand that leave out what the MCP server asked for.

use crate::prelude::*;
use authscope_protocol::scope::ScopeSet;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-scope-incomplete",
    summary: "The scopes that were set by hand leave out what the MCP server asks for",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-11-25-authorization#scope-selection-strategy",
        "MCP-2026-07-28-authorization#scope-selection-strategy",
    ],
    explains: &[
        "token-refused-by-mcp-server",
        "step-up-without-challenge",
        "mcp-request-failed",],
    requirements: &["CH-08", "AZ-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(set) = context.config().and_then(|c| c.scope.as_deref()) else { return Vec::new() };
    let asked = context.challenge_param("scope").map(ScopeSet::parse).unwrap_or_default();
    let missing = asked.minus(&ScopeSet::parse(set));
    let calls = context.calls();
    let refused = calls.iter().find(|c| matches!(c.status(), 401 | 403));
    let Some(call) = refused.filter(|_| !missing.is_empty() && !context.works()) else { return Vec::new() };
    vec![
        Hit::new(
            at::status(call.exchange),
            format!(
                "The MCP server answers {} to the token, and the scopes set by hand ({}) leave out {}, which its challenge asked for.",
                call.status(),
                if set.trim().is_empty() { "none".to_owned() } else { code(set) },
                codes(missing.names())
            ),
        )
        .expected(asked.to_param())
        .received(set)
        .related(context.challenge().map_or_else(|| at::whole(call.exchange), |(e, _)| at::header(e, "www-authenticate")))
        .confidence(Confidence::Likely)
        .fix("Leave the scope setting empty, so that the challenge decides, or add the missing scopes."),
    ]
}
