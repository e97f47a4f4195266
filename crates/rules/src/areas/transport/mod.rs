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
    mcp_content_type_wrong,
    json_byte_order_mark,
    json_rpc_envelope_wrong,
    session_id_not_assigned,
    notification_answer_wrong,
}
