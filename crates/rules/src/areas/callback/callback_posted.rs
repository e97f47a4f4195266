//! The response as a form post.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-posted",
    summary: "The authorization response comes as a form post that nobody asked for",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2"],
    explains: &["callback-without-answer", "state-missing"],
    corpus: &["RED-10"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let asked = attempt.param("response_mode") == Some("form_post");
        let Some((exchange, _)) = attempt.callback.as_ref().filter(|_| !asked) else { continue };
        if exchange.request.method.eq_ignore_ascii_case("POST") {
            hits.push(
                Hit::new(at::whole(exchange), "The authorization response comes by POST, although `response_mode` was not sent; clients listen for GET.")
                    .expected("GET with the parameters in the query")
                    .received("POST")
                    .fix("Use `response_mode` query unless the request says `form_post`."),
            );
        }
    }
    hits
}
