//! No TLS connection.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "tls-handshake-failed",
    summary: "The TLS handshake fails",
    area: Area::Tls,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC9110-4.3.4",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#communication-security",
        "MCP-2025-11-25-authorization#communication-security",
        "MCP-2026-07-28-security#communication-security",
    ],
    explains: &["prm-not-found", "as-metadata-not-found"],
    requirements: &["AS-12"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::failed(context, FailureKind::Tls)
        .map(|(exchange, failure)| {
            let hit = super::hit(context, exchange, failure, "the TLS handshake fails");
            hit.fix(fix(&failure.message.to_lowercase(), words::host(&exchange.request.url)))
        })
        .collect()
}

fn fix(message: &str, host: &str) -> String {
    if message.contains("unknownissuer") || message.contains("unknown issuer") || message.contains("self-signed") {
        return format!(
            "Send the complete certificate chain of {host}, intermediates included (browsers fill gaps, other clients do not); for a certificate authority of your own, trust it with --cacert."
        );
    }
    if message.contains("expired") {
        return format!("Renew the certificate of {host}.");
    }
    if message.contains("not valid yet") {
        return format!("Correct the clock of {host}, or use a certificate that is already valid.");
    }
    if message.contains("protocolversion") {
        return format!("Let {host} speak TLS 1.2 or 1.3; older versions are refused everywhere.");
    }
    if message.contains("alert handshakefailure") || message.contains("insufficientsecurity") {
        return format!("Allow current cipher suites at {host} (ECDHE with AES-GCM or ChaCha20), and TLS 1.3.");
    }
    if message.contains("name") {
        return format!("Use a certificate that names {host} in its subject alternative names.");
    }
    format!("Serve https at {host} with a certificate that clients trust, for that host name.")
}
