//! `state` with special characters comes back changed.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "state-characters-altered",
    summary: "state with special characters does not come back as it was sent",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &["RFC6749-4.1.2", "RFC6749-A.5", "RFC6749-B"],
    requirements: &["AR-08"],
    clients: Some("those that put JSON, base64 or a URL into state"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "state-echo") else { return Vec::new() };
    let Some(response) = exchange.response() else { return Vec::new() };
    let location = response.header("location").unwrap_or_default();
    let value = |url: &str| url_text::query_pairs(url).into_iter().find(|(name, _)| name == "state").map(|(_, value)| value);
    let sent = value(&exchange.request.url).unwrap_or_default();
    let Some(received) = value(location) else {
        // A rule of the ordinary flow says it when no state ever comes back.
        return Vec::new();
    };
    vec![
        Hit::new(
            at::header(exchange, "location"),
            format!("`state` {} comes back as {}: {}. A client that uses such characters discards the response.", code(&sent), code(&received), cause(&sent, &received)),
        )
        .expected(sent)
        .received(received)
        .related(at::query(exchange, "state"))
        .fix("Decode `state` once from the request and percent-encode it once into the redirect, with the URL builder of your language; do not escape it for HTML, and do not cut it.")
        .snippet("express", "const url = new URL(redirectUri);\nurl.searchParams.set(\"state\", state);\nres.redirect(url.href);")
        // authscope's own state has letters and digits only, and so has that of most clients.
        .level(Level::Warning),
    ]
}

fn cause(sent: &str, received: &str) -> &'static str {
    if received.contains("&amp;") || received.contains("&lt;") || received.contains("&quot;") {
        "it was escaped for HTML"
    } else if received.contains("%20") && received.contains("%25") || received.contains("%2B") {
        "it was encoded twice"
    } else if sent.replace('+', " ") == received {
        "a `+` was written unencoded, so it reads as a space"
    } else if sent.starts_with(received) {
        "it was cut off, or written unencoded up to the first `&` or `#`"
    } else {
        "it was decoded or encoded a different number of times than it came"
    }
}
