//! Metadata that does not say that PKCE is supported.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-support-not-advertised",
    summary: "The authorization server metadata has no code_challenge_methods_supported",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Practice), Some(Practice), Some(Must), Some(Must)),
    needs: Need::AsMetadata,
    references: &[
        "RFC8414-2",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    corpus: &["ASM-07"],
    requirements: &["AS-13", "AS-14"],
    clients: Some("every client of 2025-11-25 or later must refuse; the TypeScript SDK does"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let raw = document.value.raw.get("code_challenge_methods_supported");
    let empty = raw.and_then(|v| v.as_array()).is_some_and(Vec::is_empty);
    if !(raw.is_none() || raw.is_some_and(serde_json::Value::is_null) || empty) {
        return Vec::new();
    }
    if !document.is_usable() || super::is_client_credentials_only(context, document) {
        return Vec::new();
    }
    let url = &document.exchange.request.url;
    let mut message = format!(
        "The authorization server metadata at {} has no `code_challenge_methods_supported`, so a client must take it that PKCE is not supported",
        code(url)
    );
    if let Some(near) = words::near_member(&document.value.raw, "code_challenge_methods_supported") {
        message = format!("{message} (there is a member {}, which no client reads)", code(near));
    }
    if let Some(note) = provider_note(url) {
        message = format!("{message} ({note})");
    }
    vec![
        Hit::new(at::json(document.exchange, "/code_challenge_methods_supported"), format!("{message}."))
            .expected("\"code_challenge_methods_supported\": [\"S256\"]")
            .received(if empty { "an empty list" } else { "no such member" })
            .fix(fix(url))
            .snippets(vec![snippets::member(
                "code_challenge_methods_supported",
                &serde_json::json!(["S256"]),
            )]),
    ]
}

fn provider_note(url: &str) -> Option<&'static str> {
    let host = words::host(url);
    if host.ends_with("login.microsoftonline.com") || host.contains("ciamlogin.com") {
        return Some("Entra ID supports PKCE but does not list it");
    }
    (host.starts_with("cognito-idp.")).then_some("Cognito supports PKCE but does not list it")
}

fn fix(url: &str) -> String {
    if provider_note(url).is_some() {
        return "The provider's document cannot be changed: serve a copy with `\"code_challenge_methods_supported\": [\"S256\"]` from an issuer of your own (an OAuth proxy) and name that issuer in `authorization_servers`.".into();
    }
    format!(
        "Add `\"code_challenge_methods_supported\": [\"S256\"]` to the document at {} and check S256 at the token endpoint.",
        code(url)
    )
}
