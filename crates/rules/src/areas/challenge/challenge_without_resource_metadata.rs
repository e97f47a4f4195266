//! A Bearer challenge that does not name the protected resource metadata.

use crate::prelude::*;
use authscope_model::revision::PrmDiscovery;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-without-resource-metadata",
    summary: "The Bearer challenge of a 401 has no resource_metadata parameter",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::each(None, Some(Must), Some(Should), Some(Should)),
    needs: Need::Challenge,
    references: &[
        "RFC9728-5.1",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    explains: &["prm-not-found"],
    corpus: &["DC-02"],
    requirements: &["CH-02", "CH-03"],
    clients: Some("clients that do not look at well-known URLs (2025-06-18 era, some SDKs)"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    if super::is_of_2025_03_26(context) {
        return Vec::new();
    }
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    let misnamed = super::MISNAMED.iter().any(|name| bearer.param(name).is_some());
    if bearer.param("resource_metadata").is_some() || misnamed {
        return Vec::new();
    }
    let want = snippets::prm_url(context);
    let spot = at::header_range(exchange, bearer.header, bearer.range.clone());
    let found = context.prm().map(|d| d.exchange.request.url.as_str());
    let consequence = match found {
        Some(url) => format!(
            "a client finds the metadata only by trying well-known URLs (it is at {})",
            code(url)
        ),
        None => {
            let tried: Vec<String> = context
                .prm_attempts()
                .map(|e| format!("{} answers {}", code(&e.request.url), words::answer(e)))
                .collect();
            let tried = if tried.is_empty() { String::new() } else { format!(", and the well-known URLs have no document ({})", tried.join(", ")) };
            format!("a client has no address of the protected resource metadata{tried}")
        }
    };
    // A line of its own needs a scheme of its own.
    let lost = challenges.list.iter().any(|c| c.scheme.is_empty() && c.param("resource_metadata").is_some());
    let lost = if lost { " (another `WWW-Authenticate` line has it, without a scheme, so it belongs to no challenge)" } else { "" };
    let mut hit = Hit::new(
        spot,
        format!("The 401 challenge has no `resource_metadata` parameter{lost}: {consequence}."),
    )
    .expected(format!("WWW-Authenticate: {}", snippets::challenge_value(context, found.unwrap_or(&want))))
    .received(format!(
        "WWW-Authenticate: {}",
        super::challenge_text(exchange, bearer.header, bearer.range.clone())
    ))
    .fix(format!(
        "Add `resource_metadata=\"{}\"` to the Bearer challenge of every 401 at {}.",
        found.unwrap_or(&want),
        context.server_url()
    ))
    .snippets(snippets::challenge(context, found.unwrap_or(&want)));
    let required = context.behaviour().prm == PrmDiscovery::HeaderRequired;
    if required || (found.is_none() && context.prm_attempts().next().is_some()) {
        hit = hit.level(Level::Failure);
    }
    vec![hit]
}
