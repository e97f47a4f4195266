//! `resource` is no absolute https URL, or has a fragment.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-resource-unfit",
    summary: "resource in the protected resource metadata is not an absolute https URL without fragment",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &["RFC9728-1.2", "RFC9728-2", "RFC8707-2"],
    explains: &["resource-mismatch", "resource-refused"],
    corpus: &["PRM-09"],
    requirements: &["PR-05", "AZ-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let Some(resource) = document.value.resource.as_deref() else { return Vec::new() };
    let Some(problem) = problem(resource) else { return Vec::new() };
    vec![
        Hit::new(
            at::json(document.exchange, "/resource"),
            format!("`resource` in the protected resource metadata is {}: {problem}.", code(resource)),
        )
        .expected(context.server_url())
        .received(resource)
        .fix(format!("Set `resource` to {}.", code(context.server_url())))
        .snippets(vec![snippets::member("resource", &context.server_url().into())]),
    ]
}

fn problem(resource: &str) -> Option<String> {
    if resource.trim().is_empty() {
        return None;
    }
    words::odd_character(resource).or_else(|| plain_problem(resource).map(str::to_owned))
}

fn plain_problem(resource: &str) -> Option<&'static str> {
    let parts = url_text::split(resource);
    let Some(parts) = parts.filter(|p| !p.host.is_empty()) else {
        return Some("it is not an absolute URL with a host");
    };
    if !parts.is_web() {
        return Some("it is not an https URL");
    }
    if parts.fragment.is_some() {
        return Some("it has a fragment");
    }
    if parts.userinfo().is_some() {
        return Some("it has a user name in it, and everybody can read this document");
    }
    // That it is plain http is told as a difference from the URL that was asked.
    None
}
