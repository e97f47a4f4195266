//! A code is redeemed with another redirect URI.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-redirect-uri-not-checked",
    summary: "The token endpoint redeems a code although redirect_uri is not that of the authorization request",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &["RFC6749-4.1.3", "OAuth-2.1-4.1.3"],
    requirements: &["TK-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "changed-redirect-at-token") else { return Vec::new() };
    let sent = authscope_protocol::form::parse(&exchange.request.body.text);
    let sent = sent.iter().find(|(name, _)| name == "redirect_uri").map_or("", |(_, value)| value.as_str());
    vec![
        Hit::new(
            at::form(exchange, "redirect_uri"),
            format!(
                "The token endpoint gives a token although `redirect_uri` {} is not the {} of the authorization request.",
                code(sent),
                code(context.redirect_uri())
            ),
        )
        .expected("400, {\"error\": \"invalid_grant\"}")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(super::issued(exchange))
        .fix("Store `redirect_uri` with the code, compare it as text with the one in the token request, and answer 400 `invalid_grant` when they differ."),
    ]
}
