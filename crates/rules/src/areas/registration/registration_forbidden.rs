//! Registration is not open.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-forbidden",
    summary: "The registration endpoint wants credentials or admits only some clients",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-3", "RFC7591-3.2.2"],
    explains: &["registration-refused"],
    corpus: &["DCR-02", "DCR-11", "DCR-12"],
    requirements: &["RG-01", "RG-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.registrations().iter().filter(|r| matches!(r.exchange.status(), Some(401 | 403)));
    refused.map(|registration| {
        let exchange = registration.exchange;
        let said = error_of(exchange).map_or_else(|| words::answer(exchange), |e| e.sentence());
        let text = exchange.response().map(|r| r.body.text.to_lowercase()).unwrap_or_default();
        let status = exchange.status().unwrap_or_default();
        let cause = if text.contains("policy '") {
            "a registration policy of Keycloak refuses the client"
        } else if text.contains("e0000005") || text.contains("session") {
            "registration is for administrators only"
        } else if status == 401 || text.contains("initial access token") {
            "an initial access token is needed"
        } else {
            "the server admits only clients it knows (by name or redirect URI)"
        };
        Hit::new(
            at::body(exchange),
            format!("The registration endpoint {} refuses with {said}: {cause}.", code(&exchange.request.url)),
        )
        .expected("201 with a client id")
        .received(said)
        .fix("Open registration for anonymous clients or take `registration_endpoint` out of the metadata; until then use a client id from the operator (--client-id) or an initial access token. A refusal must be JSON with `error` and `error_description`.")
    })
    .collect()
}
