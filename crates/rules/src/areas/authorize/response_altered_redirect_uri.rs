//! The server comes back to another URL than the redirect URI.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "response-altered-redirect-uri",
    summary: "The authorization server sends the browser back to another URL than the redirect URI",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2", "RFC6749-3.1.2.3", "RFC9700-2.1"],
    explains: &["authorization-refused", "connection-failed", "host-name-not-resolved", "tls-handshake-failed", "address-blocked", "answer-timed-out", "authorization-endpoint-dead", "redirect-uri-refused"],
    corpus: &["DCR-13"],
    requirements: &["AZ-11", "AR-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let Some(wanted) = attempt.param("redirect_uri") else { continue };
        for leg in attempt.legs() {
            let location = leg.response().and_then(|r| r.header("location")).unwrap_or_default();
            let elsewhere = attempt.callback.is_none() && is_ours(location, attempt.param("state")) && is_foreign(context, location, wanted);
            if is_response(location) && (altered(location, wanted) || elsewhere) {
                hits.push(hit(attempt.authorize, leg, location, wanted));
            }
        }
    }
    hits
}

fn is_response(location: &str) -> bool {
    let parameters = url_text::query_pairs(location);
    let has = |name: &str| parameters.iter().any(|(n, _)| n == name);
    (has("code") || has("error")) && has("state") && !has("redirect_uri") && !has("client_id")
}

fn base(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Another URL that is plainly meant to be the redirect URI: the same host, or a loopback one.
fn altered(location: &str, wanted: &str) -> bool {
    let (got, want) = (base(location), base(wanted));
    let related = words::host(got) == words::host(want) || (words::is_loopback(got) && words::is_loopback(want));
    got != want && related
}

/// Whether a response carries the state of our request. An identity provider behind the server answers that server, with
/// a state of its own.
fn is_ours(location: &str, state: Option<&str>) -> bool {
    let parameters = url_text::query_pairs(location);
    let got = parameters.iter().find(|(name, _)| name == "state").map(|(_, value)| value.as_str());
    got.is_some_and(|got| !got.is_empty() && Some(got) == state)
}

/// Whether a URL is of a host that is neither the redirect URI's nor one of the authorization server.
fn is_foreign(context: &Context<'_>, location: &str, wanted: &str) -> bool {
    let got = words::host(base(location));
    let servers = context.exchanges().iter().filter(|e| e.step == StepKind::Authorize || e.step.is_as_metadata());
    words::is_web_url(location) && got != words::host(wanted) && !servers.into_iter().any(|e| words::host(&e.request.url) == got)
}

fn hit(authorize: &Exchange, leg: &Exchange, location: &str, wanted: &str) -> Hit {
    Hit::new(
        at::header(leg, "location"),
        format!(
            "The authorization server sends the browser back to {}, but `redirect_uri` in the request is {}: {}.",
            code(base(location)),
            code(wanted),
            words::difference_at(base(location), wanted)
        ),
    )
    .expected(wanted)
    .received(base(location))
    .related(at::query(authorize, "redirect_uri"))
    .fix("Redirect to the text of `redirect_uri` as it was sent, with the parameters added to its query; do not rebuild it from a parsed URL.")
}
