//! Neither a code nor an error.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-without-answer",
    summary: "The authorization response has neither a code nor an error",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2", "RFC6749-4.1.2.1"],
    corpus: &["RED-08", "RED-10"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let attempts = context.attempts().iter();
    let empty = attempts.filter(|a| !a.callbacks.is_empty() && a.callbacks.iter().all(|(_, c)| !c.is_answer()));
    empty
        .filter_map(|attempt| attempt.callback.as_ref())
        .map(|(exchange, callback)| {
            let names: Vec<&str> = callback.unknown.iter().map(|(n, _)| n.as_str()).collect();
            let implicit = names.iter().any(|n| matches!(*n, "access_token" | "id_token"));
            let what = if implicit { "a token in its place: the server used the implicit flow" } else { "it cannot be used" };
            Hit::new(at::url(exchange), format!("The authorization response has neither `code` nor `error` (parameters: {}); {what}.", codes(&names)))
                .expected("`code` and `state`, or `error` and `state`")
                .received(codes(&names))
                .fix("Answer `response_type=code` with `code`, or with `error`, in the query of the redirect URI.")
        })
        .collect()
}
