//! An extra parameter of the authorization request replaced one of the protocol.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-parameter-overridden",
    summary: "An extra parameter that was set by hand replaces one of the protocol",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.1", "RFC7636-4.3"],
    explains: &["authorization-refused", "token-request-refused", "pkce-verification-failed", "code-refused", "state-refused", "response-type-refused"],
    requirements: &["AZ-01", "AZ-02"],
    ..RuleInfo::BASE
};

/// Parameters that the flow computes, and that no person can set to something better.
const OWN: &[&str] = &["response_type", "client_id", "code_challenge", "code_challenge_method", "state", "redirect_uri"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let set = context.config().map(|c| c.authorize_params.as_slice()).unwrap_or_default();
    let Some(own) = set.iter().find(|p| OWN.contains(&p.name.as_str())) else { return Vec::new() };
    let Some(attempt) = context.attempt() else { return Vec::new() };
    let refused = context.refusals().first().map(|r| r.said.clone());
    let refused = refused.or_else(|| super::refused_tokens(context).next().map(super::said));
    let Some(said) = refused else { return Vec::new() };
    vec![
        Hit::new(
            at::query(attempt.authorize, &own.name),
            format!(
                "The parameter `{}` of the authorization request was set by hand to {}, and the authorization server refuses the request ({said}).",
                own.name,
                code(&own.value)
            ),
        )
        .expected(format!("`{}` as the flow computes it", own.name))
        .received(format!("{}={}", own.name, own.value))
        .fix(format!("Leave `{}` out of the extra parameters.", own.name)),
    ]
}
