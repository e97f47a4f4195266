//! A secret that was entered by hand is refused.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-secret-refused",
    summary: "The client secret that was entered by hand is refused",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2", "RFC6749-2.3.1"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused", "client-authentication-refused", "code-refused"],
    corpus: &["PRE-05"],
    requirements: &["RG-22", "RG-17"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let entered = context.config().is_some_and(|c| c.client_secret.is_some() && c.client_id.is_some());
    let refused = super::refused_tokens(context).find(|c| {
        let said = c.error_text();
        let wrong = ["invalid client secret", "invalid_client_secret", "incorrect_client_credentials", "aadsts7000215", "bad client credentials", "wrong secret", "client secret is wrong"];
        c.error_code() == Some("invalid_client") || wrong.iter().any(|w| said.contains(w))
    });
    let Some(call) = refused.filter(|_| entered) else { return Vec::new() };
    let method = call.auth_methods().first().copied().unwrap_or("none");
    let id = super::entered_id(context).unwrap_or_default();
    // The endpoint quotes the id as it was encoded for the header: it does not decode, and another rule says so.
    if method == "client_secret_basic" && super::said(call).contains('%') && !id.contains('%') {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::body(call.exchange),
            format!(
                "The token endpoint refuses the client {} with the secret that was entered (sent by {}{}): {}.",
                code(id),
                code(method),
                padded(context, call.exchange),
                super::said(call)
            ),
        )
        .expected("the current secret of this client, sent as the client is registered")
        .received(super::said(call))
        .related(if method == "client_secret_basic" { at::request_header(call.exchange, "authorization") } else { at::form(call.exchange, "client_secret") })
        .fix("Copy the secret's value again (not its id or name), look whether it has expired, whether it belongs to this client id and this issuer, and whether the client is registered for this way of sending it."),
    ]
}

/// What the secret has around it; the secret itself is masked.
fn padded(context: &Context<'_>, exchange: &Exchange) -> String {
    let detail = context.facts(exchange).find_map(|f| match f {
        Fact::TokenValue { token, detail } if token == "client_secret" => Some(detail.as_str()),
        _ => None,
    });
    detail.map_or_else(String::new, |detail| format!("; the secret {detail}"))
}
