//! Bytes that are not HTTP.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "answer-not-http",
    summary: "What comes back is not HTTP",
    area: Area::Tls,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-4.2.2"],
    explains: &["prm-not-found", "as-metadata-not-found"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::failed(context, FailureKind::Http)
        .map(|(exchange, failure)| {
            super::hit(context, exchange, failure, "what came back is not an HTTP response").fix(format!(
                "Check scheme and port of {}: an https port asked with http, or a port of another service, answers with bytes that are not HTTP.",
                code(&exchange.request.url)
            ))
        })
        .collect()
}
