//! `state` came back changed.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "state-altered",
    summary: "state comes back changed in the authorization response",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &[
        "RFC6749-4.1.2",
        "RFC6749-10.12",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    explains: &["authorization-refused", "callback-without-answer"],
    corpus: &["RED-06", "RED-07", "RED-12", "AR-02"],
    requirements: &["AZ-08", "AR-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        // A response of an older attempt beside the right one is no fault of the server.
        let right = attempt.callbacks.iter().any(|(e, _)| context.facts(e).any(|f| matches!(f, Fact::State { matches: true, .. })));
        for (exchange, callback) in attempt.callbacks.iter().filter(|_| !right) {
            let altered = context.facts(exchange).any(|f| matches!(f, Fact::State { matches: false, present: true }));
            if altered {
                let sent = attempt.param("state").unwrap_or_default();
                hits.push(
                    Hit::new(
                        at::query(exchange, "state"),
                        format!("`state` in the authorization response is {}, but {} was sent; a client discards the response.", code(callback.state.as_deref().unwrap_or_default()), code(sent)),
                    )
                    .expected(format!("state={sent}, unchanged"))
                    .received(callback.state.clone().unwrap_or_default())
                    .related(at::query(attempt.authorize, "state"))
                    .fix("Return `state` exactly as it came: decode it once from the request and encode it once into the redirect, and do not replace it by a value of your own."),
                );
            }
        }
    }
    hits
}
