//! `iss` sent and not advertised.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "iss-not-advertised",
    summary: "The authorization response carries iss, and the metadata does not say so",
    area: Area::Issuer,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Practice), Some(Practice), Some(Practice), Some(Should)),
    needs: Need::Callback,
    references: &["RFC9207-3", "MCP-2026-07-28-authorization#authorization-response-validation"],
    corpus: &["ISS-08"],
    requirements: &["AS-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let callbacks = context.attempts().iter().filter_map(|a| a.callback.as_ref());
    let unsaid = callbacks.filter(|(exchange, _)| {
        context.facts(exchange).any(|f| matches!(f, Fact::Iss { received: Some(_), advertised: false, .. }))
    });
    unsaid
        .take(1)
        .map(|(exchange, callback)| {
            Hit::new(
                at::query(exchange, "iss"),
                format!("The authorization response carries `iss` {}, but the metadata does not have `authorization_response_iss_parameter_supported`: true.", code(callback.iss.as_deref().unwrap_or_default())),
            )
            .expected("\"authorization_response_iss_parameter_supported\": true")
            .received("no such member")
            .related(at::body(document.exchange))
            .fix("Advertise it: clients may ignore, or even reject, an `iss` that is not announced.")
            .snippets(vec![snippets::member("authorization_response_iss_parameter_supported", &true.into())])
        })
        .collect()
}
