//! A client document that is about another client is accepted.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cimd-mismatch-accepted",
    summary: "The authorization server accepts a client document whose client_id is another URL",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::NegativeProbes,
    references: &[
        "CIMD-4.1",
        "MCP-2025-11-25-authorization#implementation-requirements",
        "MCP-2026-07-28-registration#implementation-requirements",
    ],
    requirements: &["RG-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, false)) = super::outcome(context, "mismatched-client-document") else { return Vec::new() };
    let pairs = url_text::query_pairs(&exchange.request.url);
    let sent = pairs.iter().find(|(name, _)| name == "client_id").map(|(_, value)| value.clone()).unwrap_or_default();
    let inside = sent.split('?').next().unwrap_or_default();
    vec![
        Hit::new(
            at::query(exchange, "client_id"),
            format!(
                "The authorization server accepts the client id {}, though the document at that URL has `client_id` {}: anybody can act under the name of another client.",
                code(&sent),
                code(inside)
            ),
        )
        .expected("an error page: `client_id` in the document must be its own URL, character by character")
        .received(words::answer(exchange))
        .related(at::status(exchange))
        .fix("Compare `client_id` in the fetched document with the URL it was fetched from by simple string comparison, and refuse the request when they differ."),
    ]
}
