//! A client nobody registered is served.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "unknown-client-accepted",
    summary: "The authorization endpoint redirects for a client_id that nobody registered",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::NegativeProbes,
    references: &["RFC6749-4.1.2.1", "RFC9700-4.11.2"],
    requirements: &["AZ-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = super::accepted(context, "unknown-client") else { return Vec::new() };
    let Some(response) = exchange.response() else { return Vec::new() };
    let location = response.header("location").unwrap_or_default();
    let pairs = url_text::query_pairs(location);
    let gives_code = pairs.iter().any(|(name, _)| name == "code");
    let client = url_text::query_pairs(&exchange.request.url);
    let client = client.iter().find(|(name, _)| name == "client_id").map_or("", |(_, value)| value.as_str());
    let (what, level) = if gives_code {
        ("gives a code to", Level::Failure)
    } else {
        ("redirects with an error for", Level::Warning)
    };
    vec![
        Hit::new(
            at::query(exchange, "client_id"),
            format!(
                "The authorization endpoint {what} `client_id` {}, which nobody registered (Location: {}). The redirect URI of an unknown client cannot be trusted, so this is an open redirector.",
                code(client),
                code(location)
            ),
        )
        .expected("an error page (400), no redirect")
        .received(format!("{}, Location: {location}", response.status_line))
        .related(at::header(exchange, "location"))
        .fix("Look the client up first; if `client_id` or `redirect_uri` is unknown, show an error page and never redirect.")
        .level(level),
    ]
}
