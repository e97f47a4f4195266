//! The answer to `initialize` lacks what the protocol requires.

use crate::context::message_of;
use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "initialize-result-incomplete",
    summary: "The result of initialize lacks protocolVersion, capabilities or serverInfo",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "MCP-2025-11-25-lifecycle#initialization",
    ],
    clients: Some("the SDKs, which validate the result by a schema"),
    requirements: &["HS-01", "HS-02"],
    explains: &["protocol-version-refused"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.exchanges().iter().filter(|e| {
        let body = e.request.body.json();
        e.step != StepKind::NegativeProbe && body.is_some_and(|b| b.get("method").and_then(Value::as_str) == Some("initialize"))
    });
    let answered = asked.filter_map(|e| {
        let response = e.response().filter(|r| r.is_success())?;
        Some((*e, message_of(response)?.get("result")?.clone()))
    });
    answered.filter_map(|(exchange, result)| hit(exchange, &result)).take(1).collect()
}

fn hit(exchange: &Exchange, result: &Value) -> Option<Hit> {
    let fits = |name: &str| match result.get(name) {
        Some(Value::String(text)) => name == "protocolVersion" && !text.is_empty(),
        Some(Value::Object(_)) => name != "protocolVersion",
        _ => false,
    };
    let wrong: Vec<&str> = ["protocolVersion", "capabilities", "serverInfo"].into_iter().filter(|n| !fits(n)).collect();
    let first = wrong.first()?;
    let came = result.get(first).map_or("no such member", words::value_kind);
    let near = words::near_member(result, first).map(|n| format!(" (there is a member {}, which no client reads)", code(n))).unwrap_or_default();
    Some(
        Hit::new(
            at::json(exchange, "/result"),
            format!("The result of `initialize` has no usable {}: {came} where {} belongs{near}.", codes(&wrong), if *first == "protocolVersion" { "a string" } else { "an object" }),
        )
        .expected("{\"protocolVersion\": \"…\", \"capabilities\": {…}, \"serverInfo\": {\"name\": \"…\", \"version\": \"…\"}}")
        .received(format!("{first}: {came}"))
        .fix("Answer `initialize` with all three members; `protocolVersion` is the version the server speaks, as a string."),
    )
}
