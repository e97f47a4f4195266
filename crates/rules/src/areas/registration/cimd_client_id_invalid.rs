//! A client document URL that cannot be one.

use crate::prelude::*;
use authscope_model::RegistrationChoice;
use authscope_protocol::client_metadata;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cimd-client-id-invalid",
    summary: "The client id is a URL that cannot be that of a client document",
    area: Area::Registration,
    party: Party::Client,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::Authorize,
    references: &[
        "CIMD-3",
        "MCP-2025-11-25-authorization#implementation-requirements",
        "MCP-2026-07-28-registration#implementation-requirements",
    ],
    explains: &["client-unknown", "cimd-document-not-fetched", "cimd-fetch-failed", "authorization-refused"],
    corpus: &["CIMD-06"],
    requirements: &["RG-05", "RG-06", "RG-07"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let way = context.transcript().registration().map(|(way, _)| way);
    let Some(attempt) = context.attempt().filter(|_| way == Some(RegistrationChoice::Cimd)) else {
        return Vec::new();
    };
    let id = attempt.param("client_id").unwrap_or_default();
    // On loopback a document over http is a matter of debugging; that no server fetches it is told elsewhere.
    if words::is_loopback(id) {
        return Vec::new();
    }
    let problems = client_metadata::client_id_url_problems(id);
    problems
        .iter()
        .take(1)
        .map(|problem| {
            Hit::new(
                at::query(attempt.authorize, "client_id"),
                format!("The `client_id` {} cannot be the URL of a client document: {}.", code(id), problem.message),
            )
            .expected(problem.expected.clone())
            .received(id)
            .fix("Host the document at an https URL with a path, such as `https://client.example/oauth/client.json`, and repeat that URL exactly as `client_id` inside.")
        })
        .collect()
}
