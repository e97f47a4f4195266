//! Tokens in the query advertised.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-bearer-method-query",
    summary: "bearer_methods_supported allows tokens in the query, or not in the header",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::Prm,
    references: &[
        "RFC9728-2",
        "MCP-2025-06-18-authorization#token-requirements",
        "MCP-2025-11-25-authorization#token-requirements",
        "MCP-2026-07-28-authorization#token-requirements",
    ],
    requirements: &["PR-08", "US-02", "US-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let Some(methods) = &document.value.bearer_methods_supported else { return Vec::new() };
    let query = methods.iter().any(|m| m == "query");
    let no_header = !methods.iter().any(|m| m == "header");
    if !query && !no_header {
        return Vec::new();
    }
    let why = if methods.is_empty() { "an empty array says that no way of sending a bearer token is supported" } else if query { "MCP forbids access tokens in the query" } else { "MCP clients send the token in the `Authorization` header" };
    vec![
        Hit::new(
            at::json(document.exchange, "/bearer_methods_supported"),
            format!("`bearer_methods_supported` in the protected resource metadata is {}: {why}.", if methods.is_empty() { "empty (`[]`)".to_owned() } else { codes(methods) }),
        )
        .expected("\"bearer_methods_supported\": [\"header\"]")
        .received(methods.join(", "))
        .fix("List `header` only, and do not accept tokens in the query.")
        .snippets(vec![snippets::member("bearer_methods_supported", &serde_json::json!(["header"]))]),
    ]
}
