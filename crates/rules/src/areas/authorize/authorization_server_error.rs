//! The authorization server breaks down during authorization.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-server-error",
    summary: "The authorization server fails while it handles the authorization request",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2.1", "RFC9110-15.6"],
    explains: &["authorization-refused"],
    corpus: &["RED-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let failed = context
        .refusals()
        .into_iter()
        .find(|r| r.status >= 500 || r.is_code(&["server_error", "temporarily_unavailable"]));
    let Some(refusal) = failed else { return Vec::new() };
    // A 5xx that names redirect URI, scope or resource is a refusal in disguise: those rules say more.
    if refusal.speaks_of(&["redirect_uri", "redirect uri", "invalid_scope", "invalid_target"]) {
        return Vec::new();
    }
    vec![
        Hit::new(refusal.spot(), format!("The authorization server fails at the authorization request{}: {}.", super::place(context, &refusal), refusal.said))
            .expected("a sign-in page, or a redirect with `code` or a specific `error`")
            .received(refusal.said.clone())
            .fix("Find the error in the authorization server's log; send a specific `error` to the redirect URI when a parameter is not acceptable."),
    ]
}
