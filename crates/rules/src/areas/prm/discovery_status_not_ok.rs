//! A metadata document with a success status other than 200.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "discovery-status-not-ok",
    summary: "A metadata document comes with another status than 200",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9728-3.2", "RFC8414-3.2"],
    requirements: &["PR-05", "AS-11"],
    clients: Some("clients that look for 200 exactly"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let documents = context.exchanges().iter().filter(|e| e.step.is_prm() || e.step.is_as_metadata());
    let other = documents.filter_map(|e| {
        let response = e.response().filter(|r| r.is_success() && r.status != 200 && r.body.text.trim_start().starts_with('{'))?;
        Some((*e, response.status))
    });
    other
        .map(|(exchange, status)| {
            let url = &exchange.request.url;
            let part = if status == 206 { "; a part of a document was not asked for" } else { "" };
            Hit::new(at::status(exchange), format!("The document at {} comes with {status}, where 200 is required{part}.", code(url)))
                .expected("200")
                .received(status.to_string())
                .party(responder(exchange))
                .level(Level::Warning)
                .fix(format!("Answer {} with 200.", code(url)))
        })
        .collect()
}
