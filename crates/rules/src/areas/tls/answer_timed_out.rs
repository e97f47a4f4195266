//! No answer in time.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "answer-timed-out",
    summary: "A server does not answer in time",
    area: Area::Tls,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-15.5.9"],
    explains: &["prm-not-found", "as-metadata-not-found"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::failed(context, FailureKind::Timeout)
        .map(|(exchange, failure)| {
            super::hit(context, exchange, failure, "no answer came in time").fix(format!(
                "Find out why {} does not answer: a hanging handler, a firewall that drops packets, or a cold start; raise --timeout only if the server is known to be slow.",
                words::host(&exchange.request.url)
            ))
        })
        .collect()
}
