//! The authorization endpoint redirects to a URI nobody registered.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "unregistered-redirect-accepted",
    summary: "The authorization endpoint redirects to a redirect_uri that is not registered",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC6749-3.1.2.4",
        "RFC9700-4.1.3",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    requirements: &["AZ-11", "RG-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "unregistered-redirect") else { return Vec::new() };
    let Some(response) = exchange.response() else { return Vec::new() };
    let location = response.header("location").unwrap_or_default();
    vec![
        Hit::new(
            at::header(exchange, "location"),
            format!(
                "The authorization endpoint redirects to `redirect_uri` of the request though it is not registered for this client: Location: {}. An attacker gets the codes of every user who follows a prepared link.",
                code(location)
            ),
        )
        .expected(format!("an error page (400), no redirect: only {} is registered", code(context.redirect_uri())))
        .received(format!("{}, Location: {location}", response.status_line))
        .related(at::query(exchange, "redirect_uri"))
        .fix("Compare `redirect_uri` with the registered ones as text, before anything else; only the port of a loopback address may differ. Show an error page when none is equal."),
    ]
}
