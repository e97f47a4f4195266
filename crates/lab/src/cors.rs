//! Cross-origin headers for clients that run in a browser.

use axum::http::Method;

use crate::http::{Reply, Req};
use crate::log::Side;
use crate::pages::Page;
use crate::target::{Place, Target};

/// What browser clients are told.
#[derive(Debug, Clone)]
pub(crate) struct CorsBehaviour {
    /// Whether well-known documents may be read across origins.
    pub(crate) documents: bool,
    /// Whether the MCP endpoint may.
    pub(crate) mcp: bool,
    /// Whether token, registration and the other authorization server endpoints may.
    pub(crate) endpoints: bool,
    pub(crate) exposed_headers: Option<&'static str>,
    pub(crate) allowed_headers: &'static str,
    /// Sent instead of the MCP server's preflight answer.
    pub(crate) preflight: Option<Page>,
}

impl Default for CorsBehaviour {
    fn default() -> Self {
        Self {
            documents: true,
            mcp: true,
            endpoints: true,
            exposed_headers: Some("WWW-Authenticate, Mcp-Session-Id"),
            allowed_headers: "Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, \
                              Mcp-Name, Last-Event-ID",
            preflight: None,
        }
    }
}

/// The answer to an `OPTIONS` request.
pub(crate) fn preflight(target: &Target, side: Side, req: &Req) -> Option<Reply> {
    if req.method != Method::OPTIONS {
        return None;
    }
    let cors = &target.behaviour.cors;
    if let (Side::McpServer, Some(page)) = (side, cors.preflight) {
        return Some(page.reply(&target.vars));
    }
    Some(
        Reply::empty(204)
            .with(
                "Access-Control-Allow-Methods",
                "GET, POST, PUT, DELETE, OPTIONS",
            )
            .with("Access-Control-Allow-Headers", cors.allowed_headers)
            .with("Access-Control-Max-Age", "600"),
    )
}

/// Adds the headers every answer carries. The authorization endpoint is for people and gets none.
pub(crate) fn decorate(
    target: &Target,
    side: Side,
    place: Place<'_>,
    req: &Req,
    mut reply: Reply,
) -> Reply {
    let cors = &target.behaviour.cors;
    let allowed = match place {
        Place::WellKnown { .. } => cors.documents,
        Place::Path(path) if path.contains("/authorize") => false,
        Place::Path(_) if side == Side::McpServer => cors.mcp,
        Place::Path(_) => cors.endpoints,
    };
    if allowed && (req.method != Method::OPTIONS || cors.preflight.is_none()) {
        reply.set("Access-Control-Allow-Origin", "*");
        if let Some(exposed) = cors.exposed_headers {
            reply.set("Access-Control-Expose-Headers", exposed);
        }
    }
    reply
}
