//! A known error under a status that does not belong to it.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-error-status",
    summary: "The token endpoint answers an OAuth error with another status than the one that belongs to it",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2"],
    explains: &["token-request-refused"],
    requirements: &["TK-04"],
    clients: Some("those that take any 401 for refused client credentials and register again"),
    ..RuleInfo::BASE
};

/// Codes that come with 400 and nothing else.
const BAD_REQUEST: &[&str] = &[
    "invalid_request",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let wrong = context.token_calls().iter().find_map(|call| {
        let status = call.response()?.status;
        let error = call.error_code().filter(|e| BAD_REQUEST.contains(e))?;
        matches!(status, 401..=428 | 430..=499).then_some((call, status, error))
    });
    let Some((call, status, error)) = wrong else { return Vec::new() };
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    vec![
        Hit::new(
            at::status(call.exchange),
            format!("The token endpoint answers `error` {} with {status} ({said}); it belongs into a 400 (401 is for `invalid_client` only).", code(error)),
        )
        .expected(format!("400, {{\"error\": \"{error}\"}}"))
        .received(format!("{status}, error: {error}"))
        .related(at::json(call.exchange, "/error"))
        .fix("Answer every error but `invalid_client` with 400: a client that gets 401 looks for the fault in its own credentials."),
    ]
}
