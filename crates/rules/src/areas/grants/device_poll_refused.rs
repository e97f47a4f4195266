//! A poll with the device code is refused for good.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "device-poll-refused",
    summary: "A token request with the device code is refused",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Device,
    references: &["RFC8628-3.5", "RFC6749-5.2"],
    explains: &["token-request-refused"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let polls = context.token_calls().iter().filter(|c| c.exchange.step == StepKind::DevicePoll && c.is_refused());
    polls
        .filter(|c| !matches!(c.error_code(), Some("invalid_client" | "unsupported_grant_type" | "unauthorized_client")))
        .map(|call| {
            let said = call.error.as_ref().map_or_else(|| words::answer(call.exchange), |e| e.sentence());
            let hit = Hit::new(at::body(call.exchange), format!("The token request with the device code is answered {said}."))
                .received(said)
                .related(at::form(call.exchange, "device_code"));
            match call.error_code() {
                Some("access_denied") => hit
                    .expected("the person allows the request")
                    .party(Party::Client)
                    .fix("The person denied the request; run again and allow it."),
                Some("expired_token") => hit
                    .expected("the code is entered in time")
                    .party(Party::Client)
                    .fix("Nobody entered the code in time; run again, and enter it within `expires_in`."),
                _ => hit
                    .expected("authorization_pending, slow_down, access_denied, expired_token, or a token")
                    .fix("While nobody has entered the code, answer 400 with `{\"error\": \"authorization_pending\"}`: clients give up at every other error."),
            }
        })
        .collect()
}
