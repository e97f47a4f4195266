//! An issuer that is no https URL without query and fragment.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "issuer-unfit",
    summary: "issuer in the metadata is not an https URL without query and fragment",
    area: Area::Issuer,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC8414-2"],
    explains: &["issuer-mismatch", "iss-mismatch"],
    requirements: &["AS-11", "AS-12"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let Some(issuer) = document.value.issuer.as_deref() else { return Vec::new() };
    let Some(problem) = problem(issuer) else { return Vec::new() };
    // The entry in the MCP server's document is told already, and that the two differ says more than the scheme.
    if context.issuer().is_some() && words::is_plain_http(issuer) {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/issuer"),
            format!("`issuer` in the authorization server metadata is {}: {problem}.", code(issuer)),
        )
        .expected(context.issuer().unwrap_or("an https URL without query and fragment"))
        .received(issuer)
        .fix("Set `issuer` to the public https URL of the authorization server, without query and fragment.".to_owned()),
    ]
}

fn problem(issuer: &str) -> Option<String> {
    if issuer.trim().is_empty() {
        return Some("it is empty".into());
    }
    words::odd_character(issuer).or_else(|| plain_problem(issuer).map(str::to_owned))
}

fn plain_problem(issuer: &str) -> Option<&'static str> {
    let Some(parts) = url_text::split(issuer).filter(|p| p.is_web() && !p.host.is_empty()) else {
        return Some("it is not an absolute https URL");
    };
    if parts.query.is_some() || parts.fragment.is_some() {
        return Some("an issuer has no query and no fragment");
    }
    words::is_plain_http(issuer).then_some("it is plain http")
}
