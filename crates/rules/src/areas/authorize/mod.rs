//! The authorization request and what refuses it.

rules! {
    authorization_endpoint_dead,
    redirect_uri_refused_after_registration,
    redirect_uri_refused,
    response_altered_redirect_uri,
    consent_form_blocked,
    response_type_refused,
    state_refused,
    pushed_request_refused,
    authorization_server_error,
    authorization_denied,
    authorization_refused,
}

use crate::context::{Attempt, Context, Refusal};

/// A refusal that is about the redirect URI, with its attempt.
fn redirect_refusal<'c, 'a>(context: &'c Context<'a>) -> Option<(&'c Attempt<'a>, Refusal<'a>)> {
    let marks = [
        "redirect_uri",
        "redirect uri",
        "redirect url",
        "redirect_url",
        "redirect_mismatch",
        "callback url",
        "aadsts50011",
        "redirecturi",
    ];
    let refusal = context
        .refusals()
        .into_iter()
        .find(|r| r.speaks_of(&marks))?;
    let attempt = context.attempt()?;
    Some((attempt, refusal))
}
