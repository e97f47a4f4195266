//! A member name that comes twice in a JSON document.

use crate::context::responder;
use crate::prelude::*;
use authscope_protocol::locate;
use std::collections::BTreeSet;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "json-members-repeated",
    summary: "A member name comes twice in a JSON document, and clients differ in which one counts",
    area: Area::Transport,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Nothing,
    references: &["RFC8259-4"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Names that are told one by one.
const MOST: usize = 20;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for exchange in context.exchanges() {
        let step = exchange.step;
        if !(step.is_prm() || step.is_as_metadata() || matches!(step, StepKind::Register | StepKind::Token)) {
            continue;
        }
        let Some(response) = exchange.response().filter(|r| r.is_success()) else { continue };
        let mut told = BTreeSet::new();
        let names = locate::duplicate_members(&response.body.text).into_iter().map(|(name, _)| name);
        for name in names.filter(|name| told.insert(name.clone())).take(MOST) {
            hits.push(
                Hit::new(
                    at::json(exchange, &format!("/{name}")),
                    format!("The member {} comes twice in the document at {}.", code(&name), code(&exchange.request.url)),
                )
                .expected("each member once")
                .received(format!("{name} twice"))
                .party(responder(exchange))
                .fix(format!("Write {} once; two layers may both add it.", code(&name))),
            );
        }
    }
    hits
}
