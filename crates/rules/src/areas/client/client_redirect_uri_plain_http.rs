//! A redirect URI was set by hand that is plain http on another host.

use crate::prelude::*;
use authscope_protocol::redirect_uri::{self, RedirectKind};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-redirect-uri-plain-http",
    summary: "The redirect URI is plain http on a host that is not this machine",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC8252-7.3",
        "RFC7591-5",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#communication-security",
        "MCP-2025-11-25-authorization#communication-security",
        "MCP-2026-07-28-security#communication-security",
    ],
    explains: &[
        "redirect-uri-refused",
        "redirect-uri-refused-after-registration",
        "registration-redirect-uri-refused",
        "registration-refused",
        "authorization-refused",],
    requirements: &["RG-19"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let used = context.redirect_uri();
    if redirect_uri::kind(used) != RedirectKind::PlainHttp {
        return Vec::new();
    }
    let registration = context.registration().map(|r| at::request_json(r.exchange, "/redirect_uris"));
    let spot = context.attempt().map(|a| at::query(a.authorize, "redirect_uri")).or(registration);
    let Some(spot) = spot else { return Vec::new() };
    let host = words::host(used);
    vec![
        Hit::new(
            spot,
            format!("The redirect URI {} is plain http on {}, which is not this machine: codes would travel in the clear, and authorization servers refuse it, rightly.", code(used), code(host)),
        )
        .expected("https, or http on 127.0.0.1, [::1] or localhost")
        .received(used)
        .fix(format!("Serve authscope with https under its public URL (`https://{host}`), or use a redirect URI on 127.0.0.1.")),
    ]
}
