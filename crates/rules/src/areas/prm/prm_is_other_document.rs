//! Authorization server metadata where protected resource metadata should be.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-is-other-document",
    summary: "Where protected resource metadata should be, there is authorization server metadata",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::PrmAttempt,
    references: &["RFC9728-5.1", "RFC9728-2"],
    explains: &[
        "prm-not-found",
        "resource-metadata-elsewhere",
        "prm-resource-missing",
        "prm-authorization-servers-missing",
        "resource-metadata-url-not-found",
        "prm-malformed",],
    corpus: &["DC-03"],
    requirements: &["CH-02", "PR-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let wrong = context.prm_attempts().find(|e| {
        let by_url = e.step == StepKind::PrmFromChallenge && names_other(&e.request.url);
        let document = context.prm_documents().iter().find(|d| d.exchange.id == e.id);
        by_url || document.is_some_and(|d| super::is_as_metadata(&d.value.raw))
    });
    let Some(exchange) = wrong else { return Vec::new() };
    let url = &exchange.request.url;
    let want = snippets::prm_url(context);
    let named = if exchange.step == StepKind::PrmFromChallenge { ", which `resource_metadata` in the challenge names," } else { "" };
    let hit = Hit::new(
        at::body(exchange),
        format!("{}{named} is authorization server metadata (`issuer`, `token_endpoint`), where protected resource metadata (`resource`, `authorization_servers`) belongs.", code(url)),
    )
    .expected(format!("protected resource metadata at {want}"))
    .received(format!("another document at {url}"))
    .fix(format!("Serve an RFC 9728 document at {} and let `resource_metadata` lead there; name the issuer in its `authorization_servers`.", code(&want)))
    .snippets(snippets::prm_document(context))
    .snippets(snippets::challenge(context, &want));
    vec![hit]
}

fn names_other(url: &str) -> bool {
    url.contains("/oauth-authorization-server") || url.contains("/openid-configuration")
}
