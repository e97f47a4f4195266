//! A discovery URL answers with a server error.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "discovery-server-error",
    summary: "A discovery URL answers with a server error",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9728-3.2", "RFC8414-3.2", "RFC9110-15.6.1"],
    explains: &["prm-not-found", "as-metadata-not-found"],
    corpus: &["PRM-05", "ASM-05"],
    requirements: &["PR-05", "AS-11"],
    clients: Some("the TypeScript SDK stops at a 5xx instead of trying the next URL"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let broken = context.exchanges().iter().filter(|e| {
        (e.step.is_prm() || e.step.is_as_metadata()) && e.status().is_some_and(|s| s >= 500)
    });
    broken.map(|exchange| {
        let status = exchange.status().unwrap_or_default();
        let url = &exchange.request.url;
        let found = if exchange.step.is_prm() { context.prm().is_some() } else { context.metadata().is_some() };
        let hit = Hit::new(at::status(exchange), format!("{} answers {status}, where a document or a 404 belongs.", code(url)))
            .expected("200 with the document, or 404 where there is none")
            .received(status.to_string())
            .party(responder(exchange))
            .fix(format!("Find the error in the server's log; let {} answer 200 with the document, or 404.", code(url)));
        if found { hit.level(Level::Warning) } else { hit }
    })
    .collect()
}
