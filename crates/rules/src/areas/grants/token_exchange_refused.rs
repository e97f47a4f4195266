//! The identity provider gives no assertion.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-exchange-refused",
    summary: "The identity provider refuses the token exchange",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Exchange,
    references: &["MCP-ext-enterprise#token-exchange-request", "RFC8693-2.2.2"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused", "grant-refused", "client-authentication-refused", "resource-refused"],
    requirements: &["EM-01", "EM-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = super::exchange(context).filter(|c| c.is_refused()) else { return Vec::new() };
    let said = call.error.as_ref().map_or_else(|| words::answer(call.exchange), |e| e.sentence());
    let audience = call.param("audience").unwrap_or_default();
    vec![
        Hit::new(
            at::body(call.exchange),
            format!("The identity provider at {} gives no assertion for the authorization server {}: {said}.", code(&call.exchange.request.url), code(audience)),
        )
        .expected("200 with an ID-JAG in `access_token`")
        .received(said)
        .related(at::form(call.exchange, "audience"))
        .related(at::form(call.exchange, "subject_token"))
        .fix("At the identity provider, allow this client to get assertions for that audience and resource, and support `requested_token_type=urn:ietf:params:oauth:token-type:id-jag`; the subject token must be one it issued to the same client and not expired."),
    ]
}
