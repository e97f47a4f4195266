//! The redirect URI was registered and is refused all the same.

use crate::prelude::*;
use crate::providers;
use authscope_protocol::redirect_uri;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "redirect-uri-refused-after-registration",
    summary: "The redirect URI that was just registered is refused in the authorization request",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &[
        "RFC7591-3.2.2",
        "RFC6749-3.1.2.3",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    explains: &["authorization-refused", "redirect-uri-refused"],
    corpus: &["DCR-14"],
    requirements: &["AZ-11", "RG-20"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((attempt, refusal)) = super::redirect_refusal(context) else { return Vec::new() };
    let Some(registration) = context.registered() else { return Vec::new() };
    let used = attempt.param("redirect_uri").unwrap_or_default();
    let registered = registration.reply.as_ref().and_then(|r| r.redirect_uris.clone());
    let registered = registered.unwrap_or_else(|| registration.sent_list("redirect_uris"));
    if !redirect_uri::compare(used, &registered).is_accepted() {
        return Vec::new();
    }
    let exact = registered.iter().any(|uri| uri == used);
    let port = if exact { "" } else { "; only the port of the loopback address differs, which must not count (RFC 8252 section 7.3)" };
    vec![
        Hit::new(
            refusal.spot(),
            format!("The authorization endpoint refuses `redirect_uri` {} ({}), although the registration reply lists {}{port}.", code(used), refusal.said, codes(&registered)),
        )
        .expected("the registered redirect URI is accepted")
        .received(refusal.said.clone())
        .related(at::json(registration.exchange, "/redirect_uris"))
        .related(at::query(attempt.authorize, "redirect_uri"))
        .fix(format!("Apply one rule in both places: compare with the redirect URIs that were registered for this client, as text; refuse at registration with `invalid_redirect_uri` what is not acceptable.{}", providers::redirect_rule(context))),
    ]
}
