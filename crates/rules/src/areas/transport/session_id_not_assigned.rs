//! A session id is demanded that was never given.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "session-id-not-assigned",
    summary: "The MCP server demands a session id that its answer to initialize did not give",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Must), Some(Must), Some(Must), None),
    needs: Need::McpCall,
    references: &[
        "MCP-2025-03-26-transports#session-management",
        "MCP-2025-06-18-transports#session-management",
        "MCP-2025-11-25-transports#session-management",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed"],
    requirements: &["HS-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let initialize = context.of(StepKind::McpInitialize).rfind(|e| e.response().is_some_and(|r| r.is_success()));
    let Some(initialize) = initialize else { return Vec::new() };
    if initialize.response().is_some_and(|r| r.header("mcp-session-id").is_some()) {
        return Vec::new();
    }
    let calls = context.calls();
    let refused = calls.iter().find(|c| {
        c.exchange.id > initialize.id
            && matches!(c.status(), 400 | 404)
            && c.exchange.request.header("mcp-session-id").is_none()
            && c.response.body.text.to_lowercase().contains("session")
    });
    let Some(call) = refused else { return Vec::new() };
    vec![
        Hit::new(
            at::body(call.exchange),
            format!(
                "The MCP server answers {} to {} for lack of a session id, but its answer to initialize has no `Mcp-Session-Id` header to take one from.",
                call.status(),
                words::asked(call.exchange)
            ),
        )
        .expected("`Mcp-Session-Id` on the answer to initialize, or no session at all")
        .received(words::start(&call.response.body.text))
        .related(at::headers(initialize))
        .fix("Send `Mcp-Session-Id` with the answer to initialize and let no proxy remove it (browser clients: expose it), or run the transport without sessions."),
    ]
}
