//! A web page where metadata should be.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "as-metadata-answers-html",
    summary: "A metadata URL of the authorization server answers with a web page",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadataAttempt,
    references: &["RFC8414-3.2", "OIDC-Discovery-4.2"],
    explains: &["as-metadata-not-found", "as-metadata-malformed"],
    corpus: &["PRM-01", "ASM-13"],
    requirements: &["AS-11"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let pages = context.metadata_attempts().filter(|e| e.response().is_some_and(|r| r.is_success() && words::is_html(r)));
    let found = context.metadata().is_some();
    pages.map(|exchange| {
        let url = &exchange.request.url;
        let what = exchange.response().map(words::body_kind).unwrap_or_default();
        let hit = Hit::new(
            at::body(exchange),
            format!("{} answers 200 with {what}, where authorization server metadata (JSON) or a 404 belongs.", code(url)),
        )
        .expected("200, application/json, {\"issuer\": …}; or 404")
        .received(format!("200 with {what}"))
        .fix(format!("Exclude `/.well-known/` from the web app's catch-all page; serve the JSON document at {}, or a real 404.", code(url)))
        .snippets(snippets::well_known_route());
        if found { hit.level(Level::Warning) } else { hit }
    })
    .collect()
}
