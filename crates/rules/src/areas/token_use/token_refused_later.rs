//! The token is good for one request and refused at the next.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-refused-later",
    summary: "The MCP server accepts the token in one request and refuses it in a later one",
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
    explains: &["token-refused-by-mcp-server", "mcp-request-failed", "token-refused-as-if-missing"],
    corpus: &["TU-07"],
    requirements: &["US-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let refused = calls.iter().find(|c| {
        let error = c.challenges().bearer().and_then(|b| b.param("error").map(str::to_owned));
        c.status() == 401 && !super::is_after_refresh(context, c.exchange) && error.as_deref() != Some("insufficient_scope")
    });
    let Some(refused) = refused else { return Vec::new() };
    let same = |e: &Exchange| e.request.header("authorization") == refused.exchange.request.header("authorization");
    let taken = calls.iter().rfind(|c| c.exchange.id < refused.exchange.id && c.is_success() && same(c.exchange));
    let Some(taken) = taken.filter(|_| !has_expired(context, refused.exchange)) else { return Vec::new() };
    let said = super::said(refused.exchange);
    let after = refused.exchange.started_at.saturating_sub(taken.exchange.started_at);
    vec![
        Hit::new(
            at::status(refused.exchange),
            format!(
                "The MCP server takes the token in {} and answers 401 to {} with the same token, {after} ms later ({}).",
                words::asked(taken.exchange),
                words::asked(refused.exchange),
                if said.is_empty() { "without a reason" } else { &said }
            ),
        )
        .expected("the same token is accepted until it expires")
        .received(if said.is_empty() { "401".to_owned() } else { format!("401: {said}") })
        .related(at::status(taken.exchange))
        .fix("Keep tokens where every instance behind the load balancer finds them (a shared store, or signed tokens that each can check alone), and check the token in the same way for every method and message; a token is not used up by one request."),
    ]
}

/// Whether the token's own expiry had passed by then.
fn has_expired(context: &Context<'_>, exchange: &Exchange) -> bool {
    let Some(call) = context.issued() else { return false };
    let lifetime = call.reply.as_ref().and_then(|r| r.expires_in);
    let until = lifetime.map(|seconds| call.exchange.started_at.saturating_add(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000)));
    until.is_some_and(|until| exchange.started_at >= until)
}
