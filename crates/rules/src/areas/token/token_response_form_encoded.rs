//! A form-encoded token response.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-response-form-encoded",
    summary: "The token response is form-encoded instead of JSON",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.1"],
    explains: &["token-request-refused", "token-response-incomplete", "token-error-in-success", "token-error-not-oauth"],
    corpus: &["TE-07"],
    requirements: &["TK-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshes = context.refreshes();
    let calls = context.token_calls().iter().chain(&refreshes).filter_map(|c| c.response().map(|r| (c, r)));
    let form = calls.filter(|(_, r)| {
        let text = r.body.text.trim_start();
        text.starts_with("access_token=") || text.starts_with("error=") || r.media_type() == "application/x-www-form-urlencoded" && text.contains('=')
    });
    form.map(|(call, response)| {
        let kind = response.header("content-type").unwrap_or("none");
        let accept = call.exchange.request.header("accept").unwrap_or_default().contains("json");
        let hit = Hit::new(
            at::body(call.exchange),
            format!("The token endpoint answers {}{} with a form-encoded body (`Content-Type`: {kind}), where JSON is required.", response.status, if call.exchange.step == StepKind::Refresh { " to the refresh" } else { "" }),
        )
        .expected("application/json")
        .received(format!("{kind}: {}", words::start(&response.body.text)))
        .fix("Answer with JSON always; servers such as GitHub do so only with `Accept: application/json`, which the client must send.");
        if accept { hit } else { hit.party(Party::Client) }
    })
    .collect()
}
