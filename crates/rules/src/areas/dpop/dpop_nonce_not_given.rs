//! `use_dpop_nonce` without the nonce to use.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "dpop-nonce-not-given",
    summary: "A server demands a DPoP nonce and gives none",
    area: Area::Dpop,
    party: Party::AuthorizationServer,
    needs: Need::Proof,
    keywords: Keywords::all(Must),
    references: &["RFC9449-8", "RFC9449-9"],
    explains: &["token-request-refused", "token-refused-by-mcp-server"],
    requirements: &["DP-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let demands = context.exchanges().iter().filter(|e| super::wants_nonce(e));
    let without = demands.filter(|e| e.response().is_some_and(|r| r.header("dpop-nonce").is_none()));
    without
        .map(|exchange| {
            Hit::new(
                at::headers(exchange),
                format!("The answer to {} says `use_dpop_nonce` and has no `DPoP-Nonce` header, so no client can know which nonce to use.", exchange.step.title()),
            )
            .expected("a `DPoP-Nonce` header beside the error")
            .received("no such header")
            .party(responder(exchange))
            .fix("Send the nonce in a `DPoP-Nonce` header with every `use_dpop_nonce` error, and let proxies pass it (browser clients need it in `Access-Control-Expose-Headers`).")
        })
        .collect()
}
