//! The endpoint for pushed authorization requests refuses.

use crate::context::RefusedAt;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pushed-request-refused",
    summary: "The pushed authorization request is refused",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9126-2.3", "RFC9126-2.2"],
    confidence: Confidence::Likely,
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let pushed = context.refusals().into_iter().filter(|r| r.at == RefusedAt::Pushed);
    pushed
        .map(|refusal| {
            Hit::new(
                refusal.spot(),
                format!("The pushed authorization request endpoint {} refuses: {}.", code(&refusal.exchange.request.url), refusal.said),
            )
            .expected("201 with `request_uri`")
            .received(refusal.said.clone())
            .related(at::form(refusal.exchange, "client_id"))
            .fix("Accept the parameters of an authorization request there, with the client authentication of the token endpoint; or do not require pushed requests.")
        })
        .collect()
}
