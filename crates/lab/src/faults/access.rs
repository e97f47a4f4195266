//! Faults of using a good token at the MCP server.

use super::{Fault, MCP_SERVER, Shows};
use crate::pages::Page;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "good-token-401",
        title: "A good token is refused",
        summary: "The MCP server refuses the token its own authorization server has just issued.",
        rules: &["token-refused-by-mcp-server"],
        apply: |b| b.access.rejects_valid = Some("token validation failed"),
        ..MCP_SERVER
    },
    Fault {
        id: "good-token-401-bare",
        title: "A good token is refused without a challenge",
        summary: "The MCP server refuses a good token with a bare 401.",
        rules: &["token-refused-by-mcp-server"],
        apply: |b| {
            b.access.rejects_valid = Some("token validation failed");
            b.challenge.rejected.push(|c, _| c.omitted = true);
        },
        ..MCP_SERVER
    },
    Fault {
        id: "good-token-403",
        title: "A good token is forbidden",
        summary: "The MCP server answers 403 without a word to a good token.",
        rules: &["forbidden-without-reason"],
        apply: |b| b.access.valid_page = Some(Page::Status(403, "Forbidden")),
        ..MCP_SERVER
    },
    Fault {
        id: "good-token-500",
        title: "A good token makes the server fail",
        summary: "The MCP server answers 500 as soon as a good token arrives.",
        rules: &["mcp-server-error-with-token"],
        apply: |b| b.access.valid_page = Some(Page::ServerError(500)),
        ..MCP_SERVER
    },
    Fault {
        id: "good-token-502",
        title: "The gateway fails behind authorization",
        summary: "With a good token the request reaches a gateway whose upstream is gone: 502.",
        rules: &["upstream-unavailable"],
        apply: |b| b.access.valid_page = Some(Page::ServerError(502)),
        ..MCP_SERVER
    },
    Fault {
        id: "good-token-redirected",
        title: "A good token is redirected to sign-in",
        summary: "The MCP server looks for a session cookie and redirects requests with a good token to the sign-in page.",
        rules: &["mcp-endpoint-redirects"],
        apply: |b| b.access.valid_page = Some(Page::LoginRedirect),
        ..MCP_SERVER
    },
    Fault {
        id: "token-forgotten-after-handshake",
        title: "The token works once",
        summary: "initialize is answered, and tools/list with the same token is refused, as by another replica.",
        rules: &["token-refused-later"],
        apply: |b| b.access.rejects_after_first = true,
        ..MCP_SERVER
    },
    Fault {
        id: "authorization-header-stripped",
        title: "The Authorization header gets lost",
        summary: "A web server strips the Authorization header, so that every request looks as if it had no token.",
        rules: &["token-refused-as-if-missing"],
        apply: |b| b.access.header_read = false,
        ..MCP_SERVER
    },
    Fault {
        id: "bearer-case-compared",
        title: "Bearer compared by case",
        summary: "The MCP server knows the scheme only as Bearer, though schemes have no case.",
        rules: &["bearer-scheme-case-sensitive"],
        shows: Shows::Probe,
        apply: |b| b.access.scheme_case_matters = true,
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-redirects-to-slash",
        title: "The endpoint redirects to its slash",
        summary: "POST /mcp is redirected with 307 to /mcp/, where clients lose the body or the token.",
        rules: &["mcp-endpoint-redirects"],
        apply: |b| {
            b.mcp.redirect = Some((307, |v| format!("{}/", v.mcp_url)));
            b.mcp.also_at = Some("/mcp/");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-redirects-permanently",
        title: "The endpoint has moved",
        summary: "POST /mcp is redirected with 301 to another path, which turns it into a GET.",
        rules: &["mcp-endpoint-redirects"],
        apply: |b| {
            b.mcp.redirect = Some((301, |v| format!("{}/v2/mcp", v.mcp_base)));
            b.mcp.also_at = Some("/v2/mcp");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-redirects-to-other-host",
        title: "The endpoint redirects to another host",
        summary: "POST /mcp is redirected to another host, where clients do not send the token.",
        rules: &["mcp-endpoint-redirects"],
        apply: |b| b.mcp.redirect = Some((308, |_| "https://mcp.acme.invalid/mcp".to_owned())),
        ..MCP_SERVER
    },
];
