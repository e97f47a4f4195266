//! A 401 without `WWW-Authenticate`.

use crate::prelude::*;
use authscope_model::revision::PrmDiscovery;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "unauthorized-without-challenge",
    summary: "A 401 has no WWW-Authenticate header",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Practice), Some(Must), Some(Should), Some(Should)),
    needs: Need::Unauthorized,
    references: &[
        "RFC9110-15.5.2",
        "RFC9728-5.1",
        "MCP-2025-03-26-authorization#error-handling",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    explains: &["prm-not-found"],
    corpus: &["DC-01", "DC-16"],
    requirements: &["CH-01", "CH-02", "CH-03"],
    clients: Some("ChatGPT (\"MCP server does not implement OAuth\")"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    if !challenges.is_empty() || at::header(exchange, "www-authenticate").is_header() {
        return Vec::new();
    }
    if super::is_of_2025_03_26(context) {
        return vec![of_2025_03_26(exchange)];
    }
    let found = context.prm().map(|d| d.exchange.request.url.clone());
    let want = found.clone().unwrap_or_else(|| snippets::prm_url(context));
    let mut message = "The MCP server answers 401 without a `WWW-Authenticate` header".to_owned();
    message.push_str(&match &found {
        Some(url) => format!(": it works only because clients may try well-known URLs ({})", code(url)),
        None => ": a client learns nothing about how to authorize".into(),
    });
    if speaks_of_api_key(exchange) {
        message.push_str(" (the body speaks of an API key: if this server has no OAuth, say so with another scheme)");
    }
    let mut hit = Hit::new(at::headers(exchange), format!("{message}."))
        .expected(format!("WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
        .received("no WWW-Authenticate header")
        .fix(format!(
            "Add `WWW-Authenticate: Bearer resource_metadata=\"{want}\"` to every 401 of {}; an app-wide middleware that answers first must not hide it.",
            code(context.server_url())
        ))
        .snippets(snippets::challenge(context, &want));
    let behaviour = context.behaviour();
    let lost = found.is_none() && context.prm_attempts().next().is_some();
    if behaviour.prm == PrmDiscovery::HeaderRequired || lost {
        hit = hit.level(Level::Failure);
    }
    vec![hit]
}

fn speaks_of_api_key(exchange: &Exchange) -> bool {
    let text = exchange.response().map(|r| r.body.text.to_lowercase()).unwrap_or_default();
    text.contains("api key") || text.contains("api-key") || text.contains("apikey")
}

/// Before there was protected resource metadata the challenge only had to be there.
fn of_2025_03_26(exchange: &Exchange) -> Hit {
    Hit::new(at::headers(exchange), "The MCP server answers 401 without a `WWW-Authenticate` header, which HTTP requires of every 401; clients of later revisions look for `resource_metadata` in it.")
        .expected("WWW-Authenticate: Bearer")
        .received("no WWW-Authenticate header")
        .level(Level::Warning)
        .fix("Add `WWW-Authenticate: Bearer` to every 401; with protected resource metadata, name its URL there as `resource_metadata`.")
        .snippet("header", "WWW-Authenticate: Bearer")
}
