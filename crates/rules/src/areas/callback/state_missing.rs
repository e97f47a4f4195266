//! `state` did not come back.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "state-missing",
    summary: "state is missing in the authorization response",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &[
        "RFC6749-4.1.2",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    explains: &["authorization-refused"],
    corpus: &["AR-02", "RED-06"],
    requirements: &["AZ-08", "AR-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let attempts = context.attempts().iter().filter(|a| a.param("state").is_some());
    let first = attempts.filter_map(|a| a.callback.as_ref().map(|(e, c)| (a, *e, c)));
    let missing = first.filter(|(_, exchange, callback)| {
        callback.is_answer()
            && !callback.in_fragment
            && context.facts(exchange).any(|f| matches!(f, Fact::State { present: false, .. }))
    });
    missing
        .map(|(attempt, exchange, callback)| {
            let what = if callback.error.is_some() { "error response" } else { "authorization response" };
            let escaped = exchange.request.url.contains("&amp;");
            let escaped = if escaped { ": the redirect has `&amp;` where `&` belongs, HTML escaping that does not belong into a `Location`" } else { "" };
            Hit::new(at::url(exchange), format!("The {what} has no `state`{escaped}, although {} was sent; a client discards it.", code(attempt.param("state").unwrap_or_default())))
                .expected("the `state` of the request")
                .received("no state")
                .related(at::query(attempt.authorize, "state"))
                .fix("Return `state` in every redirect back to the client, errors included, whenever the request had it.")
        })
        .collect()
}
