//! The MCP endpoint answers with a redirect.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "mcp-endpoint-redirects",
    summary: "The MCP endpoint redirects instead of answering",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::Probe,
    references: &["RFC9110-15.4", "Fetch#http-redirect-fetch"],
    explains: &["token-refused-as-if-missing", "mcp-endpoint-not-found", "mcp-endpoint-refuses-post", "mcp-endpoint-answers-html", "mcp-request-failed", "mcp-answer-not-json-rpc", "host-name-not-resolved", "connection-failed", "tls-handshake-failed", "answer-timed-out", "address-blocked"],
    corpus: &["TU-02", "DC-10", "DC-17"],
    clients: Some("clients that drop Authorization or turn POST into GET on a redirect"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let server = |e: &&&Exchange| e.step == StepKind::Probe || e.step.is_authenticated_mcp();
    let redirect = context
        .exchanges()
        .iter()
        .filter(server)
        .find(|e| matches!(e.status(), Some(301 | 302 | 303 | 307 | 308)));
    let Some(&exchange) = redirect else { return Vec::new() };
    let location = exchange.response().and_then(|r| r.header("location")).unwrap_or_default();
    let status = exchange.status().unwrap_or_default();
    let from = exchange.request.url.as_str();
    let endpoint = context.metadata().and_then(|d| d.value.authorization_endpoint.as_deref());
    let consent = endpoint.is_some_and(|e| location.starts_with(e));
    let login = is_login(location) || consent;
    let token = exchange.request.header("authorization").is_some();
    let keeps = matches!(status, 307 | 308) && !login;
    let leaves = words::is_web_url(location) && !url_text::same_origin(location, from);
    let slash = if words::toggled_slash(from) == location { " (the same URL but for the trailing slash)" } else { "" };
    let mut hit = Hit::new(
        at::header(exchange, "location"),
        format!("{} {} answers {status} with `Location` {}{slash}{}.", exchange.request.method, code(from), code(location), consequence(login, keeps, leaves)),
    )
    .expected(match (login, token) {
        (true, false) => "401 with a WWW-Authenticate challenge",
        (true, true) => "401 when the token is not good, 403 with `error=\"insufficient_scope\"` when a scope is missing, each with a WWW-Authenticate challenge",
        (false, _) => "an answer at the URL itself",
    })
    .received(format!("{status}, Location: {location}"))
    .fix(if login && token {
        "Answer a request whose token is not enough with 401 or 403 and a challenge; the client then sends the browser to the authorization endpoint by itself.".to_owned()
    } else if login {
        "Answer API requests without a token with 401 and a challenge; send only browsers to a login page.".to_owned()
    } else {
        format!("Serve the MCP endpoint at {} without a redirect, and use one URL everywhere.", code(from))
    });
    if !keeps || leaves {
        hit = hit.level(Level::Failure);
    } else if words::without_slash(from) != words::without_slash(location) {
        hit = hit.level(Level::Warning);
    }
    vec![hit]
}

fn is_login(location: &str) -> bool {
    let lower = location.to_lowercase();
    ["login", "signin", "sign-in", "sso", "saml", "cloudflareaccess.com"].iter().any(|w| lower.contains(w))
}

const fn consequence(login: bool, keeps: bool, leaves: bool) -> &'static str {
    if login {
        ": a login page for people, where a client needs 401 with a challenge"
    } else if leaves {
        ": another origin, to which clients do not send the token"
    } else if keeps {
        ""
    } else {
        ": clients repeat the request as GET and lose the message"
    }
}
