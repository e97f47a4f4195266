//! The MCP server does not take the protocol version.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "protocol-version-refused",
    summary: "The MCP server refuses the protocol version",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "MCP-2025-06-18-transports#protocol-version-header",
        "MCP-2025-11-25-transports#protocol-version-header",
        "MCP-2025-11-25-lifecycle#version-negotiation",
        "MCP-2026-07-28-transports#protocol-version-header",
        "MCP-2026-07-28-versioning#negotiation",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed", "unauthorized-is-bad-request"],
    requirements: &["HS-02", "HS-03", "HS-04", "HS-08", "HS-12", "HS-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut asked = context.exchanges().iter().filter(|e| {
        (e.step.is_authenticated_mcp() || e.step == StepKind::Probe) && e.status() == Some(400)
    });
    let last = asked.rfind(|e| is_about_version(e));
    // A server that names other versions is asked again; only the last word counts.
    let Some(exchange) = last.filter(|e| !answered_later(context, e)) else { return Vec::new() };
    let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
    let header = exchange.request.header("mcp-protocol-version");
    let sent = header.unwrap_or("no MCP-Protocol-Version header");
    vec![
        Hit::new(
            at::body(exchange),
            format!("The MCP server answers 400 to {} because of the protocol version ({said}); the request had `MCP-Protocol-Version`: {sent}.", words::asked(exchange)),
        )
        .expected(format!("a server that speaks {}", context.revision()))
        .received(said)
        .related(at::request_header(exchange, "mcp-protocol-version"))
        .fix("Let the server accept the versions it negotiated in `initialize`, treat a missing header as 2025-03-26, and name the supported versions in the error; or choose a revision it speaks with --spec."),
    ]
}

fn is_about_version(exchange: &Exchange) -> bool {
    let text = exchange.response().map(|r| r.body.text.to_lowercase()).unwrap_or_default();
    text.contains("protocol version") || text.contains("protocol-version") || text.contains("protocolversion")
}

fn answered_later(context: &Context<'_>, exchange: &Exchange) -> bool {
    context
        .after(exchange, |e| {
            (e.step.is_authenticated_mcp() || e.step == StepKind::Probe) && e.status() != Some(400)
        })
        .is_some()
}
