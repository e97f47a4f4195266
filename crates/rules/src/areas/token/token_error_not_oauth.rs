//! A refusal that is no OAuth error.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-error-not-oauth",
    summary: "The token endpoint refuses with a body that is not an OAuth error",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2"],
    explains: &["token-request-refused", "code-refused"],
    corpus: &["TE-11"],
    requirements: &["TK-04"],
    clients: Some("Claude Code (\"Invalid OAuth error response\")"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.token_calls().iter().filter(|c| {
        c.exchange.status().is_some_and(|s| (400..500).contains(&s) && s != 429)
            && c.error.as_ref().is_none_or(|e| !e.is_oauth())
    });
    refused
        .map(|call| {
            let said = call.error.as_ref().map_or_else(|| words::answer(call.exchange), |e| e.sentence());
            let challenge = call.response().and_then(|r| r.header("www-authenticate")).filter(|_| call.exchange.status() == Some(401));
            let said = challenge.map_or_else(|| said.clone(), |c| format!("{said}, with `WWW-Authenticate`: {c}"));
            Hit::new(
                at::body(call.exchange),
                format!("The token endpoint {} refuses with a body that is not an OAuth error: {said}.", code(&call.exchange.request.url)),
            )
            .expected("{\"error\": \"…\", \"error_description\": \"…\"} as application/json")
            .received(said)
            .fix("Answer errors as RFC 6749 section 5.2 says; a framework's own validation or authentication must not answer first.")
            .snippet("json", "{\n  \"error\": \"invalid_grant\",\n  \"error_description\": \"…\"\n}")
        })
        .collect()
}
