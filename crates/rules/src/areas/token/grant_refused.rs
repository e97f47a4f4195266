//! The grant is not supported or not allowed.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "grant-refused",
    summary: "The token endpoint does not support the grant or does not allow it to the client",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2", "RFC8414-2"],
    explains: &["token-request-refused"],
    requirements: &["AS-17", "CC-03", "EM-05", "WI-01", "WI-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.token_calls().iter().filter(|c| {
        c.is_refused() && matches!(c.error_code(), Some("unsupported_grant_type" | "unauthorized_client"))
    });
    refused
        .map(|call| {
            let grant = call.param("grant_type").unwrap_or_default().to_owned();
            let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
            let listed = context.metadata().and_then(|d| d.value.grant_types_supported.clone());
            let offered = listed.as_ref().is_none_or(|l| l.contains(&grant));
            let list = listed.as_ref().map_or_else(|| "nothing".into(), |l| codes(l));
            let hit = Hit::new(at::body(call.exchange), format!("The token endpoint refuses `grant_type` {} ({said}); the metadata lists {list}.", code(&grant)))
                .expected(format!("grant_type={grant} is accepted"))
                .received(said)
                .fix("Support the grant and allow it to the client, or take it out of `grant_types_supported`.");
            if offered { hit } else { hit.party(Party::Client) }
        })
        .collect()
}
