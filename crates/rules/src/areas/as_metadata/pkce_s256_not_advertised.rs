//! PKCE methods without S256.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-s256-not-advertised",
    summary: "code_challenge_methods_supported does not list S256",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Should), Some(Should), Some(Must), Some(Must)),
    needs: Need::AsMetadata,
    references: &[
        "RFC7636-4.2",
        "RFC9700-2.1.1",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    corpus: &["ASM-07"],
    requirements: &["AS-14", "AZ-02"],
    clients: Some("the TypeScript SDK (\"does not support code challenge method S256\")"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let Some(methods) = document.value.code_challenge_methods_supported.as_ref().filter(|m| !m.is_empty()) else {
        return Vec::new();
    };
    if methods.iter().any(|m| m == "S256") {
        return Vec::new();
    }
    let case = methods.iter().find(|m| m.eq_ignore_ascii_case("S256"));
    let hint = case.map(|m| format!("; {} is another name, they are case-sensitive", code(m))).unwrap_or_default();
    vec![
        Hit::new(
            at::json(document.exchange, "/code_challenge_methods_supported"),
            format!("`code_challenge_methods_supported` in the authorization server metadata is {}, without `S256`{hint}.", codes(methods)),
        )
        .expected("\"code_challenge_methods_supported\": [\"S256\"]")
        .received(methods.join(", "))
        .fix("Support S256 and list it.")
        .snippets(vec![snippets::member("code_challenge_methods_supported", &serde_json::json!(["S256"]))]),
    ]
}
