//! A challenge without a verifier, or a verifier without a challenge.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-verifier-presence",
    summary: "Only one of code challenge and code verifier was sent",
    area: Area::Pkce,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenRequest,
    references: &["RFC7636-4.5", "RFC9700-2.1.1"],
    explains: &["pkce-verification-failed", "code-refused", "token-request-refused"],
    corpus: &["PKCE-06", "PKCE-03", "PKCE-02"],
    requirements: &["TK-01"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let calls = attempt.tokens.iter().filter_map(|i| context.token_calls().get(*i));
        for call in calls.filter(|c| c.param("grant_type") == Some("authorization_code")) {
            let challenge = attempt.param("code_challenge").is_some();
            let verifier = call.param("code_verifier").is_some();
            if challenge == verifier || (attempt.param("request_uri").is_some() && attempt.pushed.is_none()) {
                continue;
            }
            let message = if challenge {
                "The authorization request had `code_challenge`, but the token request has no `code_verifier`."
            } else {
                "The token request has `code_verifier`, but the authorization request had no `code_challenge`."
            };
            hits.push(
                Hit::new(at::form(call.exchange, "code_verifier"), message)
                    .expected("both, from one pair")
                    .received(if challenge { "a challenge only" } else { "a verifier only" })
                    .related(at::query(attempt.authorize, "code_challenge"))
                    .fix("Store the verifier with the `state` of the request and send it with the code; a proxy that redeems codes itself needs a pair of its own."),
            );
        }
    }
    hits
}
