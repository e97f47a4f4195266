//! No authorization server in the document.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-authorization-servers-missing",
    summary: "The protected resource metadata names no authorization server",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &[
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#authorization-server-location",
        "MCP-2026-07-28-discovery#authorization-server-location",
        "RFC9728-2",
    ],
    explains: &["as-metadata-not-found"],
    corpus: &["PRM-13"],
    requirements: &["PR-02"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let raw = document.value.raw.get("authorization_servers");
    let none = match raw {
        None => true,
        Some(value) => value.is_null() || value.as_array().is_some_and(|list| list.iter().all(|v| v.as_str().is_some_and(|s| s.trim().is_empty()))),
    };
    if !none || super::is_as_metadata(&document.value.raw) {
        return Vec::new();
    }
    let near = ["auth_servers", "issuer", "issuers", "authorization_servers_supported"];
    let listed = near.into_iter().find(|name| document.value.raw.get(*name).is_some());
    let misnamed = words::near_member(&document.value.raw, "authorization_servers").or(listed);
    let inside = words::envelope(&document.value.raw, &["resource", "authorization_servers"]);
    let hint = match (misnamed, inside) {
        (Some(name), _) => format!(" (there is a member {}, which no client reads)", code(name)),
        (None, Some(envelope)) => format!(" (the document is inside the member {})", code(envelope)),
        (None, None) if raw.is_none() => words::members(&document.value.raw),
        (None, None) => String::new(),
    };
    vec![
        Hit::new(
            at::json(document.exchange, "/authorization_servers"),
            format!("The protected resource metadata at {} has no entry in `authorization_servers`{hint}, so a client does not know where to authorize.", code(&document.exchange.request.url)),
        )
        .expected("\"authorization_servers\": [\"https://…\"] with at least one issuer")
        .received(if raw.is_none() { "no such member" } else { "an empty list" })
        .fix("Add `authorization_servers` with the `issuer` of your authorization server, byte for byte as its metadata has it.")
        .snippets(snippets::prm_document(context)),
    ]
}
