//! An endpoint on another origin than the metadata, where nobody answers.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "endpoint-unreachable",
    summary: "The metadata names an endpoint on another origin, and nobody answers there",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "RFC8414-3.2"],
    confidence: Confidence::Likely,
    explains: &[
        "host-name-not-resolved",
        "connection-failed",
        "tls-handshake-failed",
        "answer-timed-out",
        "address-blocked",
        "answer-not-http",
        "endpoint-not-https",
        "endpoint-on-other-origin",
        "registration-endpoint-dead",
        "authorization-endpoint-dead",
    ],
    corpus: &["ASM-06", "ASM-11"],
    requirements: &["AS-11"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let found_at = document.exchange.request.url.as_str();
    let all = super::endpoints(&document.value);
    let dead: Vec<(&str, &str, &Exchange)> = all
        .into_iter()
        .filter(|(_, url)| words::is_web_url(url) && !url_text::same_origin(url, found_at))
        .filter_map(|(member, url)| failed_at(context, url).map(|e| (member, url, e)))
        .collect();
    let Some((member, url, exchange)) = dead.first().copied() else { return Vec::new() };
    let named: Vec<String> = dead.iter().map(|(member, url, _)| format!("`{member}` = {}", code(url))).collect();
    let why = exchange.failure().map(|f| f.message.trim_end_matches('.').to_owned()).unwrap_or_default();
    let origin = url_text::origin(found_at).unwrap_or_default();
    let path = url_text::split(url).map_or("", |p| p.path);
    let right = format!("{origin}{path}");
    let mut hit = Hit::new(
        at::json(document.exchange, &format!("/{member}")),
        format!(
            "The authorization server metadata at {} names {} on another origin, and nobody answers there: {why}.",
            code(found_at),
            named.join(", ")
        ),
    )
    .expected(format!("endpoints that clients can reach, such as {right}"))
    .received(url)
    .related(at::whole(exchange))
    .fix(format!("Write the public URLs of the endpoints into the metadata, here probably {}: configure the public base URL of the authorization server, or let it trust the `X-Forwarded-*` headers of its proxy.", code(&right)))
    .snippets(vec![snippets::member(member, &right.clone().into())]);
    for (member, ..) in dead.iter().skip(1) {
        hit = hit.related(at::json(document.exchange, &format!("/{member}")));
    }
    vec![hit]
}

/// A request to the origin of a URL that came to nothing.
fn failed_at<'a>(context: &Context<'a>, url: &str) -> Option<&'a Exchange> {
    let mut exchanges = context.exchanges().iter().copied();
    exchanges.find(|e| e.failure().is_some() && !e.extra && url_text::same_origin(&e.request.url, url))
}
