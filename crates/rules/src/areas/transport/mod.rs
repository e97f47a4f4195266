//! HTTP and the MCP transport, as far as authorization depends on them.

rules! {
    mcp_endpoint_not_found,
    mcp_endpoint_refuses_post,
    mcp_endpoint_answers_html,
    mcp_endpoint_redirects,
    mcp_server_error_without_token,
    mcp_answer_not_json_rpc,
    protocol_version_refused,
    mcp_session_lost,
    stateless_server_wants_session,
    json_content_type_wrong,
    json_members_repeated,
    flow_blocked,
    event_stream_without_answer,
    answer_cut_off,
    answer_too_large,
    server_discover_missing,
    server_discover_incomplete,
    protocol_version_unknown,
    content_encoding_wrong,
    mcp_content_type_wrong,
    json_byte_order_mark,
    json_not_utf8,
    json_rpc_envelope_wrong,
    initialize_result_incomplete,
    tools_list_unfit,
    session_id_unfit,
    session_id_not_assigned,
    notification_answer_wrong,
}

use crate::context::Context;
use authscope_model::{Exchange, StepKind};

/// Requests for `server/discover`, with a token or without.
fn discovers<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Exchange> {
    let asks = |e: &&'a Exchange| {
        let body = e.request.body.json();
        let method = body.as_ref().and_then(|b| b.get("method")?.as_str());
        matches!(e.step, StepKind::Probe | StepKind::McpDiscover)
            && method == Some("server/discover")
    };
    let all = context.exchanges().to_vec();
    all.into_iter().filter(asks)
}
