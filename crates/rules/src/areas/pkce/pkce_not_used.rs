//! An authorization request without S256.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-not-used",
    summary: "The authorization request has no code challenge of method S256",
    area: Area::Pkce,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &[
        "RFC7636-4.3",
        "OAuth-2.1-4.1.1",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#authorization-code-protection",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    explains: &["authorization-refused", "pkce-challenge-refused", "code-refused", "pkce-verifier-presence"],
    corpus: &["PKCE-03"],
    requirements: &["AZ-01", "AZ-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let by_uri = |a: &&crate::context::Attempt<'_>| a.param("request_uri").is_none() || a.pushed.is_some();
    let without = context.attempts().iter().filter(by_uri).find(|a| {
        a.param("code_challenge").is_none() || a.param("code_challenge_method") != Some("S256")
    });
    let Some(attempt) = without.filter(|a| a.param("request").is_none()) else { return Vec::new() };
    // A value that the person set and the server refused is told by the rule about overridden parameters.
    let by_hand = context
        .config()
        .is_some_and(|c| c.authorize_params.iter().any(|p| p.name.starts_with("code_challenge")));
    if by_hand && !context.refusals().is_empty() {
        return Vec::new();
    }
    let challenge = attempt.param("code_challenge");
    let method = attempt.param("code_challenge_method");
    let what = match (challenge, method) {
        (None, _) => "has no `code_challenge`".to_owned(),
        (Some(_), None) => "has no `code_challenge_method`, which means `plain`".to_owned(),
        (Some(_), Some(method)) => format!("has `code_challenge_method` {}", code(method)),
    };
    vec![
        Hit::new(at::query(attempt.authorize, "code_challenge_method"), format!("The authorization request {what}; MCP clients must use PKCE with S256."))
            .expected("code_challenge=…&code_challenge_method=S256")
            .received(method.unwrap_or("none"))
            .fix("Send `code_challenge` and `code_challenge_method=S256` with every authorization request."),
    ]
}
