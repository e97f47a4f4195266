//! `resource` was set by hand to something else than the MCP server.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-resource-foreign",
    summary: "The resource that was set by hand is not the one the MCP server names",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Authorize,
    references: &[
        "RFC8707-2",
        "RFC9728-7.4",
        "MCP-2025-06-18-authorization#resource-parameter-implementation",
        "MCP-2025-11-25-authorization#resource-parameter-implementation",
        "MCP-2026-07-28-authorization#resource-parameter-implementation",
    ],
    explains: &[
        "resource-refused",
        "authorization-refused",
        "token-request-refused",
        "token-audience-mismatch",
        "token-refused-by-mcp-server",],
    corpus: &["AR-07", "AUD-04"],
    requirements: &["AZ-05", "AZ-06"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(set) = context.config().and_then(|c| c.resource.as_deref()) else { return Vec::new() };
    let named = context.prm().and_then(|d| d.value.resource.as_deref()).unwrap_or_else(|| context.server_url());
    if set == named {
        return Vec::new();
    }
    let refused = super::refusal_of(context, &["invalid_target"], &["resource"]);
    let calls = context.calls();
    let call = calls.iter().find(|c| matches!(c.status(), 401 | 403));
    let (consequence, spot) = match (refused, call) {
        (Some((said, spot)), _) => (format!(", and the authorization server refuses it ({said})"), spot),
        (None, Some(call)) => (format!(", and the MCP server answers {} to the token", call.status()), at::status(call.exchange)),
        (None, None) => return Vec::new(),
    };
    let hit = Hit::new(
        spot,
        format!(
            "`resource` was set by hand to {}, the MCP server is {} ({}){consequence}.",
            code(set),
            code(named),
            words::differences(set, named)
        ),
    )
    .expected(named)
    .received(set)
    .fix("Leave the resource setting empty: `resource` of the protected resource metadata is then sent, byte for byte.");
    vec![match context.attempt() {
        Some(attempt) => hit.related(at::query(attempt.authorize, "resource")),
        None => hit,
    }]
}
