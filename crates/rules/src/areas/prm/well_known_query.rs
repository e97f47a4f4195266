//! A query in the MCP URL that the well-known route does not take.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "well-known-query",
    summary: "The query of the MCP URL makes the metadata URL fail",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Practice),
    needs: Need::PrmAttempt,
    references: &["RFC9728-3.1", "RFC9728-1.2"],
    confidence: Confidence::Hint,
    explains: &["prm-not-found"],
    corpus: &["PRM-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let failed = context.prm_attempts().find(|e| {
        e.request.url.contains('?') && e.status().is_some_and(|s| s >= 400) && e.step == StepKind::PrmPathInserted
    });
    let Some(exchange) = failed else { return Vec::new() };
    let without = exchange.request.url.split('?').next().unwrap_or_default();
    vec![
        Hit::new(
            at::url(exchange),
            format!("The MCP URL {} has a query, which belongs into the metadata URL {} too; that answers {}.", code(context.server_url()), code(&exchange.request.url), words::answer(exchange)),
        )
        .expected("the same document with and without the query")
        .received(words::answer(exchange))
        .fix(format!("Let the well-known route ignore queries (answer as at {}), and keep configuration out of the URL of the resource.", code(without))),
    ]
}
