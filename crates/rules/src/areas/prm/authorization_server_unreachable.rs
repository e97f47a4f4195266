//! The authorization server that the metadata names cannot be reached.

use crate::prelude::*;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-server-unreachable",
    summary: "The authorization server that the protected resource metadata names cannot be reached",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &[
        "RFC9728-2",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#authorization-server-location",
        "MCP-2026-07-28-discovery#authorization-server-location",
    ],
    confidence: Confidence::Likely,
    explains: &[
        "host-name-not-resolved",
        "connection-failed",
        "tls-handshake-failed",
        "answer-timed-out",
        "address-blocked",
        "answer-not-http",
        "authorization-server-url-unfit",
        "as-metadata-not-found",
    ],
    corpus: &["PRM-12"],
    requirements: &["PR-02"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let configured = context.config().is_some_and(|c| c.authorization_server.is_some());
    let Some(entry) = context.issuer().filter(|e| !configured && words::is_web_url(e)) else { return Vec::new() };
    let Some(index) = document.value.authorization_servers.iter().position(|e| e == entry) else { return Vec::new() };
    let tried: Vec<&Exchange> = context.metadata_attempts().filter(|e| words::host(&e.request.url) == words::host(entry)).collect();
    // Whoever takes the connection and then says nothing, or no HTTP, is there: its own fault, not the address's.
    let absent = |f: &authscope_model::exchange::Failure| !matches!(f.kind, FailureKind::Timeout | FailureKind::Closed | FailureKind::Http);
    let silent = !tried.is_empty() && tried.iter().all(|e| e.failure().is_some_and(absent));
    let Some(first) = tried.first().filter(|_| silent) else { return Vec::new() };
    // Whoever shows a certificate, or refuses a handshake, is there, and nobody reaches an address that is none: others tell that.
    if speaks_tls(first) || words::odd_character(entry).is_some() {
        return Vec::new();
    }
    // One origin is up or down as a whole: that is told as it is.
    if url_text::same_origin(entry, context.server_url()) {
        return Vec::new();
    }
    let why = first.failure().map(|f| f.message.trim_end_matches('.').to_owned()).unwrap_or_default();
    let inner = words::is_private_host(words::host(entry)) || words::host(entry).ends_with(".invalid");
    vec![
        Hit::new(
            at::json(document.exchange, &format!("/authorization_servers/{index}")),
            format!(
                "`authorization_servers` in the protected resource metadata names {}, and nobody answers there: {why}{}.",
                code(entry),
                if inner { "; it looks like a name of an inner network" } else { "" }
            ),
        )
        .expected("the public issuer of an authorization server that clients can reach")
        .received(entry)
        .related(at::whole(first))
        .fix(format!(
            "Write the public https issuer of the authorization server in place of {}, as its own metadata has it (a server in a container must know its public name too: Keycloak `KC_HOSTNAME`); if the URL is right, start the server and open its port.",
            code(entry)
        )),
    ]
}

/// Whether a server was there: its certificate was refused, or it refused the handshake by an alert.
fn speaks_tls(exchange: &Exchange) -> bool {
    exchange.failure().is_some_and(crate::areas::tls::is_answered)
}
