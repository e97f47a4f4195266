//! Two authentication methods in one request.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-authentication-doubled",
    summary: "The token request authenticates the client in two ways at once",
    area: Area::Token,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenRequest,
    references: &["RFC6749-2.3"],
    explains: &["client-authentication-refused", "token-request-refused"],
    corpus: &["TE-02"],
    requirements: &["RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.token_calls().iter().filter(|c| c.auth_methods().len() > 1);
    calls
        .map(|call| {
            let methods = call.auth_methods();
            Hit::new(at::form(call.exchange, "client_secret"), format!("The token request authenticates the client by {} at once; only one method is allowed.", codes(&methods)))
                .expected("one method")
                .received(methods.join(", "))
                .related(at::request_header(call.exchange, "authorization"))
                .fix("Send the credentials once, by the registered method.")
        })
        .collect()
}
