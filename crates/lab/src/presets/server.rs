//! Healthy targets that differ in how the MCP server answers, other revisions of MCP among them.

use std::time::Duration;

use super::{HEALTHY, Preset};
use crate::behaviour::Behaviour;
use crate::http::Step;
use crate::mcp::session::SessionMode;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "event-stream",
        title: "Answers as event streams",
        summary: "The MCP server answers each request with a short event stream instead of plain JSON.",
        configure: |b| b.mcp.event_stream = true,
        ..HEALTHY
    },
    Preset {
        id: "event-stream-with-pings",
        title: "An event stream that takes its time",
        summary: "The event stream starts with an event without data and a comment, and then carries the answer.",
        configure: |b| {
            b.mcp.event_stream = true;
            b.mcp.wire.play = Some(|bytes| {
                let first = b"id: 0\ndata:\n\n: ping\n\n".to_vec();
                vec![
                    Step::Send(first),
                    Step::Wait(Duration::from_millis(200)),
                    Step::Send(bytes),
                ]
            });
        },
        ..HEALTHY
    },
    Preset {
        id: "sessionless",
        title: "No session id",
        summary: "The MCP server gives no session id and needs none.",
        configure: |b| b.mcp.sessions = SessionMode::Absent,
        ..HEALTHY
    },
    Preset {
        id: "revision-2025-06-18",
        title: "MCP 2025-06-18",
        summary: "A server that speaks revision 2025-06-18 and nothing newer; clients register themselves.",
        revision: "2025-06-18",
        configure: |b| {
            b.mcp.versions = &["2025-06-18"];
            b.metadata.client_documents = false;
        },
        ..HEALTHY
    },
    Preset {
        id: "revision-2025-03-26",
        title: "MCP 2025-03-26",
        summary: "The MCP server's origin is the authorization server; there is no resource metadata.",
        revision: "2025-03-26",
        own_origin: true,
        configure: before_resource_metadata,
        ..HEALTHY
    },
    Preset {
        id: "revision-2025-03-26-default-endpoints",
        title: "MCP 2025-03-26 without metadata",
        summary: "No metadata at all: clients use /authorize, /token and /register of the MCP server's origin.",
        revision: "2025-03-26",
        own_origin: true,
        configure: |b| {
            before_resource_metadata(b);
            b.metadata.serves.oauth = false;
        },
        ..HEALTHY
    },
    Preset {
        id: "revision-2026-07-28",
        title: "MCP 2026-07-28",
        summary: "Stateless: server/discover, everything in each request, no session; iss in the authorization response.",
        revision: "2026-07-28",
        configure: stateless,
        ..HEALTHY
    },
];

/// Revision 2025-03-26: the MCP server is its own authorization server and knows no `resource`.
fn before_resource_metadata(b: &mut Behaviour) {
    b.mcp.versions = &["2025-03-26"];
    b.metadata.on_mcp_origin = true;
    b.metadata.client_documents = false;
    b.metadata.iss_parameter = false;
    b.prm.at_path = false;
    b.challenge.edit(|c, _| {
        c.remove("resource_metadata");
        c.remove("scope");
        c.set("realm", "authscope lab");
    });
}

/// Revision 2026-07-28.
pub(crate) fn stateless(b: &mut Behaviour) {
    b.mcp.versions = &["2026-07-28"];
    b.mcp.stateless = true;
    b.mcp.sessions = SessionMode::Absent;
}
