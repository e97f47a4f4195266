//! Only the root document exists, and it is about a path.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-only-at-root",
    summary: "The protected resource metadata of a path is served at the root well-known URL only",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Practice),
    needs: Need::Prm,
    references: &[
        "RFC9728-3.1",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    corpus: &["PRM-02"],
    requirements: &["CH-06", "PR-06"],
    clients: Some("clients that try the path-inserted URL only"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm().filter(|d| d.exchange.step == StepKind::PrmRoot) else { return Vec::new() };
    let tried = context.of(StepKind::PrmPathInserted).find(|e| e.response().is_some());
    let Some(missing) = tried else { return Vec::new() };
    let resource = document.value.resource.as_deref().unwrap_or_default();
    let has_path = url_text::split(resource).is_some_and(|p| p.path.len() > 1);
    if !has_path {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::status(missing),
            format!(
                "The document about {} is only at {}; {} answers {}.",
                code(resource),
                code(&document.exchange.request.url),
                code(&missing.request.url),
                words::answer(missing)
            ),
        )
        .expected(format!("the same document at {}", missing.request.url))
        .received(words::answer(missing))
        .fix(format!("Serve the document at {} as well, and name that URL in `resource_metadata` of the challenge.", code(&missing.request.url))),
    ]
}
