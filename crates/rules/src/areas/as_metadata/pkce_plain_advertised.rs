//! `plain` beside S256.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-plain-advertised",
    summary: "The authorization server also offers the PKCE method plain",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::AsMetadata,
    references: &["RFC9700-2.1.1", "RFC7636-7.2"],
    requirements: &["AS-17"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let Some(methods) = &document.value.code_challenge_methods_supported else { return Vec::new() };
    let (s256, plain) = (methods.iter().any(|m| m == "S256"), methods.iter().any(|m| m == "plain"));
    if !(s256 && plain) {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/code_challenge_methods_supported"),
            "`code_challenge_methods_supported` lists `plain` beside `S256`: a code challenge of that method protects nothing.",
        )
        .expected("[\"S256\"]")
        .received(methods.join(", "))
        .fix("Accept and list `S256` only.")
        .snippets(vec![snippets::member("code_challenge_methods_supported", &serde_json::json!(["S256"]))]),
    ]
}
