//! A proof was sent, and a bearer token came.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "dpop-token-not-bound",
    summary: "A token request with a DPoP proof is answered with a bearer token",
    area: Area::Dpop,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Proof,
    references: &["RFC9449-5", "RFC9449-5.1"],
    requirements: &["DP-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let offered = context.metadata().and_then(|d| d.value.dpop_signing_alg_values_supported.clone());
    let call = context.issued().filter(|c| c.exchange.request.header("dpop").is_some());
    let kind = call.and_then(|c| c.reply.as_ref()?.token_type.clone());
    let (Some(call), Some(kind)) = (call, kind) else { return Vec::new() };
    if !kind.eq_ignore_ascii_case("bearer") {
        return Vec::new();
    }
    let hit = Hit::new(
        at::json(call.exchange, "/token_type"),
        format!("The token request carried a DPoP proof, and `token_type` is {}: whoever steals this token can use it.", code(&kind)),
    )
    .expected("\"token_type\": \"DPoP\"")
    .received(kind)
    .related(at::request_header(call.exchange, "dpop"));
    match (offered, context.metadata()) {
        (Some(_), Some(document)) => vec![
            hit.related(at::json(document.exchange, "/dpop_signing_alg_values_supported"))
                .fix("Bind the token to the key of the proof (`cnf.jkt`) and answer `\"token_type\": \"DPoP\"`, or take `dpop_signing_alg_values_supported` out of the metadata."),
        ],
        _ => vec![
            hit.party(Party::Client)
                .level(Level::Hint)
                .fix("The metadata does not offer DPoP (`dpop_signing_alg_values_supported`); run without proofs, or ask for it to be switched on."),
        ],
    }
}
