//! No `resource` in the document.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-resource-missing",
    summary: "The protected resource metadata has no resource",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &["RFC9728-2", "RFC9728-3.3"],
    explains: &["resource-mismatch"],
    corpus: &["PRM-10"],
    requirements: &["PR-05", "PR-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let raw = document.value.raw.get("resource");
    let missing = raw.is_none_or(|v| v.is_null() || v.as_str().is_some_and(|s| s.trim().is_empty()));
    if !missing || super::is_as_metadata(&document.value.raw) {
        return Vec::new();
    }
    let server = context.server_url();
    let near = words::near_member(&document.value.raw, "resource").map(|n| format!(" (there is a member {}, which no client reads)", code(n)));
    let inside = || words::envelope(&document.value.raw, &["resource", "authorization_servers"]).map(|e| format!(" (the document is inside the member {}, and must be the whole body)", code(e)));
    let hint = near.or_else(inside).unwrap_or_else(|| words::members(&document.value.raw));
    vec![
        Hit::new(
            at::json(document.exchange, "/resource"),
            format!("The protected resource metadata at {} has no `resource`{hint}, so it cannot be tied to {}.", code(&document.exchange.request.url), code(server)),
        )
        .expected(format!("\"resource\": \"{server}\""))
        .received(if raw.is_none() { "no such member" } else { "an empty value" })
        .fix(format!("Add `\"resource\": \"{server}\"` to the document."))
        .snippets(vec![snippets::member("resource", &server.into())]),
    ]
}
