//! A server of 2026-07-28 that still wants a handshake or a session.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "stateless-server-wants-session",
    summary: "The MCP server asks for initialize or a session id, which revision 2026-07-28 does not have",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::since_2026_07(Must),
    needs: Need::Nothing,
    references: &["MCP-2026-07-28-versioning#negotiation", "MCP-2026-07-28-transports#sending-messages-to-the-server"],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed", "unauthorized-is-bad-request"],
    requirements: &["HS-01", "HS-06", "HS-11", "HS-13", "HS-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.exchanges().iter().find(|e| {
        (e.step.is_authenticated_mcp() || e.step == StepKind::Probe)
            && matches!(e.status(), Some(400 | 404))
            && wants_session(e)
    });
    let Some(&exchange) = refused else { return Vec::new() };
    let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
    vec![
        Hit::new(
            at::body(exchange),
            format!("The MCP server refuses {} with {said}: it wants `initialize` or `Mcp-Session-Id`, which revision 2026-07-28 does not have.", words::asked(exchange)),
        )
        .expected("server/discover and requests with `_meta` are answered without a session")
        .received(said)
        .fix("Implement the stateless transport of 2026-07-28 (answer `server/discover`, read `_meta`), or let clients use an earlier revision (--spec 2025-11-25)."),
    ]
}

fn wants_session(exchange: &Exchange) -> bool {
    let text = exchange.response().map(|r| r.body.text.to_lowercase()).unwrap_or_default();
    ["session id", "session-id", "sessionid", "not initialized", "initialize"].iter().any(|w| text.contains(w))
}
