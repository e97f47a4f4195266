//! A firewall or bot protection answers in place of the server.

use crate::context::responder;
use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "bot-protection",
    summary: "A firewall or bot protection answers in place of the server",
    area: Area::Proxy,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC8414-3.2", "RFC9728-3.2", "RFC6749-5.1"],
    explains: &[
        "mcp-endpoint-answers-html",
        "mcp-endpoint-not-found",
        "mcp-server-error-without-token",
        "forbidden-instead-of-unauthorized",
        "unauthorized-without-challenge",
        "prm-answers-html",
        "prm-malformed",
        "as-metadata-malformed",
        "discovery-status-not-ok",
        "prm-not-found",
        "as-metadata-answers-html",
        "as-metadata-not-found",
        "discovery-behind-authentication",
        "discovery-server-error",
        "registration-forbidden",
        "registration-endpoint-dead",
        "registration-refused",
        "token-response-not-json",
        "token-error-not-oauth",
        "token-endpoint-server-error",
        "token-endpoint-misrouted",
        "rate-limited",
        "authorization-refused",
        "authorization-server-error",
        "upstream-unavailable",],
    corpus: &["ASM-13", "TE-13", "DC-09"],
    clients: Some("clients that call from a data centre"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // A gate that wants a browser lets one pass: what a dry run meets there says nothing.
    let asked = context.exchanges().iter().filter(|e| e.step != StepKind::DryRun);
    let seen = asked.filter_map(|e| {
        let response = e.response()?;
        let kept_back = response.header("x-amzn-waf-action").is_some() || response.header("cf-mitigated").is_some();
        let odd = !response.is_success() || words::is_html(response) || kept_back;
        // The authorization endpoint shows pages to people; captchas belong there.
        let shown = matches!(
            e.step,
            StepKind::Authorize | StepKind::AuthorizeHop | StepKind::Callback
        );
        let page = shown && response.is_success();
        let name = words::protection(response).filter(|_| odd && !page)?;
        Some((*e, response, name))
    });
    seen.map(|(exchange, response, name)| {
        let (url, status) = (&exchange.request.url, response.status);
        let hit = Hit::new(
            at::body(exchange),
            format!(
                "A bot protection ({name}{}) answers {status} to {} {} in place of the server.",
                action(response),
                exchange.request.method,
                code(url)
            ),
        )
        .expected("the server's own answer, as JSON")
        .received(format!("{status} with {}", what(response, name)))
        .party(responder(exchange))
        .fix(format!(
            "Exempt {} from bot rules ({name}): clients are programs, without cookies, scripts or a browser's User-Agent. Exempt `/.well-known/*`, the MCP endpoint, `/register` and `/token`.",
            code(url_text::split(url).map_or(url.as_str(), |p| p.path))
        ));
        // What a probe sends is meant to look wrong: a firewall that stops it does its work.
        if exchange.step == StepKind::NegativeProbe { hit.level(Level::Hint) } else { hit }
    })
    .collect()
}

/// What it does instead of passing the request on, as its header names it: ", captcha".
fn action(response: &Response) -> String {
    let named = ["x-amzn-waf-action", "cf-mitigated"].into_iter().find_map(|name| response.header(name));
    named.map_or_else(String::new, |action| format!(", {}", words::start(action)))
}

/// What came: its page, by the title the page has.
fn what(response: &Response, name: &str) -> String {
    match words::html_title(&response.body.text) {
        Some(title) => format!("a page of {name} titled \"{title}\""),
        None => format!("a page of {name}"),
    }
}
