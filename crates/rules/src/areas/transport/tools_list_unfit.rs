//! The answer to `tools/list` is no list of tools.

use crate::context::message_of;
use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "tools-list-unfit",
    summary: "The result of tools/list has no list of tools",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &["MCP-2025-11-25-tools#listing-tools"],
    clients: Some("the SDKs, which validate the result by a schema"),
    explains: &["mcp-request-failed"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let answered = context.of(StepKind::McpToolsList).filter_map(|e| {
        let response = e.response().filter(|r| r.is_success())?;
        Some((e, message_of(response)?.get("result")?.clone()))
    });
    answered.filter_map(|(exchange, result)| hit(exchange, &result)).take(1).collect()
}

fn hit(exchange: &Exchange, result: &Value) -> Option<Hit> {
    let (what, came) = match result.get("tools") {
        None => {
            let near = words::near_member(result, "tools").map(|n| format!(" (there is a member {})", code(n)));
            (format!("has no `tools`{}", near.unwrap_or_default()), "tools: no such member".to_owned())
        }
        Some(Value::Array(tools)) => unfit_tool(tools).or_else(|| cursor(result))?,
        Some(other) => (format!("has {} as `tools`, where an array belongs", words::value_kind(other)), format!("tools: {}", words::value_kind(other))),
    };
    Some(
        Hit::new(at::json(exchange, "/result"), format!("The result of `tools/list` {what}: clients validate it and show no tools."))
            .expected("{\"tools\": [{\"name\": \"…\", \"inputSchema\": {\"type\": \"object\"}}]}")
            .received(came)
            .fix("Answer `tools/list` with an array `tools`, empty when there are none; every tool has a `name` and an `inputSchema`."),
    )
}

/// The first tool that lacks what every tool has, and what came.
fn unfit_tool(tools: &[Value]) -> Option<(String, String)> {
    let named = |tool: &Value| tool.get("name").and_then(Value::as_str).is_some_and(|n| !n.is_empty());
    if let Some(index) = tools.iter().position(|tool| !named(tool)) {
        return Some((format!("has a tool without `name` (number {})", index.saturating_add(1)), "tools: a tool without a name".into()));
    }
    let tool = tools.iter().find(|tool| !tool.get("inputSchema").is_some_and(Value::is_object))?;
    let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
    let came = tool.get("inputSchema").map(words::value_kind);
    let how = came.map_or_else(|| "without `inputSchema`".to_owned(), |kind| format!("with {kind} as `inputSchema`, where an object belongs"));
    Some((format!("has the tool {} {how}", code(name)), format!("inputSchema: {}", came.unwrap_or("no such member"))))
}

/// A cursor of another type than text; null is how some languages write that there is none.
fn cursor(result: &Value) -> Option<(String, String)> {
    let cursor = result.get("nextCursor").filter(|c| !c.is_null() && !c.is_string())?;
    let came = words::value_kind(cursor);
    Some((format!("has {came} as `nextCursor`, where a string belongs"), format!("nextCursor: {came}")))
}
