//! The authorization server lists its resources, and this one is not among them.

use crate::context::strings;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "protected-resources-omits",
    summary: "The authorization server lists its protected resources without this MCP server",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::AsMetadata,
    references: &["RFC9728-4"],
    confidence: Confidence::Likely,
    explains: &["resource-refused"],
    clients: Some("clients that cross-check the two documents"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let (Some(document), Some(prm)) = (context.metadata(), context.prm()) else { return Vec::new() };
    let Some(resource) = prm.value.resource.as_deref() else { return Vec::new() };
    let listed = strings(document.value.raw.get("protected_resources"));
    let same = |r: &String| words::without_slash(r) == words::without_slash(resource);
    if listed.is_empty() || listed.iter().any(same) {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/protected_resources"),
            format!("`protected_resources` in the authorization server metadata lists {}, without {}, the `resource` of this MCP server: clients that compare the two documents trust neither.", codes(&listed), code(resource)),
        )
        .expected(format!("{resource} among them"))
        .received(listed.join(", "))
        .related(at::json(prm.exchange, "/resource"))
        .fix(format!("Add {} to `protected_resources`, or leave the member out.", code(resource))),
    ]
}
