//! A client document that the authorization server cannot fetch.

use crate::prelude::*;
use authscope_model::RegistrationChoice;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cimd-document-unreachable",
    summary: "The client document is at an address that the authorization server cannot fetch",
    area: Area::Registration,
    party: Party::Client,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::Authorize,
    references: &[
        "CIMD-6.5",
        "MCP-2025-11-25-authorization#implementation-requirements",
        "MCP-2026-07-28-registration#implementation-requirements",
    ],
    explains: &["cimd-fetch-failed", "cimd-document-not-fetched", "client-unknown", "authorization-refused"],
    corpus: &["CIMD-03"],
    requirements: &["RG-05", "RG-08", "RG-12"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let way = context.transcript().registration().map(|(way, _)| way);
    let Some(attempt) = context.attempt().filter(|_| way == Some(RegistrationChoice::Cimd)) else {
        return Vec::new();
    };
    let id = attempt.param("client_id").unwrap_or_default();
    let inner = words::is_loopback(id) || words::is_private_host(words::host(id)) || words::is_plain_http(id);
    // A server that was given the document, or that speaks of something else, has another reason.
    if super::was_given_document(context) {
        return Vec::new();
    }
    let refused = super::cimd_refusal(context).filter(|(_, said)| super::may_be_address(context, said));
    let Some((exchange, said)) = refused.filter(|_| inner) else { return Vec::new() };
    vec![
        Hit::new(
            at::body(exchange),
            format!("The client id {} is a document at an address that only this machine or network can reach, so the authorization server could not use it ({said}).", code(id)),
        )
        .expected("an https URL that the authorization server can fetch")
        .received(id)
        .related(at::query(attempt.authorize, "client_id"))
        .fix("Make this instance reachable under a public https address (--public-url), host the document elsewhere (--client-metadata-url), or use dynamic registration or a registered client id."),
    ]
}
