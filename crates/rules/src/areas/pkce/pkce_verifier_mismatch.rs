//! The verifier does not belong to the challenge.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-verifier-mismatch",
    summary: "The code verifier does not belong to the code challenge of the request",
    area: Area::Pkce,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenRequest,
    references: &["RFC7636-4.5", "RFC7636-4.6"],
    explains: &["pkce-verification-failed", "code-refused", "token-request-refused"],
    corpus: &["PKCE-01"],
    requirements: &["TK-01", "AZ-13"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for call in context.token_calls() {
        let fact = context.facts(call.exchange).find_map(|f| match f {
            Fact::Pkce { challenge, recomputed } if challenge != recomputed => Some((challenge, recomputed)),
            _ => None,
        });
        let Some((challenge, recomputed)) = fact else { continue };
        let other = context.attempts().iter().find(|a| a.param("code_challenge") == Some(recomputed.as_str()));
        let cause = match other {
            Some(attempt) => format!("it belongs to the authorization request in exchange {}", attempt.authorize.id),
            None if challenge.ends_with('=') => "the challenge was sent with base64 padding".into(),
            None if challenge.contains(['+', '/']) => "the challenge was sent in standard base64, not base64url".into(),
            None if challenge.len() == 64 && challenge.chars().all(|c| c.is_ascii_hexdigit()) => "the challenge was sent in hexadecimal".into(),
            None => "it belongs to no authorization request of this session".into(),
        };
        hits.push(
            Hit::new(
                at::form(call.exchange, "code_verifier"),
                format!("The `code_verifier` sent gives the challenge {}, but the authorization request had `code_challenge` {}: {cause}.", code(recomputed), code(challenge)),
            )
            .expected(challenge.clone())
            .received(recomputed.clone())
            .fix("Keep one verifier per authorization request, stored under its `state`, and compute the challenge as base64url without padding of the SHA-256 of the verifier."),
        );
    }
    hits
}
