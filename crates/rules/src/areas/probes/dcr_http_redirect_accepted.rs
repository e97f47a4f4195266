//! A plain-http redirect URI of another host can be registered.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "dcr-http-redirect-accepted",
    summary: "The registration endpoint accepts a redirect URI that is plain http on another host",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC7591-5",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#communication-security",
        "MCP-2025-11-25-authorization#communication-security",
        "MCP-2026-07-28-security#communication-security",
    ],
    requirements: &["RG-19"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "dcr-http-redirect") else { return Vec::new() };
    let sent = exchange.request.body.json().unwrap_or_default();
    let uris = crate::context::strings(sent.get("redirect_uris"));
    let answer = exchange.response().and_then(|r| r.body.json()).unwrap_or_default();
    if answer.get("client_id").is_none() {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::request_json(exchange, "/redirect_uris"),
            format!(
                "The registration endpoint accepts `redirect_uris` {}: plain http on a host that is not this machine, where anybody on the way can read the code.",
                codes(&uris)
            ),
        )
        .expected("400, {\"error\": \"invalid_redirect_uri\"}: https, or http on a loopback address")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(at::status(exchange))
        .fix("Refuse redirect URIs at registration unless they are https, http on localhost, 127.0.0.1 or [::1], or a private-use scheme; answer 400 `invalid_redirect_uri`.")
        .snippet("json", "{ \"error\": \"invalid_redirect_uri\", \"error_description\": \"http is for loopback addresses only\" }"),
    ]
}
