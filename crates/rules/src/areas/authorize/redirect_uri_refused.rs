//! The redirect URI is not registered.

use crate::prelude::*;
use authscope_protocol::redirect_uri::{self, RedirectKind};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "redirect-uri-refused",
    summary: "The authorization server refuses the redirect URI",
    area: Area::Authorize,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &[
        "RFC6749-3.1.2.3",
        "RFC9700-2.1",
        "RFC8252-7.3",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    explains: &["authorization-refused"],
    corpus: &["PRE-02", "PRE-03", "RED-01", "RED-02", "CIMD-01", "RED-05"],
    requirements: &["RG-19", "RG-20", "AZ-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((attempt, refusal)) = super::redirect_refusal(context) else { return Vec::new() };
    let used = attempt.param("redirect_uri").unwrap_or_default();
    let document = attempt.param("client_id").is_some_and(|id| id.contains("://"));
    let loopback = redirect_uri::kind(used) == RedirectKind::Loopback;
    let by_document = document && loopback;
    let mut message = format!("The authorization server refuses `redirect_uri` {} ({})", code(used), refusal.said);
    if by_document {
        message.push_str("; the client document lists it but for the port of the loopback address, which must not count");
    }
    let registered = context.registered().is_some();
    let hit = Hit::new(refusal.spot(), format!("{message}."))
        .expected("a redirect URI that is registered for this client, character by character")
        .received(used)
        .related(at::query(attempt.authorize, "redirect_uri"))
        .fix(fix(context, used, loopback));
    vec![if by_document || registered { hit.party(Party::AuthorizationServer) } else { hit }]
}

fn fix(context: &Context<'_>, used: &str, loopback: bool) -> String {
    let general = format!("Register {} for this client, copied character by character.", code(used));
    let host = words::host(context.issuer().unwrap_or_default());
    let more = if host.ends_with("microsoftonline.com") {
        " Entra ID: register `http://localhost/…` under \"Mobile and desktop applications\"; the port is ignored for `localhost` only, `127.0.0.1` needs the manifest."
    } else if host.ends_with("google.com") || host.ends_with("googleapis.com") {
        " Google: enter it under \"Authorized redirect URIs\" (not JavaScript origins); a client of type \"Desktop app\" accepts any loopback port."
    } else if host.contains("amazoncognito") || host.contains("cognito-idp") {
        " Cognito: enter it under \"Allowed callback URLs\" of the app client; http is accepted for `localhost` only."
    } else if host.contains("okta") {
        " Okta: enter it under \"Sign-in redirect URIs\" of the app."
    } else if host.ends_with("auth0.com") {
        " Auth0: enter it under \"Allowed Callback URLs\" of the application."
    } else if loopback {
        " Loopback: `localhost`, `127.0.0.1` and `[::1]` are three different texts; a server that fixes the port needs a client with a fixed port (--redirect-uri)."
    } else {
        ""
    };
    format!("{general}{more}")
}
