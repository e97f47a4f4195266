//! A client id that cannot be one.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-id-malformed",
    summary: "The client id of the authorization request cannot be right",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-2.2", "RFC6749-A"],
    explains: &["client-unknown", "authorization-refused", "token-request-refused"],
    corpus: &["PRE-04", "PRE-06"],
    requirements: &["RG-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(attempt) = context.attempt() else { return Vec::new() };
    let Some(id) = attempt.param("client_id") else { return Vec::new() };
    // What a registration gave is not the client's doing.
    if context.registered().is_some_and(|r| r.client_id() == Some(id)) {
        return Vec::new();
    }
    let what = if id.trim().is_empty() {
        "is empty"
    } else if id.trim() != id || id.contains(['\n', '\t']) {
        "has white space around it, as from a copy"
    } else if id == context.redirect_uri() {
        "is the redirect URI"
    } else if id.contains(' ') && id.contains("://") {
        "is a list of URLs"
    } else {
        return Vec::new();
    };
    vec![
        Hit::new(at::query(attempt.authorize, "client_id"), format!("The `client_id` {} {what}.", code(id)))
            .expected("the client id as the authorization server or the client document gives it")
            .received(id)
            .fix("Enter the client id again, or leave it empty so that the client registers itself."),
    ]
}
