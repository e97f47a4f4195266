//! An answer that is longer than any client wants to read.

use crate::prelude::*;
use authscope_model::exchange::Cut;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "answer-too-large",
    summary: "An answer is longer than clients are willing to read",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::Nothing,
    references: &["RFC9110-8.6"],
    explains: &["mcp-answer-not-json-rpc", "mcp-request-failed", "prm-malformed", "as-metadata-malformed", "prm-not-found", "as-metadata-not-found"],
    clients: Some("those with a limit on answers; a model's context is far smaller"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// From here on it is more than a long answer.
const HUGE: u64 = 8 * 1024 * 1024;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // Pages for people may be as long as they like.
    let asked = context.exchanges().iter().filter(|e| {
        e.step.is_authenticated_mcp() || e.step.is_prm() || e.step.is_as_metadata() || matches!(e.step, StepKind::Probe | StepKind::Token | StepKind::Register)
    });
    asked.filter_map(|e| hit(e)).take(1).collect()
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.body.cut == Some(Cut::Cap) && r.media_type() != "text/event-stream")?;
    let announced = response.header("content-length").and_then(|v| v.trim().parse::<u64>().ok());
    let length = announced.unwrap_or(response.body.length).max(response.body.length);
    let hit = Hit::new(
        at::body(exchange),
        format!(
            "The answer to {} {} is {} long ({}); it was not read to its end.",
            exchange.request.method,
            code(&exchange.request.url),
            if announced.is_some() { format!("{length} bytes") } else { format!("more than {length} bytes") },
            announced.map_or_else(|| "no `Content-Length`".to_owned(), |n| format!("`Content-Length`: {n}")),
        ),
    )
    .expected("an answer that fits into memory and context of a client")
    .received(format!("{length} bytes"))
    .party(crate::context::responder(exchange))
    .fix("Look at what fills the answer (padding, debug output, embedded files); page long lists with `nextCursor`, and hand large content out as resource links.");
    let lost = response.body.json().is_none();
    Some(if length >= HUGE || lost { hit.level(Level::Warning) } else { hit })
}
