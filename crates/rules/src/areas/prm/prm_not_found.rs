//! No protected resource metadata anywhere.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-not-found",
    summary: "The MCP server has no protected resource metadata at any of its URLs",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::PrmAttempt,
    references: &[
        "RFC9728-3.1",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    corpus: &["PRM-03", "PRM-02"],
    requirements: &["PR-01", "PR-03", "CH-03", "CH-06"],
    explains: &["as-metadata-not-found"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    if context.prm().is_some() {
        return Vec::new();
    }
    let attempts: Vec<&Exchange> = context.prm_attempts().collect();
    let Some(last) = attempts.last() else { return Vec::new() };
    // What the challenge names and cannot be fetched has a rule of its own; the well-known URLs are asked next.
    if last.step == StepKind::PrmFromChallenge && !context.is_blocked() {
        return Vec::new();
    }
    let matrix = words::attempts(&attempts);
    let old = context.metadata().filter(|d| d.exchange.step == StepKind::AsMetadataOrigin);
    let old_words = match old {
        Some(document) => format!(
            "; {} answers, so the server is one of revision 2025-03-26",
            code(&document.exchange.request.url)
        ),
        None => String::new(),
    };
    let want = snippets::prm_url(context);
    vec![
        Hit::new(
            at::status(last),
            format!("No protected resource metadata was found for {} ({matrix}){old_words}.", code(context.server_url())),
        )
        .expected(format!("200 with a protected resource metadata document at {want}"))
        .received(matrix)
        .fix(format!(
            "Serve the document at {} with `resource` and `authorization_servers`, without authentication, and name it in `resource_metadata` of the challenge.",
            code(&want)
        ))
        .snippets(snippets::prm_document(context)),
    ]
}
