//! A session id that no client can send back.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "session-id-unfit",
    summary: "The session id is empty or has characters other than visible ASCII",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Must), Some(Must), Some(Must), None),
    needs: Need::McpCall,
    references: &[
        "MCP-2025-03-26-transports#session-management",
        "MCP-2025-06-18-transports#session-management",
        "MCP-2025-11-25-transports#session-management",
    ],
    explains: &["mcp-session-lost", "session-id-not-assigned", "mcp-request-failed"],
    requirements: &["HS-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let answered = context.of(StepKind::McpInitialize).filter(|e| e.response().is_some_and(|r| r.is_success()));
    answered.filter_map(|e| hit(context, e)).take(1).collect()
}

fn hit(context: &Context<'_>, exchange: &Exchange) -> Option<Hit> {
    let id = exchange.response()?.header("mcp-session-id")?;
    // A mask stands for what names alone give away; the text around it is as it came.
    let foreign = id.chars().find(|c| !c.is_ascii_graphic() && !"⟨·⟩".contains(*c));
    let masked = id.contains('⟨');
    let what = match foreign.filter(|_| !masked) {
        _ if id.trim().is_empty() => "is empty".to_owned(),
        Some(' ') => format!("is {}, with a space in it", code(id)),
        Some(other) => format!("is {}, with the character U+{:04X} in it", code(id), u32::from(other)),
        None => return None,
    };
    let hit = Hit::new(
        at::header(exchange, "mcp-session-id"),
        format!("`Mcp-Session-Id` of the answer to initialize {what}: clients cannot send it back as it is."),
    )
    .expected("a unique id of visible ASCII characters (0x21 to 0x7E), or no such header")
    .received(id)
    .fix("Assign a random id such as a UUID, or leave the header out when there are no sessions.");
    Some(if context.works() { hit.level(Level::Warning) } else { hit })
}
