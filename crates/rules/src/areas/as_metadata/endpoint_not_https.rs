//! An endpoint over plain http.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "endpoint-not-https",
    summary: "An endpoint of the authorization server is plain http",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &[
        "RFC6749-3.2",
        "RFC8414-2",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#communication-security",
        "MCP-2025-11-25-authorization#communication-security",
        "MCP-2026-07-28-security#communication-security",
    ],
    corpus: &["ASM-11"],
    requirements: &["AS-12", "SE-02"],
    clients: Some("the TypeScript SDK (InsecureTokenEndpointError)"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    super::endpoints(&document.value)
        .into_iter()
        .filter(|(_, url)| words::is_plain_http(url))
        .map(|(member, url)| {
            let secure = format!("https{}", url.get(4..).unwrap_or_default());
            Hit::new(
                at::json(document.exchange, &format!("/{member}")),
                format!("`{member}` in the authorization server metadata is {}: plain http.", code(url)),
            )
            .expected(secure.clone())
            .received(url)
            .fix(format!("Serve the endpoint over TLS and write {} into the metadata; plain http is for loopback hosts only.", code(&secure)))
            .snippets(vec![snippets::member(member, &secure.clone().into())])
        })
        .collect()
}
