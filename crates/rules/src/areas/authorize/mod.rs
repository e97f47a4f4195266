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
    pushed_response_incomplete,
    authorization_server_error,
    authorization_error_not_redirected,
    authorization_response_not_redirected,
    authorization_error_unknown_code,
    authorization_denied,
    authorization_refused,
}

use crate::context::{Attempt, Context, Refusal, RefusedAt};

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

use crate::words::code;

/// " at `URL`" where a refusal was met on another page than the authorization endpoint.
fn place(context: &Context<'_>, refusal: &Refusal<'_>) -> String {
    let page = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let here = page(&refusal.exchange.request.url);
    let mut asked = context
        .attempts()
        .iter()
        .map(|a| page(&a.authorize.request.url));
    if refusal.at == RefusedAt::Leg && asked.all(|url| url != here) {
        format!(" at {}", code(&here))
    } else {
        String::new()
    }
}
