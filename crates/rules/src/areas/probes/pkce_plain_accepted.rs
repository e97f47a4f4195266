//! A code is issued for PKCE method plain.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-plain-accepted",
    summary: "The authorization endpoint accepts code_challenge_method=plain",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9700-2.1.1",
        "RFC7636-7.2",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    corpus: &["PKCE-05"],
    requirements: &["AZ-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "plain-challenge") else { return Vec::new() };
    let listed = context.metadata().and_then(|d| d.value.code_challenge_methods_supported.clone()).unwrap_or_default();
    let advertised = listed.iter().any(|m| m == "plain");
    let and = if advertised { "as the metadata says it does" } else { "though the metadata does not list it" };
    vec![
        Hit::new(
            at::query(exchange, "code_challenge_method"),
            format!(
                "The authorization endpoint accepts `code_challenge_method` `plain`, {and}: whoever sees the authorization request can redeem the code."
            ),
        )
        .expected("error=invalid_request: only S256 is supported")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(at::header(exchange, "location"))
        .fix("Accept `S256` only, and list only `S256` in `code_challenge_methods_supported`.")
        .snippets(vec![snippets::member("code_challenge_methods_supported", &serde_json::json!(["S256"]))]),
    ]
}
