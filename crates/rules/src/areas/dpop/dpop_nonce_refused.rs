//! A nonce that was just given is asked for again.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "dpop-nonce-refused",
    summary: "A server refuses the DPoP nonce it has just given",
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
    let demands: Vec<&Exchange> = context.exchanges().iter().copied().filter(|e| super::wants_nonce(e)).collect();
    demands.windows(2).filter_map(hit).collect()
}

fn hit(pair: &[&Exchange]) -> Option<Hit> {
    let [first, second] = pair else { return None };
    let given = first.response()?.header("dpop-nonce")?;
    let proof = super::proof(second)?;
    let sent = proof.payload.get("nonce")?.as_str()?;
    // Either may be recorded shortened: what is left of both is compared.
    let shown = |text: &str| text.split('⟨').next().unwrap_or_default().to_owned();
    let (sent, told) = (shown(sent), shown(given));
    let same = sent.starts_with(&told) || told.starts_with(&sent);
    if !same || first.request.url != second.request.url {
        return None;
    }
    Some(
        Hit::new(
            at::body(second),
            format!("The nonce {} was given one request before, is in the proof, and {} is answered `use_dpop_nonce` again.", code(given), second.step.title()),
        )
        .expected(format!("the nonce {} is taken", code(given)))
        .received("use_dpop_nonce")
        .related(at::header(first, "dpop-nonce"))
        .related(at::request_header(second, "dpop"))
        .party(responder(second))
        .fix("Accept a nonce for some minutes after it was given, in every instance of the server: share the secret it is made from, or the store it is kept in."),
    )
}
