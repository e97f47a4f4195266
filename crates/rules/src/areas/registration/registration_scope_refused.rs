//! Registration refuses the scopes.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-scope-refused",
    summary: "The registration endpoint refuses the scopes",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-2", "RFC7591-3.2.2"],
    confidence: Confidence::Likely,
    explains: &["registration-refused"],
    corpus: &["DCR-10"],
    requirements: &["RG-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.registrations().iter().filter(|r| {
        r.exchange.status().is_some_and(|s| s >= 400)
            && super::refusal_text(r.exchange).contains("scope")
            && !super::refusal_text(r.exchange).contains("insufficient_scope")
    });
    refused.map(|registration| {
        let exchange = registration.exchange;
        let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
        let scope = registration.sent_text("scope").unwrap_or("(none)");
        let party = if registration.sent_text("scope").is_some() { Party::Client } else { Party::AuthorizationServer };
        Hit::new(
            at::body(exchange),
            format!("The registration endpoint refuses the scopes: `scope` in the request is {} ({said}).", code(scope)),
        )
        .expected("201")
        .received(said)
        .party(party)
        .related(at::request_json(exchange, "/scope"))
        .fix("Register with scopes the server advertises, or without `scope`; in Keycloak add the scope to the registration policy \"Allowed Client Scopes\".")
    })
    .collect()
}
