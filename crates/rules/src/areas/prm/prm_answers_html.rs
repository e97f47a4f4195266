//! A web page where protected resource metadata should be.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-answers-html",
    summary: "The URL of the protected resource metadata answers with a web page",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::PrmAttempt,
    references: &["RFC9728-3.2"],
    explains: &["prm-not-found", "prm-malformed"],
    corpus: &["PRM-01"],
    requirements: &["PR-05"],
    clients: Some("JavaScript clients (\"Unexpected token '<'\")"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let pages = context.prm_attempts().filter(|e| e.response().is_some_and(|r| r.is_success() && words::is_html(r)));
    let found = context.prm().is_some();
    pages.map(|exchange| {
        let url = &exchange.request.url;
        let what = exchange.response().map(words::body_kind).unwrap_or_default();
        let kind = exchange.response().and_then(|r| r.header("content-type")).unwrap_or("none");
        let hit = Hit::new(
            at::body(exchange),
            format!("{} answers 200 with {what} (`Content-Type`: {kind}), where protected resource metadata (JSON) or a 404 belongs.", code(url)),
        )
        .expected("200, application/json, {\"resource\": …, \"authorization_servers\": […]}")
        .received(format!("200, {kind}"))
        .fix(format!("Exclude `/.well-known/` from the web app's catch-all page; serve the JSON document at {}, or a real 404.", code(url)))
        .snippets(snippets::well_known_route())
        .snippets(snippets::prm_document(context));
        if found { hit.level(Level::Warning) } else { hit }
    })
    .collect()
}
