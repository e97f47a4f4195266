//! The refresh grant is advertised and not implemented.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-not-supported",
    summary: "The token endpoint does not support the grant refresh_token although tokens for it are issued or advertised",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC8414-2", "RFC6749-6", "RFC6749-5.2"],
    explains: &["refresh-refused"],
    corpus: &["REF-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let unsupported = super::refused(context).into_iter().find(|c| {
        let said = c.error_text();
        let missing = ["not implemented", "not supported", "unsupported"].iter().any(|w| said.contains(w));
        matches!(c.error_code(), Some("unsupported_grant_type" | "unauthorized_client")) || c.response().is_some_and(|r| r.status == 501) || (missing && said.contains("refresh"))
    });
    let Some(call) = unsupported else { return Vec::new() };
    let listed = super::is_advertised(context);
    let but = if listed {
        "although `grant_types_supported` of its metadata lists it and a `refresh_token` was issued"
    } else {
        "although it has issued a `refresh_token`"
    };
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    let verb = if call.error_code() == Some("unauthorized_client") { "allow this client" } else { "support" };
    let mut hit = Hit::new(
        at::body(call.exchange),
        format!("The token endpoint does not {verb} `grant_type=refresh_token` ({said}), {but}."),
    )
    .expected("200 with a new access_token")
    .received(said)
    .fix("Implement the grant and allow it to the clients that get refresh tokens, or take `refresh_token` out of `grant_types_supported` and issue no refresh tokens.")
    .snippets(vec![snippets::member("grant_types_supported", &serde_json::json!(["authorization_code"]))]);
    if let Some(document) = context.metadata().filter(|_| listed) {
        hit = hit.related(at::json(document.exchange, "/grant_types_supported"));
    }
    vec![hit]
}
