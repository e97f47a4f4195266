//! The answer to `initialize`: the protocol version from then on, and what a client does with one it does not know.

use super::mcp::{wire_revision, wire_version};
use crate::flow::{Flow, Output, Reply};
use authscope_model::event::Tone;
use authscope_model::revision::Revision;
use serde_json::Value;

/// Versions from before authorization, whose messages are the same and which clients go on with.
const OLDER: [&str; 2] = ["2024-10-07", "2024-11-05"];

fn is_known(version: &str) -> bool {
    Revision::parse(version).is_some() || OLDER.contains(&version)
}

/// A client disconnects when it does not know the version of the answer (MCP lifecycle, version negotiation).
pub(in crate::flow) fn stop_at_unknown(flow: &mut Flow) -> Option<Output> {
    let version = flow.context.mcp.version.clone()?;
    if is_known(&version) {
        return None;
    }
    let asked = wire_revision(flow);
    let reason = format!(
        "the MCP server answered `initialize` with the protocol version {version:?}, which no client knows; {asked} was offered"
    );
    let resume = flow.stage.clone();
    Some(flow.stop_here(
        reason,
        "MCP-2025-11-25-lifecycle#version-negotiation",
        resume,
    ))
}

/// Takes over what the answer to `initialize` says.
pub(in crate::flow) fn initialized(
    flow: &mut Flow,
    reply: &Reply<'_>,
    result: &Value,
) -> Vec<Output> {
    flow.context.mcp.id = reply.header("mcp-session-id").map(str::to_owned);
    let asked = wire_version(flow);
    let version = result
        .get("protocolVersion")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let mut outputs = Vec::new();
    if let Some(id) = &flow.context.mcp.id {
        outputs.push(Output::Secret {
            kind: "mcp_session_id",
            value: id.clone(),
        });
    }
    match version {
        Some(version) => {
            if version != asked && is_known(&version) {
                outputs.push(Output::Note(
                    Tone::Info,
                    format!(
                        "The MCP server speaks protocol version {version}; {asked} was offered."
                    ),
                ));
            }
            flow.context.mcp.version = Some(version);
        }
        None => outputs.push(Output::Note(
            Tone::Warning,
            "The answer to initialize has no `protocolVersion`.".into(),
        )),
    }
    outputs
}
