//! The authorization server does not take the code challenge.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-challenge-refused",
    summary: "The authorization server refuses the code challenge or its method",
    area: Area::Pkce,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC7636-4.4.1", "RFC7636-4.3", "RFC9700-2.1.1"],
    explains: &["authorization-refused", "pushed-request-refused"],
    requirements: &["AZ-01", "AZ-02", "AZ-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let marks = ["code_challenge", "code challenge", "pkce", "transform algorithm"];
    let Some(refusal) = context.refusals().into_iter().find(|r| r.speaks_of(&marks)) else { return Vec::new() };
    let attempt = context.attempt();
    let method = attempt.and_then(|a| a.param("code_challenge_method")).unwrap_or("(none, so plain)").to_owned();
    let sent = attempt.is_some_and(|a| a.param("code_challenge").is_some());
    let listed = context.metadata().and_then(|d| d.value.code_challenge_methods_supported.clone()).unwrap_or_default();
    let right = sent && method == "S256";
    let hit = Hit::new(
        refusal.spot(),
        if right {
            format!("The authorization server refuses `code_challenge_method` `S256` ({}); its metadata lists {}.", refusal.said, codes(&listed))
        } else {
            format!("The authorization server refuses the request because of PKCE ({}): `code_challenge` {}, `code_challenge_method` {}.", refusal.said, if sent { "was sent" } else { "is missing" }, code(&method))
        },
    )
    .expected("code_challenge with code_challenge_method=S256 is accepted")
    .received(refusal.said.clone())
    .fix(if right { "Support S256: 43 characters of base64url without padding." } else { "Send `code_challenge` with `code_challenge_method=S256`." });
    vec![if right { hit } else { hit.party(Party::Client) }]
}
