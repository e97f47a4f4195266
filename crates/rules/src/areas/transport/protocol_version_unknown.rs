//! The MCP server negotiates a version that does not exist.

use crate::context::message_of;
use crate::prelude::*;
use authscope_model::Revision;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "protocol-version-unknown",
    summary: "The answer to initialize names a protocol version that no client knows",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Must), Some(Must), Some(Must), None),
    needs: Need::Nothing,
    references: &["MCP-2025-11-25-lifecycle#version-negotiation", "MCP-2025-11-25-transports#protocol-version-header"],
    explains: &["protocol-version-refused", "mcp-request-failed", "unauthorized-is-bad-request"],
    requirements: &["HS-02"],
    clients: Some("all: a client disconnects when it does not know the version"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Versions from before those whose authorization is judged here.
const OLDER: [&str; 2] = ["2024-10-07", "2024-11-05"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.exchanges().iter().copied().filter(|e| matches!(e.step, StepKind::Probe | StepKind::McpInitialize));
    let mut answered = asked.filter_map(|e| {
        let message = message_of(e.response().filter(|r| r.is_success())?)?;
        let version = message.pointer("/result/protocolVersion")?.as_str()?.to_owned();
        Some((e, version))
    });
    let found = answered.find(|(_, v)| Revision::parse(v).is_none() && !OLDER.contains(&v.as_str()));
    let Some((exchange, version)) = found else { return Vec::new() };
    let asked_for = exchange.request.body.json().and_then(|b| b.pointer("/params/protocolVersion")?.as_str().map(str::to_owned));
    let asked_for = asked_for.unwrap_or_else(|| context.revision().as_str().to_owned());
    let known: Vec<&str> = Revision::ALL.iter().map(|r| r.as_str()).collect();
    let hit = Hit::new(
        at::json(exchange, "/result/protocolVersion"),
        format!("The answer to `initialize` has `protocolVersion` {}, which no client knows; it was asked for {}.", code(&version), code(&asked_for)),
    )
    .expected(format!("{asked_for}, or another of {}", known.join(", ")))
    .received(version)
    .fix(format!("Answer with the version that was asked for when the server speaks it, else with the latest published one it speaks, and accept that version in `MCP-Protocol-Version` afterwards: {}.", codes(&known)))
    .snippets(vec![snippets::member("protocolVersion", &asked_for.clone().into())]);
    // A draft between two that know it is no failure.
    vec![if context.is_blocked() { hit } else { hit.level(Level::Warning) }]
}
