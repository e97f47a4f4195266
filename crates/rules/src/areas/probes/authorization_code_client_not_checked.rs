//! A code is redeemed by another client.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-code-client-not-checked",
    summary: "The token endpoint redeems a code for a client it was not issued to",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &["RFC6749-4.1.3", "RFC6749-5.2", "OAuth-2.1-4.1.3"],
    requirements: &["TK-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "code-of-other-client") else { return Vec::new() };
    let sent = authscope_protocol::form::parse(&exchange.request.body.text);
    let other = sent.iter().find(|(name, _)| name == "client_id").map_or("(in the Authorization header)", |(_, value)| value.as_str());
    let asked = context.of(StepKind::NegativeProbe).rfind(|e| e.id < exchange.id && e.purpose.starts_with("code-of-other-client") && e.request.method == "GET");
    let asked = asked.map(|e| url_text::query_pairs(&e.request.url)).unwrap_or_default();
    let own = asked.iter().find(|(name, _)| name == "client_id").map(|(_, value)| value.clone());
    let own = own.or_else(|| context.attempt().and_then(|a| a.param("client_id").map(str::to_owned))).unwrap_or_default();
    vec![
        Hit::new(
            at::form(exchange, "client_id"),
            format!("The token endpoint gives `client_id` {} a token for a code that was issued to {}: a stolen code works for any client.", code(other), code(&own)),
        )
        .expected("400, {\"error\": \"invalid_grant\"}")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(super::issued(exchange))
        .fix("Store the client id with the code, compare it with the client of the token request, and answer 400 `invalid_grant` when they differ."),
    ]
}
