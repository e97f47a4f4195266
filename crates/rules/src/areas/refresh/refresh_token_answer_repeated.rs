//! A refresh that gives the access token that it was to replace.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-token-answer-repeated",
    summary: "A refresh is answered with the same access token as before",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Refresh,
    references: &["RFC6749-6", "RFC6749-5.1"],
    corpus: &["REF-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::refreshed(context).iter().filter_map(hit).collect()
}

fn hit(refreshed: &super::Refreshed<'_>) -> Option<Hit> {
    let (before, now) = (refreshed.before.access_token()?, refreshed.now.access_token()?);
    (before == now).then(|| {
        Hit::new(
            at::json(refreshed.now.exchange, "/access_token"),
            "The refresh is answered with the same access token as before: it expires when it would have expired anyway, and a client that relies on `expires_in` uses it too long.",
        )
        .expected("a new access token")
        .received("the access token of the answer before")
        .related(at::json(refreshed.before.exchange, "/access_token"))
        .fix("Issue a new access token with a full lifetime at every refresh, and do not answer from a cache.")
    })
}
