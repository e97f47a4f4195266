//! An endpoint that is no absolute http(s) URL.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "endpoint-url-unfit",
    summary: "An endpoint in the metadata is not an absolute http(s) URL",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &[
        "RFC8414-2",
        "RFC6749-3.1",
        "MCP-security-best-practices#oauth-authorization-url-validation",
    ],
    explains: &["authorization-endpoint-dead", "registration-endpoint-dead", "token-endpoint-misrouted", "connection-failed", "host-name-not-resolved"],
    corpus: &["ASM-06"],
    requirements: &["AZ-12", "AS-11", "AS-12", "SE-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let endpoints = super::endpoints(&document.value).into_iter();
    endpoints
        .filter_map(|(member, url)| problem(member, url).map(|p| (member, url, p)))
        .map(|(member, url, problem)| {
            let hit = Hit::new(
                at::json(document.exchange, &format!("/{member}")),
                format!("`{member}` in the authorization server metadata is {}: {problem}.", code(url)),
            )
            .expected("an absolute https URL without fragment")
            .received(url)
            .fix(format!("Write the absolute https URL of the endpoint into `{member}`."));
            let needed = matches!(member, "authorization_endpoint" | "token_endpoint" | "registration_endpoint");
            if needed { hit } else { hit.level(Level::Warning) }
        })
        .collect()
}

fn problem(member: &str, url: &str) -> Option<String> {
    if url.trim().is_empty() {
        return Some("it is empty".into());
    }
    words::odd_character(url).or_else(|| plain_problem(member, url).map(str::to_owned))
}

fn plain_problem(member: &str, url: &str) -> Option<&'static str> {
    if url.contains(['{', '}', '<', '>', '"', '\\', '^', '`', '|']) {
        return Some("it contains characters that no URL has, as a template that was not filled in");
    }
    let parts = url_text::split(url);
    let Some(parts) = parts.filter(|p| !p.scheme.is_empty()) else {
        return Some("it is a relative reference");
    };
    if !parts.is_web() {
        return Some(if member == "authorization_endpoint" {
            "a browser must not be sent to a URL of that scheme"
        } else {
            "it is not an http(s) URL"
        });
    }
    if parts.host.is_empty() {
        return Some("it has no host");
    }
    parts.fragment.map(|_| "an endpoint has no fragment")
}
