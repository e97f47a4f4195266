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
    let answered = context.token_calls().iter().filter(|c| c.response().is_some_and(|r| r.is_success()));
    let (with, without): (Vec<_>, Vec<_>) = answered.partition(|c| c.access_token().is_some());
    let contradicted = with.into_iter().filter_map(beside_a_token);
    let failed = without.into_iter()
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
        });
    failed.chain(contradicted).collect()
}

/// A token and an error in one answer: clients that look at `error` first throw the token away.
fn beside_a_token(call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let error = call.reply.as_ref()?.raw.get("error")?.as_str().filter(|e| !e.trim().is_empty())?;
    Some(
        Hit::new(
            at::json(call.exchange, "/error"),
            format!("The token response has an `access_token` and `error` {} beside it: clients that look at `error` first take it for a refusal.", code(error)),
        )
        .expected("a token, or 400 with `error`; never both")
        .received(format!("error: {}", words::start(error)))
        .level(Level::Warning)
        .fix("Leave `error` out of an answer that carries a token."),
    )
}
