//! A registration endpoint that does not work.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-endpoint-dead",
    summary: "The registration endpoint in the metadata does not exist",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC8414-2", "RFC7591-3"],
    explains: &["registration-refused"],
    corpus: &["ASM-08", "ASM-06"],
    requirements: &["AS-11", "RG-01"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let dead = context.registrations().iter().filter(|r| is_dead(r.exchange));
    dead.map(|registration| {
        let exchange = registration.exchange;
        let url = &exchange.request.url;
        let said = error_of(exchange).map_or_else(|| words::answer(exchange), |e| e.sentence());
        let by_default = context.metadata().is_none();
        let source = if by_default { "the default endpoint of 2025-03-26" } else { "`registration_endpoint` in the metadata" };
        let hit = Hit::new(at::status(exchange), format!("{source} is {}, but it answers {said}.", code(url)))
            .expected("201 with a client id")
            .received(said)
            .fix(format!("Route POST {} to the registration handler; if dynamic registration is off, take `registration_endpoint` out of the metadata, so that clients use another way.", code(url)));
        match context.metadata() {
            Some(document) => hit.related(at::json(document.exchange, "/registration_endpoint")),
            None => hit,
        }
    })
    .collect()
}

fn is_dead(exchange: &Exchange) -> bool {
    let Some(response) = exchange.response() else { return false };
    let code = error_of(exchange).and_then(|e| e.error).unwrap_or_default();
    matches!(response.status, 301..=308 | 404 | 405 | 410 | 501)
        || matches!(code.as_str(), "registration_not_supported" | "not_implemented" | "unsupported")
        || (response.is_success() && words::is_html(response))
}
