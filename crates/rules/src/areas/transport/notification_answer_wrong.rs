//! The notification that ends the handshake is not answered 202.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "notification-answer-wrong",
    summary: "The notification that ends the handshake is answered with something else than 202 and no body",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Must), Some(Must), Some(Must), None),
    needs: Need::McpCall,
    references: &[
        "MCP-2025-03-26-transports#sending-messages-to-the-server",
        "MCP-2025-06-18-transports#sending-messages-to-the-server",
        "MCP-2025-11-25-transports#sending-messages-to-the-server",
    ],
    explains: &["mcp-request-failed"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let answered = context.of(StepKind::McpInitialized).filter_map(|e| e.response().map(|r| (e, r)));
    answered.filter_map(|(exchange, response)| {
        let body = response.body.text.trim();
        let speaks = body.to_lowercase();
        let refused = matches!(response.status, 400 | 405 | 406 | 415 | 500 | 501) && !speaks.contains("session") && !speaks.contains("version");
        let answered = response.is_success() && !body.is_empty() && body != "null" && body != "{}";
        if !refused && !answered {
            return None;
        }
        let hit = Hit::new(
            at::status(exchange),
            format!(
                "notifications/initialized is answered {} with {}: a notification gets 202 and no body, and is never refused for lack of an id.",
                response.status,
                if body.is_empty() { "an empty body".to_owned() } else { code(&words::start(body)) }
            ),
        )
        .expected("202 Accepted, no body")
        .received(format!("{} {}", response.status, words::start(body)))
        .related(at::body(exchange))
        .fix("Treat messages without an `id` as notifications: take them in and answer 202 without a body.");
        Some(if answered { hit.level(Level::Warning) } else { hit })
    })
    .take(1)
    .collect()
}
