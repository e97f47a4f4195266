//! Registration failed, and nothing more is known.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-refused",
    summary: "The registration endpoint refuses the client",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-3.2.2"],
    confidence: Confidence::Likely,
    corpus: &["DCR-02", "DCR-18"],
    requirements: &["RG-15"],
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registration() else { return Vec::new() };
    let exchange = registration.exchange;
    let Some(status) = exchange.status().filter(|s| *s >= 300) else { return Vec::new() };
    let error = error_of(exchange);
    let said = error.as_ref().map_or_else(|| words::answer(exchange), |e| e.sentence());
    let oauth = error.as_ref().is_some_and(|e| e.is_oauth());
    let form = if oauth { "" } else { "; the answer is not an OAuth error, so clients cannot say more" };
    vec![
        Hit::new(at::body(exchange), format!("The registration endpoint {} refuses the client: {said}{form}.", code(&exchange.request.url)))
            .expected("201 with a client id, or 400 with `error` and `error_description`")
            .received(said)
            .related(at::request_json(exchange, ""))
            .fix(if status >= 500 {
                "Find the error in the authorization server's log; answer 400 with `invalid_client_metadata` when a member of the request is not acceptable."
            } else {
                "Read the server's message; answer 400 with `invalid_redirect_uri` or `invalid_client_metadata` and a description that names the member."
            }),
    ]
}
