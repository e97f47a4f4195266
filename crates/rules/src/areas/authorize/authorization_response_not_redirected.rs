//! The authorization response is there, and no redirect carries it.

use crate::context::is_response_url;
use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-response-not-redirected",
    summary: "The authorization response comes with status 200, so that it needs a page to carry it or goes nowhere",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2", "RFC6749-1.7", "RFC9110-15.4"],
    explains: &["flow-blocked", "authorization-refused"],
    requirements: &["AR-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = !context.refusals().is_empty();
    let attempts = context.attempts().iter();
    let legs = attempts.flat_map(|a| a.legs().map(move |e| (a, e)));
    let mut answers = legs.filter(|(_, e)| !is_response_url(&e.request.url) && e.response().is_some_and(|r| r.is_success()));
    answers
        .find_map(|(attempt, exchange)| {
            // A page that says what is wrong is a refusal; others tell that.
            let silent = || dead_end(exchange).filter(|_| !refused);
            hit(exchange, attempt.param("redirect_uri").unwrap_or_default()).or_else(silent)
        })
        .into_iter()
        .collect()
}

fn hit(exchange: &Exchange, redirect_uri: &str) -> Option<Hit> {
    let response = exchange.response()?;
    let status = response.status;
    if let Some(location) = response.header("location").filter(|l| !redirect_uri.is_empty() && l.starts_with(redirect_uri)) {
        return Some(
            Hit::new(
                at::header(exchange, "location"),
                format!("The authorization endpoint answers {status} with a `Location` at the redirect URI: browsers follow `Location` only with a status of 302 or 303, so the response never arrives."),
            )
            .expected(format!("302, Location: {location}"))
            .received(response.status_line.clone())
            .fix("Send the authorization response with status 302 (or 303)."),
        );
    }
    if exchange.step != StepKind::DryRun && response.body.text.trim().is_empty() && response.body.base64.is_none() {
        return Some(
            Hit::new(at::body(exchange), format!("{} answers {status} with an empty body: there is neither a redirect nor a page to act on.", words::request(exchange)))
                .expected("302 with `Location`, or a sign-in or consent page")
                .received(format!("{status} and no body"))
                .fix("Send the redirect, or the page; an empty 200 is what a handler gives that returns without an answer."),
        );
    }
    if redirect_uri.is_empty() || !words::is_html(response) || !carries(&response.body.text, redirect_uri) {
        return None;
    }
    Some(
        Hit::new(
            at::body_text(exchange, redirect_uri),
            format!("The authorization endpoint answers {status} with a page that itself sends the browser to {}: browsers do as it says, clients that read redirects without one do not come back.", code(redirect_uri)),
        )
        .expected("302 with the redirect URI in `Location`")
        .received(response.status_line.clone())
        .level(Level::Hint)
        .confidence(Confidence::Likely)
        .fix("Answer with a 302 where no page has to be shown; the redirect then works without scripts, too."),
    )
}

/// Whether a page names the redirect URI with a code behind it.
fn carries(page: &str, redirect_uri: &str) -> bool {
    let after = |at: usize| page.get(at.saturating_add(redirect_uri.len())..).unwrap_or_default();
    let mut places = page.match_indices(redirect_uri).map(|(at, _)| after(at));
    places.any(|rest| {
        let query = rest.split(['"', '\'', '<', '>', ' ']).next().unwrap_or_default();
        query.starts_with('?') && query.contains("code=")
    })
}

/// Whether a page offers nothing that leads on: no form, link or script, so that nobody can sign in or consent there.
fn is_dead_end(response: &Response) -> bool {
    const LEADS_ON: [&str; 10] = ["<form", "<input", "<button", "<area", "<script", "<iframe", "<frame", "http-equiv", "<meta name=\"next", "onclick"];
    let page = response.body.text.to_ascii_lowercase();
    let whole = page.contains("</body>") || page.contains("</html>");
    let refreshes = response.header("refresh").is_some();
    let links = page.split("<a").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace()));
    words::is_html(response) && whole && !refreshes && !links && !LEADS_ON.iter().any(|mark| page.contains(mark))
}

fn dead_end(exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| exchange.step != StepKind::DryRun && is_dead_end(r))?;
    let page = words::body_kind(response);
    let hit = Hit::new(
        at::body(exchange),
        format!("{} answers {} with {page} that has no form, link or script: nobody can go on there, and no redirect carries a code or an error to the client.", words::request(exchange), response.status),
    )
    .expected("302 with `Location`, or a sign-in or consent page")
    .received(format!("{} with {page}", response.status))
    .confidence(Confidence::Likely)
    .fix("Send the code (or the error) to the redirect URI with a 302; a page that shows it to people serves no client that listens there.");
    Some(hit)
}
