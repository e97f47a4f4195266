//! Two protected resource metadata documents that say different things.

use crate::prelude::*;
use authscope_protocol::prm::Prm;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-documents-disagree",
    summary: "The challenge and the well-known URL lead to different protected resource metadata",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9728-3",
        "RFC9728-5",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    corpus: &["PRM-02"],
    requirements: &["PR-05"],
    clients: Some("those that look at the well-known URL first"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::answered(context, "well-known-metadata") else { return Vec::new() };
    let Some(used) = context.prm() else { return Vec::new() };
    let Some(other) = Some(response).filter(|r| r.is_success()).and_then(|r| Prm::parse(&r.body.text).value) else {
        return Vec::new();
    };
    let members = [
        ("resource", other.resource.clone().unwrap_or_default(), used.value.resource.clone().unwrap_or_default()),
        ("authorization_servers", other.authorization_servers.join(" "), used.value.authorization_servers.join(" ")),
    ];
    let usable = other.resource.is_some() || !other.authorization_servers.is_empty();
    let Some((member, there, here)) = members.into_iter().find(|(_, a, b)| usable && a != b) else { return Vec::new() };
    let (well_known, named) = (&exchange.request.url, &used.exchange.request.url);
    vec![
        Hit::new(
            at::json(exchange, &format!("/{member}")),
            format!(
                "`{member}` is {} in the document at {}, and {} in the one at {} that the challenge names: clients that look in different places sign in at different servers.",
                code(&there),
                code(well_known),
                code(&here),
                code(named)
            ),
        )
        .expected(here)
        .received(there)
        .related(at::json(used.exchange, &format!("/{member}")))
        .fix(format!("Serve one document: the same at {} and {}, or name {} in `resource_metadata` and take the old one away.", code(well_known), code(named), code(well_known)))
        .snippets(snippets::challenge(context, well_known)),
    ]
}
