//! Several Bearer challenges in one 401 that name different metadata.

use crate::prelude::*;
use authscope_protocol::challenge::Challenge;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenges-disagree",
    summary: "Bearer challenges, of one 401 or of different answers, name different protected resource metadata",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::Challenge,
    references: &["RFC9110-11.6.1", "RFC9728-5.1"],
    explains: &[
        "challenge-without-resource-metadata",
        "challenge-parameter-misnamed",
        "resource-metadata-url-unfit",
        "resource-metadata-elsewhere",
        "resource-metadata-url-not-found",
        "prm-not-found",
        "prm-answers-html",
        "resource-mismatch",
        "connection-failed",
        "host-name-not-resolved",
    ],
    corpus: &["DC-04"],
    requirements: &["CH-15"],
    clients: Some("each takes another one: some the first, some the last"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let within = within(context);
    if within.is_empty() { later(context).into_iter().collect() } else { within }
}

/// The challenge of an answer to a request with the token names other metadata than the first one: clients that read
/// it there (a step-up, a token that ended) get lost.
fn later(context: &Context<'_>) -> Option<Hit> {
    let (first, challenges) = context.challenge()?;
    let known = challenges.bearer()?.param("resource_metadata")?;
    let places = [snippets::prm_url(context), authscope_protocol::well_known::prm_root(context.server_url()).unwrap_or_default()];
    let read = |url: &str| context.prm_documents().iter().any(|d| d.exchange.request.url == url);
    let calls = context.calls();
    calls.iter().find_map(|call| {
        let found = call.challenges();
        let bearer = found.bearer()?;
        let named = bearer.find("resource_metadata")?;
        let other = named.value != known && !read(&named.value) && !places.contains(&named.value);
        other.then(|| {
            Hit::new(
                at::header_range(call.exchange, bearer.header, named.value_range.clone()),
                format!(
                    "`resource_metadata` in the challenge of the {} to {} is {}, but in the first 401 it was {}: a client that follows the later one finds another document, or none.",
                    call.status(),
                    words::asked(call.exchange),
                    code(&named.value),
                    code(known)
                ),
            )
            .expected(known)
            .received(named.value.clone())
            .related(at::header(first, "www-authenticate"))
            .level(Level::Warning)
            .fix(format!("Build every challenge in one function, with `resource_metadata=\"{known}\"`."))
        })
    })
}

fn within(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let bearers: Vec<&Challenge> = challenges.list.iter().filter(|c| c.scheme.eq_ignore_ascii_case("bearer")).collect();
    let Some((first, others)) = bearers.split_first() else { return Vec::new() };
    let named = |c: &Challenge| c.param("resource_metadata").map(str::to_owned);
    let Some(second) = others.iter().find(|c| named(c) != named(first)) else { return Vec::new() };
    let all: Vec<String> = bearers.iter().map(|c| named(c).map_or_else(|| "none".to_owned(), |url| code(&url))).collect();
    let works = context.prm().map(|d| d.exchange.request.url.clone());
    let want = works.clone().unwrap_or_else(|| snippets::prm_url(context));
    let spot = second.find("resource_metadata").map_or(second.range.clone(), |p| p.value_range.clone());
    let hit = Hit::new(
        at::header_range(exchange, second.header, spot),
        format!(
            "The 401 has {} Bearer challenges in `WWW-Authenticate`, and their `resource_metadata` differ: {}; clients differ in which one they take.",
            bearers.len(),
            all.join(", ")
        ),
    )
    .expected(format!("one challenge: WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
    .received(all.join(", "))
    .related(at::header_range(exchange, first.header, first.range.clone()))
    .fix(format!("Send one Bearer challenge, with `resource_metadata=\"{want}\"`; two layers (a gateway or library and your own middleware) each add one: switch one off."))
    .snippets(snippets::challenge(context, &want));
    vec![if context.works() { hit } else { hit.level(Level::Failure) }]
}
