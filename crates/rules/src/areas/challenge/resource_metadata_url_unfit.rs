//! `resource_metadata` is no absolute https URL of this server.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "resource-metadata-url-unfit",
    summary: "resource_metadata is not an absolute https URL",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Challenge,
    references: &["RFC9728-5.1", "RFC9728-3"],
    explains: &["resource-metadata-url-not-found", "prm-not-found", "connection-failed", "host-name-not-resolved", "prm-answers-html"],
    corpus: &["DC-06"],
    requirements: &["CH-15"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    let Some(param) = bearer.find("resource_metadata") else { return Vec::new() };
    let Some(problem) = problem(&param.value) else { return Vec::new() };
    let want = snippets::prm_url(context);
    let hit = Hit::new(
            at::header_range(exchange, bearer.header, param.value_range.clone()),
            format!("`resource_metadata` in the challenge is {}: {problem}.", code(&param.value)),
        )
        .expected(want.clone())
        .received(param.value.clone())
        .fix(format!("Write the absolute URL: `resource_metadata=\"{want}\"`."))
        .snippets(snippets::challenge(context, &want));
    // What is never sent (a fragment) stops nobody.
    let harmless = param.value.contains('#') && context.works();
    vec![if harmless { hit.level(Level::Warning) } else { hit }]
}

fn problem(url: &str) -> Option<String> {
    words::odd_character(url).or_else(|| plain_problem(url).map(str::to_owned))
}

fn plain_problem(url: &str) -> Option<&'static str> {
    if url.trim().is_empty() {
        return Some("it is empty");
    }
    if url.starts_with('/') || !url.contains("://") {
        return Some("it is a relative reference, and clients need an absolute URL");
    }
    if !words::is_web_url(url) {
        return Some("it is not an http(s) URL");
    }
    if url.contains('#') {
        return Some("it has a fragment, which is never sent");
    }
    words::is_plain_http(url).then_some("it is plain http")
}
