//! The challenge of a 403 has no `insufficient_scope`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-error-wrong",
    summary: "The challenge of a 403 does not say error=\"insufficient_scope\"",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Forbidden,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#runtime-insufficient-scope-errors",
    ],
    explains: &["mcp-request-failed", "token-refused-by-mcp-server"],
    corpus: &["STEP-03"],
    requirements: &["CH-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    for (call, found) in super::forbidden(context) {
        let Some(bearer) = found.bearer().or_else(|| found.dpop()) else { continue };
        let error = bearer.param("error");
        if error == Some("insufficient_scope") {
            continue;
        }
        let scope = super::demanded(&found).map(|s| s.to_param());
        let scope = scope.unwrap_or_else(|| super::example_scope(context, call.exchange));
        let line = super::challenge_line(context, &scope);
        let what = match error {
            Some("invalid_token") => "says `error=\"invalid_token\"`, so clients throw a good token away".to_owned(),
            Some(error) => format!("says `error` {}, which clients do not know", code(error)),
            None => "has no `error=\"insufficient_scope\"`, so clients do not ask for more scope".to_owned(),
        };
        let hit = Hit::new(
            at::header_range(call.exchange, bearer.header, bearer.range.clone()),
            format!("The challenge of the 403 to {} {what}.", words::asked(call.exchange)),
        )
        .expected(line.clone())
        .received(call.response.headers.get(bearer.header).map(|h| h.value.clone()).unwrap_or_default())
        .fix("Write `error=\"insufficient_scope\"` into the challenge when a good token lacks a scope; 401 `invalid_token` is for bad tokens.")
        .snippet("header", line);
        return vec![if context.is_blocked() { hit.level(Level::Failure) } else { hit }];
    }
    Vec::new()
}
