//! The first MCP request, without a token, and its challenge.
//!
//! Older revisions send `initialize`, the stateless one `server/discover`. A server that answers without
//! asking for authorization is called on with no token until something asks for one.

use super::mcp;
use crate::challenge;
use crate::flow::learned::{ChallengeSeen, StatelessOr};
use crate::flow::stage::{McpOp, Stage};
use crate::flow::{Action, Flow, Output, Reply};
use authscope_model::event::{Ending, Tone};
use authscope_model::{Header, StepKind};

pub(in crate::flow) fn prepare(flow: &mut Flow) -> Result<Action, String> {
    let op = if flow.context.is_stateless() {
        McpOp::Discover
    } else {
        McpOp::Initialize
    };
    let mut prepared = mcp::request(flow, op)?;
    prepared.step = StepKind::Probe;
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    match reply.status() {
        401 => {
            flow.context.pending_op = None;
            challenged(flow, reply)
        }
        200..=299 => open(flow, reply),
        status @ (400..=499) if mcp::speaks_stateless(reply) && !flow.context.is_stateless() => {
            flow.context.handshake = Some(StatelessOr::Stateless);
            let mut outputs = vec![mcp::stateless_decision(flow, status)];
            outputs.push(Output::Note(
                Tone::Info,
                "The MCP server is stateless; asking again with server/discover.".into(),
            ));
            outputs
        }
        _ => {
            let message = format!(
                "The MCP server answered {} to a request without a token; 401 with a WWW-Authenticate challenge was expected.",
                reply.in_words()
            );
            flow.finish(Ending::Blocked, message);
            Vec::new()
        }
    }
}

/// The server answered without a token: go on without one.
fn open(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    let op = if flow.context.is_stateless() {
        McpOp::Discover
    } else {
        McpOp::Initialize
    };
    flow.stage = Stage::Mcp(op);
    let mut outputs = mcp::absorb(flow, op, reply);
    outputs.push(Output::Note(
        Tone::Info,
        "The MCP server answered without a token; going on without one until something asks for authorization.".into(),
    ));
    outputs
}

/// Reads a 401 and goes to discovery.
pub(in crate::flow) fn challenged(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    flow.context.challenge = read_challenge(reply.headers());
    super::prm::begin(flow)
}

/// What the Bearer (or DPoP) challenge says, from all header lines.
pub(in crate::flow) fn read_challenge(headers: &[Header]) -> ChallengeSeen {
    let challenges = challenge::parse(headers);
    let Some(found) = challenges.bearer().or_else(|| challenges.dpop()) else {
        return ChallengeSeen::default();
    };
    let param = |name: &str| {
        found
            .param(name)
            .map(str::to_owned)
            .filter(|v| !v.is_empty())
    };
    ChallengeSeen {
        resource_metadata: param("resource_metadata"),
        scope: param("scope"),
        error: param("error"),
    }
}
