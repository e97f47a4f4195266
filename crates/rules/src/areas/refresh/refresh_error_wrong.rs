//! A refresh is refused with an error that fits nothing.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-error-wrong",
    summary: "A refresh is refused with another answer than 400 and an error code of RFC 6749",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-5.2", "RFC6749-6"],
    explains: &["refresh-refused"],
    corpus: &["REF-05"],
    clients: Some("those that sign in again on invalid_grant only; they retry for ever"),
    ..RuleInfo::BASE
};

const CODES: &[&str] = &[
    "invalid_grant",
    "invalid_client",
    "unauthorized_client",
    "invalid_scope",
    "unsupported_grant_type",
    "invalid_target",
    "use_dpop_nonce",
    "invalid_dpop_proof",
    "temporarily_unavailable",
    "slow_down",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::refused(context).iter().filter_map(hit).collect()
}

fn hit(call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let response = call.response()?;
    let error = call.error_code();
    if response.is_success() && error.is_none() {
        return None;
    }
    let known = error.is_some_and(|e| CODES.contains(&e));
    let client = matches!(error, Some("invalid_client"));
    let status_fits = response.status == 400 || (client && response.status == 401);
    // Gateways and limits have rules of their own; so has a request that is refused for one parameter.
    if (known && status_fits) || matches!(response.status, 429 | 502..=504) || speaks_of_parameter(call) {
        return None;
    }
    let what = match error {
        Some(error) if known => format!("`error` {} under HTTP {}", code(error), response.status),
        Some(error) => format!("HTTP {} and `error` {}", response.status, code(error)),
        None => format!("HTTP {} and {}", response.status, words::body_kind(response)),
    };
    let said = call.error.as_ref().and_then(|e| e.description.as_deref()).map(|d| format!(" ({d})")).unwrap_or_default();
    Some(
        Hit::new(
            at::status(call.exchange),
            format!("The refresh is refused with {what}{said} instead of 400 `invalid_grant`: a client cannot tell that it must sign in again."),
        )
        .expected("400, {\"error\": \"invalid_grant\"}")
        .received(format!("{}, error: {}", response.status_line, error.unwrap_or("none")))
        .related(at::body(call.exchange))
        .fix("Answer a refresh token that is unknown, expired or revoked with 400 `{\"error\": \"invalid_grant\"}`; and find out why the one just issued is.")
        .snippet("json", "{ \"error\": \"invalid_grant\", \"error_description\": \"…\" }"),
    )
}

fn speaks_of_parameter(call: &crate::context::TokenCall<'_>) -> bool {
    let said = call.error_text();
    let secret = said.contains("secret") || said.contains("client_id") || said.contains("client authentication");
    let resource = said.contains("resource") && call.param("resource").is_some();
    secret || resource || ["not implemented", "not supported", "unsupported"].iter().any(|w| said.contains(w))
}
