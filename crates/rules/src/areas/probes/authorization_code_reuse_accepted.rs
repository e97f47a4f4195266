//! A code can be redeemed twice.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-code-reuse-accepted",
    summary: "The token endpoint redeems the same code twice",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &["RFC6749-4.1.2", "OAuth-2.1-4.1.2", "RFC9700-4.5.3.2"],
    corpus: &["TE-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "reused-code") else { return Vec::new() };
    vec![
        Hit::new(
            super::issued(exchange),
            "The token endpoint gives a second token for the same `code`: codes must be good for one use only.",
        )
        .expected("400, {\"error\": \"invalid_grant\"}")
        .received(exchange.response().map(|r| r.status_line.clone()).unwrap_or_default())
        .related(at::form(exchange, "code"))
        .fix("Mark a code as used in the same transaction that reads it; answer a second use with 400 `invalid_grant`, and revoke the tokens given for it."),
    ]
}
