//! The refresh fails because of `resource`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-resource-refused",
    summary: "A refresh is refused because it names the resource",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Refresh,
    references: &[
        "RFC8707-2.2",
        "MCP-2025-06-18-authorization#resource-parameter-implementation",
        "MCP-2025-11-25-authorization#resource-parameter-implementation",
        "MCP-2026-07-28-authorization#resource-parameter-implementation",
    ],
    explains: &["refresh-refused", "refresh-error-wrong"],
    corpus: &["REF-07"],
    requirements: &["TK-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = super::refused(context).into_iter().find(|c| {
        c.param("resource").is_some() && (c.error_code() == Some("invalid_target") || c.error_text().contains("resource"))
    });
    let Some(call) = refused else { return Vec::new() };
    let resource = call.param("resource").unwrap_or_default();
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    let first = context.issued().and_then(|c| c.param("resource"));
    let same = first == Some(resource);
    let hit = Hit::new(
        at::form(call.exchange, "resource"),
        format!(
            "The refresh with `resource` {} is refused ({said}){}.",
            code(resource),
            if same { ", although the code exchange with the same value was accepted" } else { "" }
        ),
    )
    .expected("200: `resource` may be sent with a refresh, and MCP clients must send it")
    .received(said)
    .related(at::body(call.exchange))
    .fix("Accept `resource` in refresh requests (RFC 8707 section 2.2) when it is one the grant was given for; ignore parameters you do not know.");
    vec![hit]
}
