//! The response in the fragment.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-in-fragment",
    summary: "The authorization response is in the fragment of the URL",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2"],
    explains: &["callback-without-answer", "state-missing", "authorization-refused", "iss-missing"],
    corpus: &["RED-10"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let callbacks = context.attempts().iter().filter_map(|a| a.callback.as_ref());
    let by_callback = callbacks.filter(|(_, c)| c.in_fragment && c.is_answer()).map(|(exchange, _)| hit(at::url(exchange)));
    let legs = context.attempts().iter().flat_map(|a| a.legs());
    let by_leg = legs.filter(|e| {
        let location = e.response().and_then(|r| r.header("location")).unwrap_or_default();
        location.split_once('#').is_some_and(|(_, f)| f.contains("code=") && f.contains("state="))
    });
    by_callback.chain(by_leg.map(|e| hit(at::header(e, "location")))).take(1).collect()
}

fn hit(spot: at::Spot) -> Hit {
    Hit::new(spot, "The parameters of the authorization response stand in the fragment (after `#`), where the redirect URI never sees them.")
        .expected("the parameters in the query (after `?`)")
        .received("the parameters in the fragment")
        .fix("Answer with `response_mode` query, the default of `response_type=code`.")
}
