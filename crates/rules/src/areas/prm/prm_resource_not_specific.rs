//! The path-inserted document speaks for the whole origin.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-resource-not-specific",
    summary: "The document of the MCP path names the whole origin as its resource",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::Prm,
    references: &[
        "RFC9728-3.3",
        "MCP-2025-06-18-authorization#canonical-server-uri",
        "MCP-2025-11-25-authorization#canonical-server-uri",
        "MCP-2026-07-28-authorization#canonical-server-uri",
    ],
    confidence: Confidence::Likely,
    corpus: &["PRM-08"],
    requirements: &["PR-04", "AZ-07"],
    clients: Some("gemini-cli (ResourceMismatchError)"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let server = context.server_url();
    let Some(resource) = document.value.resource.as_deref() else { return Vec::new() };
    let inserted = authscope_protocol::well_known::prm_path_inserted(server);
    let of_path = inserted.as_deref() == Some(document.exchange.request.url.as_str());
    if !of_path || !super::covers(resource, server) || words::without_slash(resource) == words::without_slash(server) {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/resource"),
            format!(
                "The document at {} has `resource` {}, but by RFC 9728 a document at that URL is about {}; strict clients refuse it.",
                code(&document.exchange.request.url),
                code(resource),
                code(server)
            ),
        )
        .expected(server)
        .received(resource)
        .fix(format!("Set `resource` to {} and let the authorization server accept that value in `resource` requests; or serve this document at the root well-known URL.", code(server)))
        .snippets(vec![snippets::member("resource", &server.into())]),
    ]
}
