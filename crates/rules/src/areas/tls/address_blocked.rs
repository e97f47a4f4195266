//! Our own outbound guard refused an address.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "address-blocked",
    summary: "The outbound guard refuses a private or reserved address",
    area: Area::Tls,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Nothing,
    references: &["MCP-security-best-practices#server-side-request-forgery-ssrf", "RFC9728-7.7"],
    explains: &["prm-not-found", "as-metadata-not-found"],
    corpus: &["NET-06", "PRM-12"],
    requirements: &["SE-01", "SE-03", "SE-04"],
    clients: Some("hosted clients block private addresses too"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::failed(context, FailureKind::Guard)
        .map(|(exchange, failure)| {
            let setting = failure.setting.as_deref().unwrap_or("--guard");
            let hit = super::hit(context, exchange, failure, "the outbound guard refuses that address");
            let typed = exchange.request.url == context.server_url();
            let hit = if typed { hit.party(Party::Client) } else { hit };
            hit.level(Level::Failure).fix(format!(
                "If {} is meant to be reached from here, allow it with {setting}; if not, the server hands out an inner address and must name its public one.",
                words::host(&exchange.request.url)
            ))
        })
        .collect()
}
