//! Registration refuses the redirect URI.

use crate::context::error_of;
use crate::prelude::*;
use crate::providers;
use authscope_protocol::redirect_uri::{self, RedirectKind};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-redirect-uri-refused",
    summary: "The registration endpoint refuses the redirect URI",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &[
        "RFC7591-3.2.2",
        "RFC8252-7.3",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#communication-security",
        "MCP-2025-11-25-authorization#communication-security",
        "MCP-2026-07-28-registration#application-type-and-redirect-uri-constraints",
    ],
    explains: &["registration-refused"],
    corpus: &["DCR-03", "DCR-04", "DCR-05", "DCR-06"],
    requirements: &["RG-13", "RG-14", "RG-15", "RG-19"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.registrations().iter().filter(|r| {
        r.exchange.status().is_some_and(|s| s >= 400)
            && super::refusal_text(r.exchange).contains("redirect")
    });
    refused.map(|r| hit(context, r)).collect()
}

fn hit(context: &Context<'_>, registration: &crate::context::Registration<'_>) -> Hit {
    let exchange = registration.exchange;
    let uris = registration.sent_list("redirect_uris");
    let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
    let kinds: Vec<RedirectKind> = uris.iter().map(|u| redirect_uri::kind(u)).collect();
    let untyped = registration.sent_text("application_type").is_none();
    let (reason, fix, party) = reason(&kinds, untyped);
    Hit::new(
        at::body(exchange),
        format!("The registration endpoint refuses the redirect URI {} ({said}): {reason}.", codes(&uris)),
    )
    .expected("201: the redirect URI is accepted")
    .received(said)
    .related(at::request_json(exchange, "/redirect_uris"))
    .party(party)
    .fix(format!("{fix}{}", providers::redirect_rule(context)))
}

fn reason(kinds: &[RedirectKind], untyped: bool) -> (&'static str, &'static str, Party) {
    if kinds.iter().any(|k| matches!(k, RedirectKind::PlainHttp | RedirectKind::Invalid)) {
        return (
            "it is neither https nor a loopback address",
            "Register an https redirect URI, or http on 127.0.0.1, [::1] or localhost.",
            Party::Client,
        );
    }
    if kinds.contains(&RedirectKind::PrivateScheme) {
        return (
            "a private-use scheme is among the redirect URIs, and the server does not accept it",
            "Accept private-use schemes for native clients, or ignore the one URI instead of refusing all; a client can register https and loopback URIs only.",
            Party::AuthorizationServer,
        );
    }
    if kinds.iter().all(|k| *k == RedirectKind::Loopback) && !kinds.is_empty() {
        return (
            if untyped {
                "it is an http loopback URI, which native clients use, and the request has no `application_type`"
            } else {
                "it is an http loopback URI, which RFC 8252 lets native clients use"
            },
            "Accept http for 127.0.0.1, [::1] and localhost with any port (RFC 8252 section 7.3); for servers with OpenID rules send `\"application_type\": \"native\"`.",
            Party::AuthorizationServer,
        );
    }
    (
        "it is a hosted https URI, and the server admits only loopback addresses or hosts on a list",
        "Put the host of the redirect URI on the server's list, or use a client with a loopback redirect URI (--redirect-uri http://127.0.0.1:PORT/callback).",
        Party::AuthorizationServer,
    )
}
