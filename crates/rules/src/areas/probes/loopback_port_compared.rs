//! The port of a loopback redirect URI is compared.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "loopback-port-compared",
    summary: "The authorization server refuses a loopback redirect URI for its port",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &["RFC8252-7.3", "OAuth-2.1-8.4.2"],
    clients: Some("those that listen on any free port: Claude Code, VS Code, Cursor, MCP Inspector"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, false)) = super::outcome(context, "other-loopback-port") else { return Vec::new() };
    let asked = url_text::query_pairs(&exchange.request.url);
    let asked = asked.iter().find(|(name, _)| name == "redirect_uri").map(|(_, value)| value.clone()).unwrap_or_default();
    let registered = context.redirect_uri();
    let said = crate::context::error_of(exchange).map_or_else(|| words::answer(exchange), |e| e.sentence());
    vec![
        Hit::new(
            at::query(exchange, "redirect_uri"),
            format!(
                "The authorization server refuses `redirect_uri` {} ({said}), which differs from the known {} in the port only: on a loopback address any port must be allowed.",
                code(&asked),
                code(registered)
            ),
        )
        .expected("the port of a redirect URI on 127.0.0.1 or [::1] is not compared")
        .received(said)
        .fix("Compare redirect URIs on `127.0.0.1` and `[::1]` without their port (RFC 8252 section 7.3), and everything else character by character: native clients get another free port each time they run."),
    ]
}
