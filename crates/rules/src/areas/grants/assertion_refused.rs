//! The authorization server does not take the assertion.

use crate::prelude::*;
use authscope_protocol::jwt;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "assertion-refused",
    summary: "The token endpoint refuses the assertion",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Assertion,
    references: &["RFC7523-3.1", "RFC7523-3"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused"],
    requirements: &["EM-05", "WI-01"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.token_calls().iter().filter(|c| c.exchange.step == StepKind::JwtBearer && c.is_refused());
    calls
        .filter(|c| !matches!(c.error_code(), Some("invalid_client" | "unsupported_grant_type" | "unauthorized_client" | "invalid_scope" | "invalid_target")))
        .map(|call| {
            let said = call.error.as_ref().map_or_else(|| words::answer(call.exchange), |e| e.sentence());
            let assertion = call.param("assertion").and_then(jwt::decode);
            let claim = |name: &str| {
                let value = assertion.as_ref().and_then(|a| a.payload.get(name)).and_then(Value::as_str);
                value.map_or_else(|| "nothing".to_owned(), code)
            };
            Hit::new(
                at::body(call.exchange),
                format!("The token endpoint refuses the assertion ({said}): its `iss` is {}, `sub` {}, `aud` {}.", claim("iss"), claim("sub"), claim("aud")),
            )
            .expected("the assertion is taken for a token")
            .received(said)
            .related(at::form(call.exchange, "assertion"))
            .fix("In the authorization server, trust that issuer and its keys, map the subject, and accept the server's own issuer as `aud`; look for expiry and for clocks that differ.")
        })
        .collect()
}
