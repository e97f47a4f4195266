//! The token at the MCP server.

rules! {
    token_refused_by_mcp_server,
    token_refused_later,
    token_refused_as_if_missing,
    mcp_server_error_with_token,
    token_refused_with_wrong_status,
    forbidden_without_reason,
    scope_claim_unread,
    clock_skew,
    token_times_wrong,
    token_signature_invalid,
    mcp_request_failed,
    token_key_refused,
}

use crate::context::Context;
use authscope_model::{Exchange, StepKind};

/// What an MCP server says about a token it refuses.
fn said(exchange: &Exchange) -> String {
    crate::context::said_of(exchange)
}

/// Whether the request carries a refreshed token; its refusal has a rule of its own.
fn is_after_refresh(context: &Context<'_>, exchange: &Exchange) -> bool {
    context.of(StepKind::Refresh).any(|r| r.id < exchange.id)
}
