//! The registration endpoint breaks down.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-server-error",
    summary: "The registration endpoint fails with a server error",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-3.2.2", "RFC9110-15.6"],
    explains: &["registration-refused"],
    corpus: &["DCR-18"],
    requirements: &["RG-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let failed = context.registrations().iter().filter(|r| {
        // Gateways and missing handlers have rules of their own; so has a refusal in disguise.
        let status = r.exchange.status().unwrap_or_default();
        let text = super::refusal_text(r.exchange);
        let refusal = ["redirect", "scope", "grant_type", "auth_method", "response_type", "application_type"];
        matches!(status, 500 | 505..=599) && !refusal.iter().any(|w| text.contains(w))
    });
    failed
        .map(|registration| {
            let exchange = registration.exchange;
            let said = error_of(exchange).map_or_else(|| words::answer(exchange), |e| e.sentence());
            let members: Vec<&str> = registration.sent.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            Hit::new(
                at::status(exchange),
                format!("The registration endpoint {} fails: {said}. It got well-formed JSON with {}.", code(&exchange.request.url), codes(&members)),
            )
            .expected("201 with a client id, or 400 with `error` and `error_description`")
            .received(said)
            .related(at::request_json(exchange, ""))
            .fix("Find the exception in the authorization server's log. The usual causes are a member the handler does not expect (ignore members you do not know, RFC 7591 section 2), one it does (`client_uri`, `contacts`, `scope` may be absent), or its client store.")
        })
        .collect()
}
