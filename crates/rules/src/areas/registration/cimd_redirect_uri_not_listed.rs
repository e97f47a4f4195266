//! The redirect URI is not in the client document.

use crate::context::strings;
use crate::prelude::*;
use authscope_model::RegistrationChoice;
use authscope_protocol::redirect_uri::{self, RedirectMatch};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cimd-redirect-uri-not-listed",
    summary: "The redirect URI is not among those of the client document",
    area: Area::Registration,
    party: Party::Client,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::Authorize,
    references: &[
        "CIMD-4.2",
        "MCP-2025-11-25-authorization#implementation-requirements",
        "MCP-2026-07-28-registration#implementation-requirements",
    ],
    explains: &["redirect-uri-refused", "authorization-refused", "redirect-uri-refused-after-registration"],
    corpus: &["CIMD-02", "CIMD-01"],
    requirements: &["RG-10", "RG-20"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let way = context.transcript().registration().map(|(way, _)| way);
    let Some(attempt) = context.attempt().filter(|_| way == Some(RegistrationChoice::Cimd)) else {
        return Vec::new();
    };
    let own = context.config().is_some_and(|c| c.client_metadata_url.is_some());
    let fetched = context.of(StepKind::ClientDocumentFetch).filter_map(|e| e.response()?.body.json()).next();
    let document = fetched.or_else(|| (!own).then(|| context.transcript().client_document.clone()));
    let listed = strings(document.as_ref().and_then(|d| d.get("redirect_uris")));
    let used = attempt.param("redirect_uri").unwrap_or_default();
    if listed.is_empty() || used.is_empty() {
        return Vec::new();
    }
    let RedirectMatch::Different { nearest } = redirect_uri::compare(used, &listed) else { return Vec::new() };
    let near = nearest.map(|(uri, _)| uri).unwrap_or_default();
    vec![
        Hit::new(
            at::query(attempt.authorize, "redirect_uri"),
            format!(
                "The authorization request has `redirect_uri` {}, but the client document lists {}: {}.",
                code(used),
                codes(&listed),
                words::difference_at(used, &near)
            ),
        )
        .expected(listed.join(", "))
        .received(used)
        .fix(format!("Add {} to `redirect_uris` of the client document, or use one that is listed.", code(used)))
        .snippets(vec![snippets::member("redirect_uris", &serde_json::json!([used]))]),
    ]
}
