//! Faults that only clients in a browser feel.

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER, Shows};
use crate::pages::Page;

const BROWSER: Fault = Fault {
    shows: Shows::Browser,
    ..MCP_SERVER
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "cors-documents",
        title: "Metadata without cross-origin headers",
        summary: "The well-known documents lack Access-Control-Allow-Origin.",
        rules: &["cors-metadata"],
        apply: |b| b.cors.documents = false,
        ..BROWSER
    },
    Fault {
        id: "cors-mcp-endpoint",
        title: "MCP endpoint without cross-origin headers",
        summary: "The 401 lacks Access-Control-Allow-Origin, so that a browser client cannot even see it.",
        rules: &["cors-mcp"],
        apply: |b| b.cors.mcp = false,
        ..BROWSER
    },
    Fault {
        id: "cors-challenge-hidden",
        title: "The challenge is hidden from browsers",
        summary: "Access-Control-Expose-Headers does not name WWW-Authenticate.",
        rules: &["cors-challenge-not-exposed"],
        apply: |b| b.cors.exposed_headers = None,
        ..BROWSER
    },
    Fault {
        id: "cors-preflight-refuses-headers",
        title: "The preflight refuses MCP headers",
        summary: "Access-Control-Allow-Headers lacks MCP-Protocol-Version and Mcp-Session-Id.",
        rules: &["cors-preflight-headers"],
        apply: |b| b.cors.allowed_headers = "Authorization, Content-Type",
        ..BROWSER
    },
    Fault {
        id: "cors-preflight-needs-token",
        title: "The preflight needs a token",
        summary: "OPTIONS is answered 401, though a preflight can never carry a token.",
        rules: &["cors-preflight-status"],
        apply: |b| b.cors.preflight = Some(Page::Status(401, "Unauthorized")),
        ..BROWSER
    },
    Fault {
        id: "cors-preflight-not-allowed",
        title: "The preflight is not allowed",
        summary: "OPTIONS is answered 405.",
        rules: &["cors-preflight-status"],
        apply: |b| b.cors.preflight = Some(Page::Status(405, "Method Not Allowed")),
        ..BROWSER
    },
    Fault {
        id: "cors-token-endpoint",
        title: "Token endpoint without cross-origin headers",
        summary: "Token and registration endpoint lack Access-Control-Allow-Origin.",
        rules: &["cors-token"],
        shows: Shows::Browser,
        apply: |b| b.cors.endpoints = false,
        ..AUTHORIZATION_SERVER
    },
];
