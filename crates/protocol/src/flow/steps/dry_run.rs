//! The dry run: the authorization URL, requested once without a browser before a person is sent there.
//!
//! What only a browser would have shown (an error page for an unknown client, for a redirect URI or a scope) is recorded
//! and becomes a finding before anybody signs in. It is asked for (`dry_run`), marked as extra, carries no cookies, and has
//! a `state` and a PKCE challenge of its own, so that nothing of the real request is used up. Each redirect is an exchange;
//! the redirect URI itself is never requested. Pushed requests have no dry run: their `request_uri` is good for one use.

use super::authorize::build;
use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Follow, Fresh, Output, Prepared, Reply, redirect};
use crate::{authorize, oauth_error, url_text};
use authscope_model::event::Tone;
use authscope_model::{Header, Participant, StepKind};

/// Whether the authorization that comes next is to be tried first.
pub(in crate::flow) fn is_due(flow: &Flow) -> bool {
    let context = &flow.context;
    context.config.dry_run
        && !context.dry_run_done
        && context.probing.is_none()
        && context.request_uri.is_none()
        && context
            .endpoints
            .authorization
            .as_deref()
            .is_some_and(authorize::scheme_is_safe)
}

pub(in crate::flow) fn prepare(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    let endpoint = flow.context.endpoints.authorization.clone();
    let endpoint = endpoint.unwrap_or_default();
    let params = build(flow, fresh)?;
    let sent = params.iter().find(|(name, _)| name == "redirect_uri");
    let redirect_uri = sent.map(|(_, value)| value.clone()).unwrap_or_default();
    // It was only for this request; the real one is built anew.
    flow.context.request = None;
    let url = authorize::build_url(&endpoint, &params);
    let prepared = Prepared {
        headers: vec![Header::new(
            "Accept",
            "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        )],
        follow: Follow::Until(redirect_uri),
        extra: true,
        purpose: "dry run before anybody signs in: no cookies".into(),
        ..Prepared::get(StepKind::DryRun, Participant::AuthorizationServer, url)
    };
    Ok(Action::Send(prepared))
}

/// Whatever came: the person may go on.
pub(in crate::flow) fn absorb(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    flow.context.dry_run_done = true;
    flow.stage = Stage::Authorize;
    let (tone, text) = outcome(reply);
    vec![Output::Note(tone, format!("Dry run: {text}"))]
}

/// What the last answer means, in one sentence.
fn outcome(reply: &Reply<'_>) -> (Tone, String) {
    let url = &reply.exchange.request.url;
    let host = url_text::split(url).map_or("", |parts| parts.authority);
    let location = reply.header("location").unwrap_or_default();
    let param = |name: &str| {
        let pairs = url_text::query_pairs(location);
        pairs.into_iter().find(|(n, _)| n == name).map(|(_, v)| v)
    };
    if reply.exchange.response().is_none() {
        let words = format!("nothing came back from {host} ({}).", reply.in_words());
        return (Tone::Warning, words);
    }
    if matches!(reply.status(), 300..=399) {
        if let Some(error) = param("error") {
            let words = format!(
                "the authorization server sends the browser straight back with `error={error}`."
            );
            return (Tone::Warning, words);
        }
        if param("code").is_some() {
            let words = "the authorization server sends the browser straight back with a code, without asking anybody. Nobody redeems it.";
            return (Tone::Info, words.into());
        }
        let target = redirect::resolve(url, location).unwrap_or_else(|| location.to_owned());
        let words = format!("the redirects end at {target}, which was not requested.");
        return (Tone::Info, words);
    }
    if reply.is_success() {
        let words = format!("{host} shows a page; a person can go on there.");
        return (Tone::Info, words);
    }
    let said = oauth_error::read(reply.status(), reply.content_type(), &reply.text());
    let said = said.map(|error| format!(": {}", error.sentence()));
    let words = format!(
        "{host} answers {} instead of a page to sign in{}.",
        reply.in_words(),
        said.unwrap_or_default()
    );
    (Tone::Warning, words)
}
