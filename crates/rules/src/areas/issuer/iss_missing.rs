//! `iss` advertised and not sent.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "iss-missing",
    summary: "The metadata promises iss in authorization responses, and it is missing",
    area: Area::Issuer,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Should), Some(Should), Some(Should), Some(Must)),
    needs: Need::Callback,
    references: &[
        "RFC9207-2.3",
        "RFC9207-2.4",
        "MCP-2026-07-28-authorization#authorization-response-validation",
    ],
    explains: &["token-request-refused"],
    corpus: &["ISS-06", "ISS-07"],
    requirements: &["AR-01", "AR-03", "AR-05"],
    clients: Some("Codex (\"response missing required issuer\")"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let callbacks = context.attempts().iter().filter_map(|a| a.callback.as_ref());
    let wrong = callbacks.filter_map(|(exchange, callback)| {
        let missing = context.facts(exchange).find_map(|fact| match fact {
            Fact::Iss { expected, received: None, advertised: true } => Some(expected),
            _ => None,
        })?;
        let on_error = callback.error.is_some();
        Some(hit(context, exchange, missing, on_error))
    });
    wrong.collect()
}

fn hit(context: &Context<'_>, exchange: &Exchange, expected: &str, on_error: bool) -> Hit {
    let what = if on_error { "error response" } else { "authorization response" };
    let hit = Hit::new(
        at::url(exchange),
        format!("The metadata has `authorization_response_iss_parameter_supported`: true, but the {what} has no `iss`."),
    )
    .expected(format!("iss={expected}"))
    .received("no iss")
    .fix(format!(
        "Add `iss={expected}` to every redirect back to the client, errors included, or take `authorization_response_iss_parameter_supported` out of the metadata.",
    ));
    match context.metadata() {
        Some(document) => hit.related(at::json(document.exchange, "/authorization_response_iss_parameter_supported")),
        None => hit,
    }
}
