//! The challenge of a 403 does not name the scope.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-scope-missing",
    summary: "The challenge of a 403 says insufficient_scope and not which scope is needed",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Forbidden,
    references: &[
        "RFC6750-3",
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#runtime-insufficient-scope-errors",
    ],
    explains: &["step-up-loop", "mcp-request-failed"],
    corpus: &["STEP-03"],
    requirements: &["CH-11", "CH-12"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mute = super::forbidden(context).into_iter().find(|(_, found)| {
        let bearer = found.bearer().or_else(|| found.dpop());
        bearer.is_some_and(|b| b.param("error") == Some("insufficient_scope") && b.param("scope").is_none_or(|s| s.trim().is_empty()))
    });
    let Some((call, _)) = mute else { return Vec::new() };
    let line = super::challenge_line(context, &super::example_scope(context, call.exchange));
    let hit = Hit::new(
        at::header(call.exchange, "www-authenticate"),
        format!(
            "The 403 to {} says `insufficient_scope` without a `scope` parameter: a client knows that a scope is missing and cannot ask for it{}.",
            words::asked(call.exchange),
            nowhere_else(context)
        ),
    )
    .expected(line.clone())
    .received(call.response.header("www-authenticate").unwrap_or_default())
    .fix("Name every scope the operation needs in the `scope` parameter of the challenge, best together with those the token has.")
    .snippet("header", line);
    vec![if context.is_blocked() { hit.level(Level::Failure) } else { hit }]
}

/// That no other place names a scope, where that is so.
fn nowhere_else(context: &Context<'_>) -> &'static str {
    let challenged = context.challenge_param("scope").is_some_and(|s| !s.trim().is_empty());
    let listed = context.prm().and_then(|d| d.value.scopes_supported.as_ref()).is_some_and(|s| !s.is_empty());
    if challenged || listed {
        return "";
    }
    "; neither the 401 challenge nor `scopes_supported` of the protected resource metadata names one either"
}
