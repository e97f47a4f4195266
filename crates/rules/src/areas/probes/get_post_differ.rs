//! GET or DELETE without a token is treated otherwise than POST.

use crate::context::{complaint_of, message_of};
use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "get-post-differ",
    summary: "The MCP endpoint challenges POST without a token, and GET or DELETE not",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9110-15.5.2",
        "MCP-2025-03-26-authorization#access-token-usage",
        "MCP-2025-06-18-authorization#access-token-usage",
        "MCP-2025-11-25-authorization#access-token-usage",
        "MCP-2026-07-28-authorization#access-token-usage",
    ],
    corpus: &["DC-11"],
    requirements: &["CH-01", "HS-15"],
    clients: Some("those that look for the challenge with GET"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    if let Some(hit) = open_but_for_get(context) {
        return vec![hit];
    }
    let challenged = super::is_guarded(context) && super::first_challenges(context).is_some_and(|c| !c.list.is_empty());
    if !challenged {
        return Vec::new();
    }
    let probes = ["get-without-token", "delete-without-token"];
    probes.iter().filter_map(|name| super::answered(context, name)).filter_map(|(e, r)| hit(context, e, r)).collect()
}

/// What is wrong with the answer, and how bad that is.
fn judge(context: &Context<'_>, exchange: &Exchange, response: &Response) -> Option<(String, Level)> {
    let get = exchange.request.method == "GET";
    let stream = response.media_type() == "text/event-stream";
    match response.status {
        401 if crate::context::challenges(exchange).list.is_empty() => {
            Some(("401 without `WWW-Authenticate`".into(), Level::Failure))
        }
        401 => other_metadata(context, exchange),
        200..=299 if stream => Some(("200 and an event stream: messages of the server reach anybody".into(), Level::Failure)),
        200..=299 if words::is_html(response) => Some((super::in_words(response), Level::Warning)),
        200..=299 if get => Some((super::in_words(response), Level::Warning)),
        200..=299 => Some((format!("HTTP {}, as if anybody might end a session", response.status), Level::Warning)),
        300..=399 => Some((super::in_words(response), Level::Warning)),
        403 if get => Some(("403 and no challenge".into(), Level::Warning)),
        500..=599 => Some((super::in_words(response), Level::Warning)),
        405 if get && crate::context::challenges(exchange).list.is_empty() => {
            Some(("405 and no challenge".into(), Level::Hint))
        }
        404 if get => Some(("404, where 405 would say that only POST is taken".into(), Level::Hint)),
        400 | 406 | 415 | 422 if get => Some((format!("{}{}, before the token is looked for", response.status, words::said(exchange)), Level::Hint)),
        _ => None,
    }
}

fn other_metadata(context: &Context<'_>, exchange: &Exchange) -> Option<(String, Level)> {
    let first = context.challenge_param("resource_metadata")?;
    let found = crate::context::challenges(exchange);
    let here = found.bearer()?.param("resource_metadata");
    match here {
        Some(url) if url == first => None,
        Some(url) => Some((format!("a challenge with another `resource_metadata`: {} instead of {}", code(url), code(first)), Level::Warning)),
        None => Some(("a challenge without `resource_metadata`".into(), Level::Hint)),
    }
}

fn hit(context: &Context<'_>, exchange: &Exchange, response: &Response) -> Option<Hit> {
    let (what, level) = judge(context, exchange, response)?;
    let method = &exchange.request.method;
    let metadata = snippets::prm_url(context);
    Some(
        Hit::new(
            at::status(exchange),
            format!("POST without a token is challenged with 401, {method} without a token is answered {what}."),
        )
        .expected("401 with the same WWW-Authenticate challenge for every method")
        .received(response.status_line.clone())
        .fix(format!(
            "Check authorization at {} before looking at the method, so that {method} without a token gets the same 401 and challenge; method handling (405, event stream) comes after.",
            code(context.server_url())
        ))
        .snippet("header", format!("WWW-Authenticate: {}", snippets::challenge_value(context, &metadata)))
        .snippet("express", "app.use(\"/mcp\", requireBearerAuth({ verifier, resourceMetadataUrl })); // app.use, not app.post")
        .level(level),
    )
}

/// The other way round: GET asks for a token, and POST, which does everything, serves anybody.
fn open_but_for_get(context: &Context<'_>) -> Option<Hit> {
    // A server may ask later, at the first tool: that is told elsewhere.
    if context.unauthorized().is_some() {
        return None;
    }
    let open = context.probe().filter(|e| e.response().is_some_and(|r| r.is_success() && message_of(r).is_some_and(|m| complaint_of(&m).is_none())))?;
    let (exchange, _) = super::answered(context, "get-without-token").filter(|(_, r)| r.status == 401)?;
    Some(
        Hit::new(
            at::status(open),
            "POST without a token is served (200), while GET without a token is answered 401: the check stands before one method only, and everything goes by the other.",
        )
        .expected("401 with the same WWW-Authenticate challenge for every method")
        .received("POST 200, GET 401")
        .related(at::status(exchange))
        .level(Level::Warning)
        .fix(format!("Put the check of the token before every method of {}.", code(context.server_url())))
        .snippet("express", "app.use(\"/mcp\", requireBearerAuth({ verifier, resourceMetadataUrl })); // app.use, not app.get"),
    )
}
