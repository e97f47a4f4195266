//! `code` and `error` together.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-code-with-error",
    summary: "The authorization response has both a code and an error",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2", "RFC6749-4.1.2.1"],
    explains: &["authorization-refused"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let callbacks = context.attempts().iter().filter_map(|a| a.callback.as_ref());
    callbacks
        .filter(|(_, callback)| callback.contradicts_itself())
        .map(|(exchange, callback)| {
            let error = callback.error.as_deref().unwrap_or_default();
            Hit::new(at::query(exchange, "error"), format!("The authorization response has `code` and `error` {} at once.", code(error)))
                .expected("either `code` or `error`")
                .received(format!("code and error={error}"))
                .fix("Send `code` on success and `error` on failure, never both.")
        })
        .collect()
}
