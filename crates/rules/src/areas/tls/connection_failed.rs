//! No TCP connection, or one that was closed at once.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "connection-failed",
    summary: "A connection is refused or closed before an answer comes",
    area: Area::Tls,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-15.1", "RFC9728-2"],
    explains: &["prm-not-found", "as-metadata-not-found"],
    corpus: &["PRM-12", "TU-09"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = super::failed(context, FailureKind::Connect);
    let closed = super::failed(context, FailureKind::Closed);
    refused
        .chain(closed)
        .map(|(exchange, failure)| {
            if failure.message.contains("CertificateRequired") {
                return super::hit(context, exchange, failure, "the server wants a certificate of the client (mutual TLS), which MCP clients do not have")
                    .fix("Take the demand for client certificates away from the MCP endpoint and its metadata; MCP clients authenticate with their access token.");
            }
            super::hit(context, exchange, failure, "no connection could be made")
                .fix(super::reach_fix(context, exchange, "Start the server, open its port to clients, or correct host and port of the URL"))
        })
        .collect()
}
