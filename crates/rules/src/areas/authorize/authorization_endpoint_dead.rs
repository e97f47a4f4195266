//! Nothing at the authorization endpoint.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-endpoint-dead",
    summary: "There is nothing at the authorization endpoint of the metadata",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-3.1", "RFC8414-2"],
    explains: &["authorization-refused"],
    corpus: &["ASM-06", "AR-04"],
    requirements: &["AS-03", "AS-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // The first hop only: what follows is the server's own affair.
    let first = context.attempts().iter().filter_map(|a| a.legs().next());
    let dead = first.filter(|e| matches!(e.status(), Some(404 | 405 | 410 | 501)));
    dead.filter(|e| !speaks_of_request(e))
        .map(|exchange| {
            let url = exchange.request.url.split('?').next().unwrap_or_default();
            let source = match context.metadata() {
                Some(_) => "`authorization_endpoint` in the metadata",
                None => "the default authorization endpoint of 2025-03-26",
            };
            let hit = Hit::new(
                at::status(exchange),
                format!("{source} is {}, but that answers {}.", code(url), words::answer(exchange)),
            )
            .expected("a sign-in or consent page, or a redirect")
            .received(words::answer(exchange))
            .fix(format!("Route GET {} to the authorization handler, or correct the URL in the metadata (a base URL with or without the mount path is the usual cause).", code(url)));
            match context.metadata() {
                Some(document) => hit.related(at::json(document.exchange, "/authorization_endpoint")),
                None => hit,
            }
        })
        .collect()
}

/// A 404 that speaks of the client or the redirect URI is a refusal, not a missing route.
fn speaks_of_request(exchange: &Exchange) -> bool {
    let error = crate::context::error_of(exchange);
    let text = error.map(|e| e.sentence().to_lowercase()).unwrap_or_default();
    ["client", "redirect", "scope", "resource"].iter().any(|w| text.contains(w))
}
