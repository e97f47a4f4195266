//! The redirect URI is not registered.

use crate::prelude::*;
use crate::providers;
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
    // What stands in a document of the person's own is not known here.
    let own = context.config().is_some_and(|c| c.client_metadata_url.is_some());
    let by_document = document && loopback && !own;
    let mut message = format!("The authorization server refuses `redirect_uri` {} ({})", code(used), refusal.said);
    if by_document {
        message.push_str("; the client document lists it but for the port of the loopback address, which must not count");
    }
    if document && own {
        message.push_str("; `redirect_uris` of the client document must list it");
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
    let provider = providers::redirect_rule(context);
    let loopback = if loopback && provider.is_empty() {
        " Loopback: `localhost`, `127.0.0.1` and `[::1]` are three different texts; a server that fixes the port needs a client with a fixed port (--redirect-uri)."
    } else {
        ""
    };
    format!("{general}{provider}{loopback}")
}
