//! An error in a 200.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-error-in-success",
    summary: "The token endpoint reports an error with status 200",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2"],
    explains: &["token-request-refused", "token-response-incomplete", "code-refused", "client-authentication-refused"],
    corpus: &["TE-06"],
    requirements: &["TK-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.token_calls().iter().filter(|c| {
        c.response().is_some_and(|r| r.is_success()) && c.access_token().is_none()
    });
    calls
        .filter_map(|call| {
            let raw = &call.reply.as_ref()?.raw;
            let said = call.error.as_ref()?.sentence();
            let member = ["error", "errors", "errcode", "success", "ok"].into_iter().find(|n| raw.get(n).is_some()).unwrap_or("error");
            Some(
                Hit::new(at::json(call.exchange, &format!("/{member}")), format!("The token endpoint answers {} and says inside that it failed: {said}.", call.exchange.status().unwrap_or_default()))
                    .expected("400 with `error`")
                    .received(said)
                    .fix("Answer errors with status 400 (401 for `invalid_client`), so that clients look at `error` first."),
            )
        })
        .collect()
}
