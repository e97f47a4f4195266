//! The authorization server could not fetch or use the client document.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cimd-fetch-failed",
    summary: "The authorization server could not fetch or use the client document",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::Authorize,
    references: &[
        "CIMD-4",
        "MCP-2025-11-25-authorization#implementation-requirements",
        "MCP-2026-07-28-registration#implementation-requirements",
    ],
    confidence: Confidence::Likely,
    explains: &["cimd-document-not-fetched", "client-unknown", "authorization-refused", "token-request-refused", "client-authentication-refused"],
    corpus: &["CIMD-03", "CIMD-05"],
    requirements: &["RG-08", "RG-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, said)) = super::cimd_refusal(context) else { return Vec::new() };
    let id = context.attempt().and_then(|a| a.param("client_id")).unwrap_or_default().to_owned();
    let fetches: Vec<&Exchange> = context.of(StepKind::ClientDocumentFetch).collect();
    let last = fetches.last().copied();
    let lower = said.to_lowercase();
    let policy = super::is_policy(&lower);
    let fetch_words = ["fetch", "retrieve", "load", "download", "resolve", "metadata document"];
    let spoken = fetch_words.iter().any(|w| lower.contains(w)) || policy;
    if last.is_none() && !spoken {
        return Vec::new();
    }
    let what = match last {
        Some(fetch) if fetch.status().is_some_and(|s| s >= 400) => format!("its request for the document was answered {}", words::answer(fetch)),
        Some(_) => "although it was given the document".into(),
        None => "and no request for the document was seen here".into(),
    };
    let hit = Hit::new(
        at::body(exchange),
        format!("The authorization server refuses the client document {} ({said}), {what}.", code(&id)),
    )
    .expected("the document is fetched and accepted")
    .received(said)
    .fix(if policy {
        "Add the document's domain to the server's trusted domains, and allow redirect URIs of other hosts for native clients (Keycloak: switch off \"Restrict same domain\")."
    } else {
        "Check the server's outbound access (egress rules, DNS, TLS trust, bot protection at the document's host) and whether it remembers an earlier failure; say in `error_description` why the fetch failed."
    });
    vec![match last {
        Some(fetch) => hit.related(at::whole(fetch)),
        None => hit,
    }]
}
