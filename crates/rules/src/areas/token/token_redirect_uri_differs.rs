//! Another redirect URI in the token request.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-redirect-uri-differs",
    summary: "The token request has another redirect URI than the authorization request",
    area: Area::Token,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenRequest,
    references: &["RFC6749-4.1.3", "OAuth-2.1-4.1.3"],
    explains: &["code-refused", "token-request-refused"],
    requirements: &["TK-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let Some(asked) = attempt.param("redirect_uri") else { continue };
        for call in attempt.tokens.iter().filter_map(|i| context.token_calls().get(*i)) {
            let Some(sent) = call.param("redirect_uri").filter(|s| *s != asked) else { continue };
            hits.push(
                Hit::new(
                    at::form(call.exchange, "redirect_uri"),
                    format!("`redirect_uri` in the token request is {}, in the authorization request it was {}: {}.", code(sent), code(asked), words::difference_at(sent, asked)),
                )
                .expected(asked)
                .received(sent)
                .related(at::query(attempt.authorize, "redirect_uri"))
                .fix("Repeat the redirect URI of the authorization request, character by character."),
            );
        }
    }
    hits
}
