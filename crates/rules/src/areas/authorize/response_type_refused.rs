//! The code flow is refused for the client.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "response-type-refused",
    summary: "The authorization server refuses the authorization code flow for this client",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2.1", "OAuth-2.1-4.1"],
    explains: &["authorization-refused"],
    requirements: &["AS-17"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.refusals().into_iter().find(|r| {
        r.is_code(&["unsupported_response_type"])
            || r.is_code(&["unauthorized_client"]) && r.speaks_of(&["response_type", "grant", "flow"])
    });
    let Some(refusal) = refused else { return Vec::new() };
    let document = context.metadata();
    let hit = Hit::new(refusal.spot(), format!("The authorization server refuses `response_type=code` for this client: {}.", refusal.said))
        .expected("response_type=code is accepted")
        .received(refusal.said.clone())
        .fix("Allow the authorization code grant for the client (dynamically registered ones included), and list `code` in `response_types_supported`.");
    vec![match document {
        Some(document) => hit.related(at::json(document.exchange, "/response_types_supported")),
        None => hit,
    }]
}
