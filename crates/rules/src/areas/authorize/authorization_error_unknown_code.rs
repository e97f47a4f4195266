//! An error code that no specification knows.

use crate::context::RefusedAt;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-error-unknown-code",
    summary: "The authorization response has an error code that no specification knows, and no description",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2.1", "RFC6749-11.4"],
    explains: &["authorization-refused"],
    corpus: &["RED-08"],
    requirements: &["AR-08"],
    ..RuleInfo::BASE
};

/// Registered codes that may come at a redirect URI: RFC 6749, OpenID Connect Core, RFC 8707, RFC 9396, RFC 9449,
/// RFC 9470, OpenID Connect extensions.
const KNOWN: &[&str] = &[
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "invalid_target",
    "invalid_client",
    "invalid_grant",
    "invalid_redirect_uri",
    "invalid_authorization_details",
    "invalid_dpop_proof",
    "use_dpop_nonce",
    "insufficient_user_authentication",
    "unmet_authentication_requirements",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let unknown = context.refusals().into_iter().find(|r| {
        let code = r.code.as_deref().unwrap_or_default();
        // With a description the words say what is wrong, and rules read them.
        r.at == RefusedAt::Callback && !KNOWN.contains(&code) && r.said == code
    });
    let Some(refusal) = unknown else { return Vec::new() };
    let said = refusal.code.clone().unwrap_or_default();
    vec![
        Hit::new(
            refusal.spot(),
            format!("The authorization response has `error` {} without `error_description`: no specification knows this code, so neither client nor user learns what is wrong.", code(&said)),
        )
        .expected("`error` with one of the codes of RFC 6749 section 4.1.2.1, and `error_description`")
        .received(format!("error={said}"))
        .fix(format!("Map {} to one of the registered codes (`access_denied`, `invalid_scope`, `server_error`, …) and put your own code and a sentence into `error_description`; what it means is in the authorization server's log or manual.", code(&said))),
    ]
}
