//! An error code in a challenge although no token was sent.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-error-without-token",
    summary: "The challenge has an error code although no token was sent",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::Challenge,
    references: &["RFC6750-3.1"],
    requirements: &["CH-14"],
    order: Order::Habit,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    // Any other code says something wrong, and has a rule of its own.
    let habit = |value: &str| matches!(value, "invalid_token" | "invalid_request");
    let Some(param) = bearer.find("error").filter(|p| habit(&p.value)) else { return Vec::new() };
    vec![
        Hit::new(
            at::header_range(exchange, bearer.header, param.value_range.clone()),
            format!("The challenge says `error=\"{}\"` although the request carried no token; RFC 6750 wants no error code then.", param.value),
        )
        .expected("a challenge without `error`")
        .received(format!("error=\"{}\"", param.value))
        .fix("Leave `error` and `error_description` out of the challenge when no token was sent; keep them for invalid and expired tokens."),
    ]
}
