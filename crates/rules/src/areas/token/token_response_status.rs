//! A token response under another success status than 200.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-response-status",
    summary: "A token is issued under another status than 200",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.1"],
    requirements: &["TK-04"],
    clients: Some("clients that compare the status with 200"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshes = context.refreshes();
    let calls = context.token_calls().iter().chain(&refreshes).filter(|c| c.access_token().is_some());
    let other = calls.filter_map(|c| c.response().filter(|r| r.status != 200).map(|r| (c, r)));
    other
        .take(1)
        .map(|(call, response)| {
            Hit::new(
                at::status(call.exchange),
                format!("The token endpoint issues a token under HTTP {}; RFC 6749 has 200 for that.", response.status),
            )
            .expected("200")
            .received(response.status_line.clone())
            .fix("Answer a successful token request with 200.")
        })
        .collect()
}
