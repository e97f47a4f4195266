//! The same response twice.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-hit-twice",
    summary: "The redirect URI was called more than once with the same answer",
    area: Area::Callback,
    party: Party::Client,
    keywords: Keywords::all(Practice),
    needs: Need::Callback,
    references: &["RFC6749-10.12", "RFC6749-4.1.2"],
    confidence: Confidence::Likely,
    corpus: &["RED-07"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let mut seen: Vec<&str> = Vec::new();
        for (exchange, callback) in &attempt.callbacks {
            let Some(code_value) = callback.code.as_deref() else { continue };
            if seen.contains(&code_value) {
                hits.push(
                    Hit::new(at::whole(exchange), "The redirect URI was called a second time with the same `code`; a client that redeems it twice gets `invalid_grant`, and the server may revoke the token.")
                        .expected("one call")
                        .received("a second call with the same code")
                        .fix("Redeem a code once, guarded by `state`; a reload of the page, a link preview or a scanner may call the URL again."),
                );
            }
            seen.push(code_value);
        }
    }
    hits
}
