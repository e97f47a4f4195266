//! A refusal that stays on a page and never reaches the client.

use crate::context::RefusedAt;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-error-not-redirected",
    summary: "The authorization server shows a refusal on a page instead of sending it to the redirect URI",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2.1"],
    explains: &["authorization-refused"],
    corpus: &["RED-08"],
    requirements: &["AR-08"],
    clients: Some("all: none learns that the sign-in is over, they wait until they give up"),
    ..RuleInfo::BASE
};

/// Codes that belong to the client, and that no other rule reads on a page.
const CODES: &[&str] = &[
    "access_denied",
    "login_required",
    "consent_required",
    "interaction_required",
    "account_selection_required",
    "temporarily_unavailable",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // About an unknown client or redirect URI the person must be told, not the client.
    let unsafe_to_redirect = ["client_id", "redirect_uri", "redirect uri", "unknown client", "invalid_client", "unauthorized_client"];
    let kept = context.refusals().into_iter().find_map(|r| {
        let code = CODES.iter().find(|c| r.text.contains(**c))?;
        let page = r.at == RefusedAt::Leg && r.status < 500 && !r.speaks_of(&unsafe_to_redirect);
        page.then_some((r, *code))
    });
    let Some((refusal, error)) = kept else { return Vec::new() };
    let attempt = context.attempts().iter().rfind(|a| a.authorize.id <= refusal.exchange.id);
    let redirect = attempt.and_then(|a| a.param("redirect_uri")).unwrap_or_else(|| context.redirect_uri());
    let state = attempt.and_then(|a| a.param("state")).unwrap_or_default();
    let separator = if redirect.contains('?') { '&' } else { '?' };
    let wanted = format!("{redirect}{separator}error={error}&state={state}");
    vec![
        Hit::new(
            refusal.spot(),
            format!("The authorization server refuses on a page ({}) and does not send the browser back: {} belongs to the redirect URI {}, which is right.", refusal.said, code(error), code(redirect)),
        )
        .expected(format!("302, Location: {wanted}"))
        .received(refusal.said.clone())
        .fix("Once client id and redirect URI are known to be right, send every refusal to the redirect URI with `error` and `state`; that holds for refusals of an identity provider behind the server, too.")
        .snippet("header", format!("Location: {wanted}")),
    ]
}
