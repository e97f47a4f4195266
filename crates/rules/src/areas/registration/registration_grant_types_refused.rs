//! Registration refuses the grant types.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-grant-types-refused",
    summary: "The registration endpoint refuses the grant or response types",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-2", "RFC7591-3.2.1"],
    explains: &["registration-refused"],
    corpus: &["DCR-07"],
    requirements: &["RG-15", "RG-18"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.registrations().iter().filter(|r| {
        let text = super::refusal_text(r.exchange);
        r.exchange.status().is_some_and(|s| s >= 400)
            && ["grant_type", "grant type", "response_type", "response type"].iter().any(|w| text.contains(w))
    });
    refused.map(|registration| {
        let exchange = registration.exchange;
        let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
        let grants = registration.sent_list("grant_types");
        Hit::new(
            at::body(exchange),
            format!("The registration endpoint refuses `grant_types` {} ({said}).", codes(&grants)),
        )
        .expected("201, with the grant types that were registered in the reply")
        .received(said)
        .related(at::request_json(exchange, "/grant_types"))
        .fix("Accept every set that contains `authorization_code`, register what is supported, and return the effective set.")
    })
    .collect()
}
