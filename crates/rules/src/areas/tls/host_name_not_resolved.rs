//! A host name that does not resolve.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "host-name-not-resolved",
    summary: "A host name does not resolve, so the connection was never made",
    area: Area::Tls,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-4.3.3", "RFC9728-2"],
    explains: &["prm-not-found", "as-metadata-not-found"],
    corpus: &["PRM-12"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::failed(context, FailureKind::Dns)
        .map(|(exchange, failure)| {
            let host = words::host(&exchange.request.url);
            super::hit(context, exchange, failure, &format!("the host name {} does not resolve", code(host)))
                .fix(super::reach_fix(context, exchange, "Publish the name in DNS, or use the public host name"))
        })
        .collect()
}
