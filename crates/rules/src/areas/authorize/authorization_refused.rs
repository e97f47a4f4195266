//! The authorization request failed, and nothing more is known.

use crate::context::RefusedAt;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-refused",
    summary: "The authorization server refuses the authorization request",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2.1"],
    confidence: Confidence::Likely,
    corpus: &["RED-08"],
    requirements: &["AR-08"],
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.refusals().into_iter().find(|r| r.at != RefusedAt::Pushed);
    let Some(refusal) = refused else { return Vec::new() };
    let place = if refusal.at == RefusedAt::Callback { "at the redirect URI".to_owned() } else { format!("on a page that only the browser sees{}", super::place(context, &refusal)) };
    let hit = Hit::new(refusal.spot(), format!("The authorization server refuses the authorization request {place}: {}.", refusal.said))
        .expected("a code at the redirect URI")
        .received(refusal.said.clone())
        .fix("Read the server's message and compare it with the parameters of the request: client id, redirect URI, scope, resource, PKCE.");
    let attempt = context.attempts().iter().find(|a| {
        a.authorize.id == refusal.exchange.id
            || a.hops.iter().any(|h| h.id == refusal.exchange.id)
            || a.callback.as_ref().is_some_and(|(e, _)| e.id == refusal.exchange.id)
    });
    vec![match attempt {
        Some(attempt) if attempt.authorize.id != refusal.exchange.id => hit.related(at::url(attempt.authorize)),
        _ => hit,
    }]
}
