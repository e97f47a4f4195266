//! The token endpoint is not where the metadata says.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-endpoint-misrouted",
    summary: "The token endpoint answers 404, 405 or with a redirect",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-3.2", "RFC8414-2", "RFC9110-15.4"],
    explains: &["token-request-refused", "token-error-not-oauth", "refresh-refused"],
    corpus: &["TE-16", "ASM-06"],
    requirements: &["AS-03", "AS-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.token_calls().iter();
    let wrong = calls.filter(|c| matches!(c.exchange.status(), Some(301..=308 | 404 | 405 | 410 | 501)));
    wrong
        .filter(|c| c.error.as_ref().is_none_or(|e| !e.is_oauth()) && !speaks_of_request(c))
        .map(|call| hit(context, call.exchange))
        .collect()
}

fn hit(context: &Context<'_>, exchange: &Exchange) -> Hit {
    let url = exchange.request.url.as_str();
    let status = exchange.status().unwrap_or_default();
    let location = exchange.response().and_then(|r| r.header("location")).unwrap_or_default();
    let slash = words::toggled_slash(url);
    let cause = if location == slash || (!location.is_empty() && slash.ends_with(location)) {
        format!(": it redirects to {}, and a redirected POST loses its body", code(location))
    } else if location.is_empty() {
        String::new()
    } else {
        format!(" with `Location` {}", code(location))
    };
    let hit = Hit::new(at::status(exchange), format!("POST to `token_endpoint` {} answers {status}{cause}.", code(url)))
        .expected("200 with a token, or 400 with an OAuth error")
        .received(format!("{status} {location}"))
        .fix(format!("Route POST {} to the token handler without a redirect (with and without a trailing slash), or correct `token_endpoint` in the metadata.", code(url)));
    match context.metadata() {
        Some(document) => hit.related(at::json(document.exchange, "/token_endpoint")),
        None => hit,
    }
}

/// A 404 whose body speaks of the code, the client or the token is a refusal, not a missing route.
fn speaks_of_request(call: &crate::context::TokenCall<'_>) -> bool {
    let object = call.response().and_then(|r| r.body.json()).is_some_and(|v| v.is_object());
    let text = call.error_text();
    // "Cannot POST /oauth/token" names a path.
    object && !text.contains('/') && ["code", "client", "grant", "flow state", "redirect_uri", "resource"].iter().any(|w| text.contains(w))
}
