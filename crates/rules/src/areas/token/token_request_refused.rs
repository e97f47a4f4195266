//! The token request failed, and nothing more is known.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-request-refused",
    summary: "The token endpoint refuses the request",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2"],
    confidence: Confidence::Likely,
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = context.token_calls().last().filter(|c| c.is_refused()) else { return Vec::new() };
    let said = call.error.as_ref().map_or_else(|| words::answer(call.exchange), |e| e.sentence());
    vec![
        Hit::new(at::body(call.exchange), format!("The token endpoint {} gives no token: {said}.", code(&call.exchange.request.url)))
            .expected("200 with `access_token`")
            .received(said)
            .related(at::form(call.exchange, "grant_type"))
            .fix("Read the server's message and compare it with the parameters of the request: grant, code, redirect URI, verifier, client, resource."),
    ]
}
