//! An error code in the challenge of a 401 that means something else.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-error-wrong",
    summary: "The challenge of a request without a token has an error code that belongs elsewhere",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Challenge,
    references: &["RFC6750-3.1"],
    requirements: &["CH-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    let Some(param) = bearer.find("error") else { return Vec::new() };
    let why = match param.value.as_str() {
        "invalid_token" | "invalid_request" | "use_dpop_nonce" => return Vec::new(),
        "insufficient_scope" => "that code belongs to a 403 for a token that is valid and lacks a scope: clients take it for a step-up, and have no token to step up from",
        _ => "RFC 6750 knows `invalid_request`, `invalid_token` and `insufficient_scope`, and wants none of them without a token",
    };
    vec![
        Hit::new(
            at::header_range(exchange, bearer.header, param.value_range.clone()),
            format!("The challenge of the 401 says `error=\"{}\"` although the request carried no token: {why}.", param.value),
        )
        .expected("a challenge without `error`")
        .received(format!("error=\"{}\"", param.value))
        .fix("Leave `error` out of the challenge when no token was sent; answer 403 with `error=\"insufficient_scope\"` when a valid token lacks a scope."),
    ]
}
