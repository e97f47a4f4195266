//! A 5xx of the token endpoint.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-endpoint-server-error",
    summary: "The token endpoint fails with a server error",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2", "RFC9110-15.6.1"],
    explains: &["token-request-refused", "token-error-not-oauth"],
    corpus: &["TE-11"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let failed = context.token_calls().iter().filter(|c| c.exchange.status().is_some_and(|s| s >= 500));
    failed
        .map(|call| {
            let said = call.error.as_ref().map_or_else(|| words::answer(call.exchange), |e| e.sentence());
            Hit::new(at::body(call.exchange), format!("The token endpoint {} fails: {said}.", code(&call.exchange.request.url)))
                .expected("200 with a token, or 400 with an OAuth error")
                .received(said)
                .fix("Find the error in the authorization server's log; a value that is not acceptable (code, resource, client) must be answered with 400 and an `error`.")
        })
        .collect()
}
