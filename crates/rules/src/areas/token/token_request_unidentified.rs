//! A token request without a client id.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-request-unidentified",
    summary: "The token request of a public client has no client id",
    area: Area::Token,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenRequest,
    references: &["RFC6749-4.1.3", "RFC6749-3.2.1", "RFC6749-6"],
    explains: &["client-authentication-refused", "token-request-refused", "refresh-refused"],
    corpus: &["TE-05", "REF-02", "REF-03"],
    requirements: &["RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshes = context.refreshes();
    let calls = context.token_calls().iter().chain(refreshes.iter());
    let mut hits = Vec::new();
    for call in calls.filter(|c| c.exchange.step != StepKind::TokenExchange && !c.params.is_empty()) {
        let unnamed = call.auth_methods().is_empty() && call.param("client_id").is_none_or(str::is_empty) && call.param("assertion").is_none();
        if unnamed {
            hits.push(
                Hit::new(at::form(call.exchange, "client_id"), "The token request has neither `client_id` nor client authentication.")
                    .expected("client_id=…")
                    .received("no client_id")
                    .fix("Send `client_id` in the body of every token and refresh request of a public client."),
            );
        }
        if call.param("client_secret") == Some("") {
            hits.push(
                Hit::new(at::form(call.exchange, "client_secret"), "The token request has an empty `client_secret`; some servers take it for a wrong one.")
                    .expected("no client_secret")
                    .received("client_secret=")
                    .level(Level::Warning)
                    .fix("Leave empty parameters out."),
            );
        }
    }
    hits
}
