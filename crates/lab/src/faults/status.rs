//! Faults of the first answer: another status or page where the 401 belongs.

use serde_json::json;

use super::{Fault, MCP_SERVER, Shows};
use crate::pages::Page;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "unauthorized-as-403",
        title: "403 in place of 401",
        summary: "A request without a token is answered 403 Forbidden, which tells a client not to try again.",
        rules: &["forbidden-instead-of-unauthorized"],
        apply: |b| b.challenge.status = 403,
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-as-400",
        title: "400 in place of 401",
        summary: "A request without a token is called malformed.",
        rules: &["unauthorized-is-bad-request"],
        apply: |b| {
            b.challenge.anonymous_page = Some(Page::Json(400, r#"{"error":"missing_token"}"#))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-as-404",
        title: "404 in place of 401",
        summary: "The MCP endpoint answers 404 to a request without a token.",
        rules: &["mcp-endpoint-not-found"],
        apply: |b| b.challenge.anonymous_page = Some(Page::NotFound),
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-as-405",
        title: "405 in place of 401",
        summary: "The MCP endpoint answers 405 Method Not Allowed to a POST without a token.",
        rules: &["mcp-endpoint-refuses-post"],
        apply: |b| b.challenge.anonymous_page = Some(Page::Status(405, "Method Not Allowed")),
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-as-500",
        title: "500 in place of 401",
        summary: "The MCP server fails over a missing token instead of asking for one.",
        rules: &["mcp-server-error-without-token"],
        apply: |b| b.challenge.anonymous_page = Some(Page::ServerError(500)),
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-as-redirect",
        title: "Redirect to a sign-in page",
        summary: "A request without a token is redirected to the web site's sign-in page.",
        rules: &["mcp-endpoint-redirects"],
        apply: |b| b.challenge.anonymous_page = Some(Page::LoginRedirect),
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-as-login-page",
        title: "Sign-in page with 200",
        summary: "A request without a token gets the web site's sign-in form with status 200.",
        rules: &["mcp-endpoint-answers-html"],
        apply: |b| b.challenge.anonymous_page = Some(Page::Login(200)),
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-login-page-401",
        title: "401 with a sign-in page and no challenge",
        summary: "The 401 carries an HTML form for people and no challenge for programs.",
        rules: &["unauthorized-without-challenge"],
        apply: |b| b.challenge.anonymous_page = Some(Page::Login(401)),
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-is-web-app",
        title: "The web application answers at the endpoint",
        summary: "The MCP endpoint's path falls through to the single-page application: 200 and HTML.",
        rules: &["mcp-endpoint-answers-html"],
        apply: |b| {
            b.challenge.anonymous_page = Some(Page::Spa);
            b.mcp.elsewhere = Page::Spa;
            b.prm.at_path = false;
        },
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-behind-firewall",
        title: "A firewall answers in front",
        summary: "Bot protection answers the MCP endpoint with a challenge page for browsers.",
        rules: &["bot-protection"],
        apply: |b| b.challenge.anonymous_page = Some(Page::Firewall),
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-behind-bad-gateway",
        title: "A gateway without its server",
        summary: "The proxy in front answers 502, since the MCP server behind it cannot be reached.",
        rules: &["upstream-unavailable"],
        apply: |b| b.challenge.anonymous_page = Some(Page::ServerError(502)),
        ..MCP_SERVER
    },
    Fault {
        id: "endpoint-rate-limited",
        title: "429 before anything else",
        summary: "The MCP endpoint answers 429 to the first request.",
        rules: &["rate-limited"],
        apply: |b| b.challenge.anonymous_page = Some(Page::TooManyRequests),
        ..MCP_SERVER
    },
    Fault {
        id: "proxy-asks-for-password",
        title: "The proxy's own password",
        summary: "A reverse proxy in front asks for HTTP Basic credentials of its own.",
        rules: &["challenge-scheme-not-bearer"],
        apply: |b| b.challenge.anonymous_page = Some(Page::ProxyPassword),
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-hidden-in-200",
        title: "Unauthorized as a JSON-RPC error under 200",
        summary: "The refusal is a JSON-RPC error in a 200 answer, where no client looks for it.",
        rules: &["auth-error-in-success"],
        apply: |b| b.challenge.hidden_in_200 = true,
        ..MCP_SERVER
    },
    Fault {
        id: "unauthorized-hidden-in-tool-result",
        title: "Unauthorized as a tool result",
        summary: "Everything works without a token until a tool answers, under 200, that the caller is not authorized.",
        rules: &["auth-error-in-success"],
        shows: Shows::StepUp,
        apply: |b| {
            b.mcp.anonymous = |_| true;
            b.mcp.message.rewrite(|mut message| {
                if let Some(result) = message
                    .get_mut("result")
                    .filter(|result| result.get("content").is_some())
                {
                    let text = "Error 401: unauthorized, please sign in";
                    *result =
                        json!({ "content": [{ "type": "text", "text": text }], "isError": true });
                }
                message
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-comes-late",
        title: "Token demanded only at tools/list",
        summary: "The handshake works without a token; the 401 comes at tools/list, which most clients do not expect.",
        rules: &["challenge-comes-late"],
        apply: |b| b.mcp.anonymous = |method| !method.starts_with("tools/"),
        ..MCP_SERVER
    },
    Fault {
        id: "get-shows-landing-page",
        title: "GET gives a landing page",
        summary: "POST without a token is challenged, GET gives a web page with status 200.",
        rules: &["get-post-differ"],
        shows: Shows::Probe,
        apply: |b| b.mcp.get = Some(Page::Spa),
        ..MCP_SERVER
    },
    Fault {
        id: "get-405-before-challenge",
        title: "GET is refused before authorization",
        summary: "GET without a token gets 405 and no challenge, POST gets the challenge.",
        rules: &["get-post-differ"],
        shows: Shows::Probe,
        apply: |b| b.mcp.get = Some(Page::Status(405, "Method Not Allowed")),
        ..MCP_SERVER
    },
    Fault {
        id: "bad-token-403",
        title: "Bad token answered 403",
        summary: "A token that is no good is answered 403 in place of 401 invalid_token.",
        rules: &["bad-token-status"],
        shows: Shows::Probe,
        apply: |b| b.challenge.rejected_page = Some(Page::Status(403, "Forbidden")),
        ..MCP_SERVER
    },
    Fault {
        id: "bad-token-400",
        title: "Bad token answered 400",
        summary: "A token that is no good is answered 400 invalid_grant, an error of another endpoint.",
        rules: &["bad-token-status"],
        shows: Shows::Probe,
        apply: |b| {
            b.challenge.rejected_page = Some(Page::Json(400, r#"{"error":"invalid_grant"}"#))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "bad-token-500",
        title: "Bad token answered 500",
        summary: "An unknown token makes the MCP server fail instead of refusing it.",
        rules: &["bad-token-status"],
        shows: Shows::Probe,
        apply: |b| {
            b.challenge.rejected_page = Some(Page::Json(
                500,
                r#"{"error":"server_error","error_description":"Internal Server Error"}"#,
            ));
        },
        ..MCP_SERVER
    },
    Fault {
        id: "bad-token-redirected",
        title: "Bad token redirected to sign-in",
        summary: "A token that is no good leads to a redirect to the sign-in page for people.",
        rules: &["bad-token-status"],
        shows: Shows::Probe,
        apply: |b| b.challenge.rejected_page = Some(Page::LoginRedirect),
        ..MCP_SERVER
    },
];
