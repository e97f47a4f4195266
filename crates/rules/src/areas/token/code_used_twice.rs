//! One code in two requests.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "code-used-twice",
    summary: "The same authorization code is redeemed twice",
    area: Area::Token,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenRequest,
    references: &["RFC6749-4.1.2", "RFC6749-10.5"],
    explains: &["code-refused", "token-request-refused", "pkce-verification-failed"],
    corpus: &["TE-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut seen: Vec<(&str, u32)> = Vec::new();
    let mut hits = Vec::new();
    for call in context.token_calls() {
        let Some(value) = call.param("code").filter(|c| !c.is_empty()) else { continue };
        // The second half of a DPoP nonce exchange is no second use.
        if let Some((_, first)) = seen.iter().find(|(c, _)| *c == value) {
            hits.push(
                Hit::new(at::form(call.exchange, "code"), format!("The `code` of this token request was redeemed before, in exchange {first}; the server must refuse it and may revoke the token."))
                    .expected("one token request per code")
                    .received("the same code again")
                    .fix("Redeem a code once, guarded by `state`; do not repeat the request on a timeout."),
            );
        }
        seen.push((value, call.exchange.id));
    }
    hits
}
