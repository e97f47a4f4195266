//! The first refresh with a fresh refresh token is refused.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-refused",
    summary: "The token endpoint refuses a refresh token that it has just issued",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-6", "RFC6749-5.2"],
    corpus: &["REF-08"],
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::refused(context).iter().map(hit).collect()
}

fn hit(call: &crate::context::TokenCall<'_>) -> Hit {
    let status = call.response().map(|r| r.status).unwrap_or_default();
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_else(|| without_token(call));
    Hit::new(
        at::body(call.exchange),
        format!("The refresh with the `refresh_token` of the token response is answered {status} ({said}): the session ends when the access token expires."),
    )
    .expected("200 with a new `access_token`")
    .received(format!("HTTP {status}: {said}"))
    .related(at::form(call.exchange, "refresh_token"))
    .fix(fix(call.error_code()))
    .confidence(Confidence::Likely)
}

fn fix(error: Option<&str>) -> &'static str {
    match error {
        Some("invalid_grant") => {
            "Store the refresh token when it is issued, under the same client and for long enough; look whether it is stored hashed and compared raw, lives in the memory of one instance only, or is bound to a session that is gone."
        }
        Some("invalid_scope") => "Keep the granted scopes with the refresh token; a refresh without `scope` asks for the same scopes again.",
        _ => "Support grant_type=refresh_token for every client that gets a refresh token, with the same client authentication as for the code.",
    }
}

/// What came in place of a token.
fn without_token(call: &crate::context::TokenCall<'_>) -> String {
    match call.response() {
        Some(response) => format!("no access token came back, but {}", words::body_kind(response)),
        None => "no access token came back".into(),
    }
}
