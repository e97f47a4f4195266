//! A success of the token endpoint that is not JSON.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-response-not-json",
    summary: "The token endpoint answers 200 with something that is not JSON",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.1"],
    explains: &["token-request-refused", "token-response-incomplete"],
    corpus: &["TE-13"],
    requirements: &["TK-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut calls: Vec<_> = context.token_calls().iter().map(|c| c.exchange).collect();
    calls.extend(context.of(StepKind::Refresh));
    calls.into_iter().filter_map(hit).collect()
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.is_success())?;
    let text = response.body.text.trim_start_matches('\u{feff}').trim();
    let json = serde_json::from_str::<serde_json::Value>(text).is_ok_and(|v| v.is_object() || v.is_array());
    let form = text.starts_with("access_token=") || text.starts_with("error=");
    if json || form || response.body.cut.is_some() {
        return None;
    }
    let kind = response.header("content-type").unwrap_or("no Content-Type");
    let what = words::body_kind(response);
    Some(
        Hit::new(
            at::body(exchange),
            format!(
                "The token endpoint {} answers {} with {what} (`Content-Type`: {kind}) where a JSON token response belongs.",
                code(&exchange.request.url),
                response.status
            ),
        )
        .expected("200, Content-Type: application/json, {\"access_token\": …, \"token_type\": \"Bearer\", …}")
        .received(format!("{kind}: {}", words::start(text)))
        .related(at::header(exchange, "content-type"))
        .fix(format!(
            "Route {} to the token handler (not to a web app's catch-all page) and answer with JSON as in RFC 6749 section 5.1.",
            code(&exchange.request.url)
        ))
        .snippet(
            "json",
            "{\n  \"access_token\": \"…\",\n  \"token_type\": \"Bearer\",\n  \"expires_in\": 3600\n}",
        ),
    )
}
