//! Requests to the MCP server, and what a 401 or 403 there leads to.

use super::{dpop, negotiate, probe, scope};
use crate::flow::learned::StatelessOr;
use crate::flow::stage::{LifeOp, McpOp, Stage};
use crate::flow::{Action, Flow, Follow, Fresh, Output, Prepared, Reply};
use crate::{challenge, mcp};
use authscope_model::event::{Decision, Ending, Tone};
use authscope_model::revision::{Handshake, Revision, StepUp, VersionHeader};
use authscope_model::{Header, Participant};
use serde_json::{Value, json};

/// Step-ups at most: three authorizations in all, "no more than a few" (MCP, step-up authorization flow).
const MAX_STEP_UPS: u32 = 2;

/// The request for an operation, without a token.
pub(in crate::flow) fn request(flow: &mut Flow, op: McpOp) -> Result<Prepared, String> {
    let url = flow.context.config.server_url.clone();
    let method = method_name(op);
    let id = if op == McpOp::Initialized {
        0
    } else {
        next_id(flow)
    };
    let body = message(flow, op, id);
    let mut prepared = Prepared::json(op.step(), Participant::McpServer, "POST", url, &body);
    prepared.headers = headers(flow, op, method);
    prepared.reply_id = (id != 0).then(|| id.to_string());
    prepared.follow = Follow::KeepingMethod;
    Ok(prepared)
}

fn next_id(flow: &mut Flow) -> u64 {
    flow.context.mcp.last_id = flow.context.mcp.last_id.saturating_add(1);
    flow.context.mcp.last_id
}

/// The JSON-RPC message of an operation.
fn message(flow: &Flow, op: McpOp, id: u64) -> Value {
    let version = wire_revision(flow);
    let client = &flow.context.settings.version;
    let message = match op {
        McpOp::Initialize => return mcp::initialize(version, id, client),
        McpOp::Initialized => return mcp::initialized(),
        McpOp::ToolsCall => mcp::request(method_name(op), id, Some(tool_params(flow))),
        _ => mcp::request(method_name(op), id, None),
    };
    if flow.context.is_stateless() {
        mcp::with_meta(message, version, client)
    } else {
        message
    }
}

fn tool_params(flow: &Flow) -> Value {
    let call = flow.context.config.call_tool.as_ref();
    let name = call.map(|c| c.name.clone()).unwrap_or_default();
    let arguments = call
        .map(|c| c.arguments.clone())
        .filter(|a| !a.is_null())
        .unwrap_or_else(|| json!({}));
    json!({ "name": name, "arguments": arguments })
}

/// The revision offered on the wire: the newest of the handshake in use, unless fixed.
pub(super) fn wire_revision(flow: &Flow) -> Revision {
    let wanted = if flow.context.is_stateless() {
        Handshake::Stateless
    } else {
        Handshake::Initialize
    };
    let fixed = flow
        .context
        .config
        .revision
        .fixed()
        .filter(|r| r.behaviour().handshake == wanted);
    let newest = || {
        Revision::ALL
            .into_iter()
            .rfind(|r| r.behaviour().handshake == wanted)
    };
    fixed.or_else(newest).unwrap_or(Revision::DEFAULT)
}

/// The value of `MCP-Protocol-Version`: as negotiated, else as offered.
pub(super) fn wire_version(flow: &Flow) -> String {
    flow.context
        .mcp
        .version
        .clone()
        .unwrap_or_else(|| wire_revision(flow).as_str().to_owned())
}

fn headers(flow: &Flow, op: McpOp, method: &str) -> Vec<Header> {
    let mut headers = vec![
        Header::new("Content-Type", "application/json"),
        Header::new("Accept", "application/json, text/event-stream"),
    ];
    let stateless = flow.context.is_stateless();
    let always = stateless || flow.context.behaviour().version_header == VersionHeader::Always;
    let after = flow.context.behaviour().version_header == VersionHeader::AfterInitialize
        && flow.context.mcp.version.is_some();
    if (always || after) && op != McpOp::Initialize {
        headers.push(Header::new("MCP-Protocol-Version", wire_version(flow)));
    }
    if stateless {
        headers.push(Header::new("Mcp-Method", method));
        if op == McpOp::ToolsCall {
            let name = flow
                .context
                .config
                .call_tool
                .as_ref()
                .map(|c| c.name.as_str())
                .unwrap_or_default();
            headers.push(Header::new("Mcp-Name", mcp::name_header(name)));
        }
    } else if let Some(id) = &flow.context.mcp.id {
        headers.push(Header::new("Mcp-Session-Id", id.clone()));
    }
    headers.extend(
        flow.context
            .config
            .headers
            .iter()
            .map(|h| Header::new(h.name.clone(), h.value.clone())),
    );
    headers
}

pub(in crate::flow) fn prepare(
    flow: &mut Flow,
    op: McpOp,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let mut prepared = request(flow, op)?;
    prepared.extra = matches!(op, McpOp::ResourcesList | McpOp::PromptsList);
    authorize(flow, &mut prepared, fresh)?;
    Ok(Action::Send(prepared))
}

/// Adds the token in hand; a token of another issuer than the one in use is never sent.
pub(in crate::flow) fn authorize(
    flow: &mut Flow,
    prepared: &mut Prepared,
    fresh: &Fresh<'_>,
) -> Result<(), String> {
    let Some(tokens) = flow.context.tokens.clone() else {
        prepared.purpose = "without a token".into();
        return Ok(());
    };
    let bound = flow.context.uses_dpop() && tokens.token_type.eq_ignore_ascii_case("dpop");
    let scheme = if bound { "DPoP" } else { "Bearer" };
    prepared
        .headers
        .retain(|h| !h.name.eq_ignore_ascii_case("authorization"));
    prepared.headers.push(Header::new(
        "Authorization",
        format!("{scheme} {}", tokens.access_token),
    ));
    if bound {
        dpop::prove(flow, prepared, Some(&tokens.access_token), fresh)?;
    }
    Ok(())
}

pub(in crate::flow) fn absorb(flow: &mut Flow, op: McpOp, reply: &Reply<'_>) -> Vec<Output> {
    if dpop::wants_nonce(flow, reply) {
        return Vec::new();
    }
    match reply.status() {
        401 => unauthorized(flow, op, reply),
        403 if asks_for_scope(reply) => step_up(flow, op, reply),
        200..=299 => answered(flow, op, reply),
        404 if may_begin_again(flow, op) => begin_again(flow, op),
        status if op == McpOp::Initialize && speaks_stateless(reply) => {
            flow.context.handshake = Some(StatelessOr::Stateless);
            flow.context.mcp = crate::flow::learned::McpSession {
                last_id: flow.context.mcp.last_id,
                ..Default::default()
            };
            flow.stage = Stage::Mcp(McpOp::Discover);
            vec![stateless_decision(flow, status)]
        }
        _ => {
            let with = if flow.context.tokens.is_some() {
                "with the token"
            } else {
                "without a token"
            };
            flow.finish(
                Ending::Blocked,
                format!(
                    "The MCP server answered {} to {} {with}.",
                    reply.in_words(),
                    method_name(op)
                ),
            );
            Vec::new()
        }
    }
}

/// Whether a 404 says that the MCP session is gone: one was sent, and none was begun again yet.
const fn may_begin_again(flow: &Flow, op: McpOp) -> bool {
    flow.context.mcp.id.is_some()
        && !flow.context.session_renewed
        && !matches!(op, McpOp::Initialize)
}

/// A new session, once (MCP, Streamable HTTP, session management).
fn begin_again(flow: &mut Flow, op: McpOp) -> Vec<Output> {
    flow.context.session_renewed = true;
    flow.context.mcp = crate::flow::learned::McpSession {
        last_id: flow.context.mcp.last_id,
        ..Default::default()
    };
    flow.stage = Stage::Mcp(McpOp::Initialize);
    let text = format!(
        "The MCP server answered 404 to {} with its session id: the session is gone. A new one is begun, once.",
        method_name(op)
    );
    vec![Output::Note(Tone::Info, text)]
}

pub(in crate::flow) fn stateless_decision(flow: &mut Flow, status: u16) -> Output {
    let revision = Revision::V2026_07_28;
    if flow.context.config.revision.fixed().is_none() {
        flow.context.revision = Some(revision);
    }
    let because = format!(
        "the MCP server refused `initialize` with HTTP {status} and an error that only stateless servers give"
    );
    Output::Decision(
        Decision::Revision {
            revision: flow.context.revision(),
        },
        because,
    )
}

/// Whether an answer to `initialize` is that of a stateless server (MCP 2026-07-28, backward compatibility).
pub(in crate::flow) fn speaks_stateless(reply: &Reply<'_>) -> bool {
    let body: Option<Value> = serde_json::from_str(&reply.text()).ok();
    let Some(error) = body.as_ref().and_then(|b| b.get("error")) else {
        return false;
    };
    let code = error.get("code").and_then(Value::as_i64);
    let supported = error.pointer("/data/supported").and_then(Value::as_array);
    let lists_stateless = supported.is_some_and(|list| {
        list.iter()
            .filter_map(Value::as_str)
            .filter_map(Revision::parse)
            .any(|r| r.behaviour().handshake == Handshake::Stateless)
    });
    // HS-13: a request without the members of `_meta` is answered with invalid params that name them.
    let message = error.get("message").and_then(Value::as_str);
    let misses_meta =
        code == Some(-32602) && message.is_some_and(|m| m.contains("io.modelcontextprotocol/"));
    lists_stateless || misses_meta || matches!(code, Some(-32020 | -32022))
}

const fn method_name(op: McpOp) -> &'static str {
    match op {
        McpOp::Initialize => "initialize",
        McpOp::Initialized => "notifications/initialized",
        McpOp::Discover => "server/discover",
        McpOp::ToolsList => "tools/list",
        McpOp::ResourcesList => "resources/list",
        McpOp::PromptsList => "prompts/list",
        McpOp::ToolsCall => "tools/call",
    }
}

fn unauthorized(flow: &mut Flow, op: McpOp, reply: &Reply<'_>) -> Vec<Output> {
    if flow.context.tokens.is_none() {
        flow.context.pending_op = Some(op);
        return probe::challenged(flow, reply);
    }
    let may_have_moved =
        flow.context.behaviour().credentials_by_issuer && flow.context.rediscoveries == 0;
    if may_have_moved && flow.context.prm.is_some() {
        flow.context.rediscoveries = 1;
        flow.context.refused_issuer = flow.context.issuer.clone();
        flow.context.tokens = None;
        flow.context.pending_op = Some(op);
        let mut outputs = vec![Output::Note(
            Tone::Warning,
            "The MCP server refused the token. Reading its metadata again, to see whether the authorization server changed.".into(),
        )];
        outputs.extend(probe::challenged(flow, reply));
        return outputs;
    }
    let message = format!(
        "The MCP server refused the token with 401 on {}.",
        method_name(op)
    );
    if !super::life::look_at_keys(flow, &message) {
        flow.finish(Ending::Blocked, message);
    }
    Vec::new()
}

fn asks_for_scope(reply: &Reply<'_>) -> bool {
    challenge::parse(reply.headers())
        .list
        .iter()
        .any(|c| c.param("error") == Some("insufficient_scope"))
}

fn step_up(flow: &mut Flow, op: McpOp, reply: &Reply<'_>) -> Vec<Output> {
    let known = flow.context.behaviour().step_up != StepUp::None;
    if !known || flow.context.step_ups >= MAX_STEP_UPS {
        let limit = if known {
            format!(
                " after {} authorizations; the limit is reached",
                flow.context.step_ups.saturating_add(1)
            )
        } else {
            String::new()
        };
        flow.finish(
            Ending::Blocked,
            format!(
                "The MCP server answered 403 insufficient_scope to {}{limit}.",
                method_name(op)
            ),
        );
        return Vec::new();
    }
    let seen = probe::read_challenge(reply.headers());
    flow.context.challenge.scope = seen.scope.or_else(|| flow.context.challenge.scope.clone());
    flow.context.step_ups = flow.context.step_ups.saturating_add(1);
    flow.context.pending_op = Some(op);
    let outputs = vec![scope::decide(flow)];
    flow.stage = if flow.context.must_push() {
        Stage::Par
    } else {
        Stage::Authorize
    };
    outputs
}

fn answered(flow: &mut Flow, op: McpOp, reply: &Reply<'_>) -> Vec<Output> {
    flow.context.pending_op = None;
    if op == McpOp::Initialized {
        flow.context.mcp.ready = true;
        return proceed(flow, op, Vec::new());
    }
    let id = flow.context.mcp.last_id;
    let answer = mcp::read_reply(reply.content_type(), &reply.text(), id).value;
    let Some(answer) = answer else {
        flow.finish(
            Ending::Blocked,
            format!(
                "The MCP server's answer to {} is not a JSON-RPC reply.",
                method_name(op)
            ),
        );
        return Vec::new();
    };
    if let Some(error) = answer.error {
        return rpc_error(flow, op, reply, error.code, &error.message);
    }
    let result = answer.result.unwrap_or_default();
    let outputs = match op {
        McpOp::Initialize => negotiate::initialized(flow, reply, &result),
        McpOp::ToolsList => {
            let tools = result.get("tools").and_then(Value::as_array);
            flow.context.mcp.tools = tools
                .into_iter()
                .flatten()
                .filter_map(|t| t.get("name")?.as_str().map(str::to_owned))
                .collect();
            Vec::new()
        }
        _ => Vec::new(),
    };
    let mut outputs = proceed(flow, op, outputs);
    if op == McpOp::Initialize {
        outputs.extend(negotiate::stop_at_unknown(flow));
    }
    outputs
}

fn rpc_error(
    flow: &mut Flow,
    op: McpOp,
    reply: &Reply<'_>,
    code: i64,
    message: &str,
) -> Vec<Output> {
    if op == McpOp::Initialize && speaks_stateless(reply) {
        flow.context.handshake = Some(StatelessOr::Stateless);
        flow.stage = Stage::Mcp(McpOp::Discover);
        return vec![stateless_decision(flow, reply.status())];
    }
    // -32601: the server offers no such thing; -32602: the tool wants other arguments. The token was good all the same.
    let said = match (code, op) {
        (-32601, McpOp::Initialize) => None,
        (-32601, _) => Some(format!("has no {}", method_name(op))),
        (-32602, McpOp::ToolsCall) => Some(format!(
            "does not take the arguments of {}",
            method_name(op)
        )),
        _ => None,
    };
    if let Some(said) = said {
        let note = Output::Note(
            Tone::Info,
            format!("The MCP server {said} (JSON-RPC error {code})."),
        );
        return proceed(flow, op, vec![note]);
    }
    flow.finish(
        Ending::Blocked,
        format!(
            "The MCP server answered {} with JSON-RPC error {code}: {message}",
            method_name(op)
        ),
    );
    Vec::new()
}

/// The operation after `op`, or the end.
fn proceed(flow: &mut Flow, op: McpOp, outputs: Vec<Output>) -> Vec<Output> {
    let everything = flow.context.config.list_everything;
    let call = flow.context.config.call_tool.is_some();
    let order = [
        (McpOp::Initialize, !flow.context.is_stateless()),
        (McpOp::Initialized, !flow.context.is_stateless()),
        (McpOp::Discover, flow.context.is_stateless()),
        (McpOp::ToolsList, true),
        (McpOp::ResourcesList, everything),
        (McpOp::PromptsList, everything),
        (McpOp::ToolsCall, call),
    ];
    let next = order
        .into_iter()
        .skip_while(|(o, _)| *o != op)
        .skip(1)
        .find(|(_, wanted)| *wanted);
    if flow.context.is_stateless() {
        flow.context.mcp.ready = true;
    }
    match next {
        Some((next, _)) => flow.stage = Stage::Mcp(next),
        None => after_mcp(flow, op),
    }
    outputs
}

/// MCP is done: what the configuration asks for beyond it, then the end.
fn after_mcp(flow: &mut Flow, op: McpOp) {
    if flow.context.queue.is_empty() && !flow.context.extras_done {
        flow.context.extras_done = true;
        flow.context.queue = extras(flow);
    }
    if super::life::next_queued(flow) || super::life::start_probes(flow) {
        return;
    }
    let tools = flow.context.mcp.tools.len();
    if flow.context.tokens.is_some() {
        let what = if op == McpOp::ToolsCall {
            "tools/call"
        } else {
            "tools/list"
        };
        flow.finish(
            Ending::Complete,
            format!(
                "The MCP server answered {what} with the token ({tools} {}).",
                if tools == 1 { "tool" } else { "tools" }
            ),
        );
    } else {
        flow.finish(
            Ending::NoAuthorization,
            format!("The MCP server answered without asking for authorization ({tools} tools)."),
        );
    }
}

fn extras(flow: &Flow) -> Vec<LifeOp> {
    let mut queue = Vec::new();
    let Some(tokens) = &flow.context.tokens else {
        return queue;
    };
    if super::life::keys_wanted(flow) {
        queue.push(LifeOp::Jwks);
    }
    if flow.context.config.refresh && tokens.refresh_token.is_some() {
        queue.extend([LifeOp::Refresh, LifeOp::CallRefreshed]);
    }
    queue
}
