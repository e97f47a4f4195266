//! The 403 asks for scopes that the token has.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-scope-already-granted",
    summary: "The challenge of a 403 asks for scopes that the token already has",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Forbidden,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#step-up-authorization-flow",
    ],
    explains: &["step-up-loop", "mcp-request-failed"],
    requirements: &["CH-13", "CH-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    for (call, found) in super::forbidden(context) {
        let Some(wanted) = super::demanded(&found) else { continue };
        let Some(held) = super::granted_before(context, call.exchange) else { continue };
        if !wanted.is_subset_of(&held) {
            continue;
        }
        let again = if call.exchange.step_up.is_some() { ", even after it was asked for again" } else { "" };
        return vec![
            Hit::new(
                at::header(call.exchange, "www-authenticate"),
                format!(
                    "The 403 to {} asks for `scope` {}, which the token already has{again} (granted: {}): no client can do anything about that.",
                    words::asked(call.exchange),
                    codes(wanted.names()),
                    codes(held.names())
                ),
            )
            .expected("an answer, or a challenge that names the scope that is missing")
            .received(format!("scope=\"{}\", held: {}", wanted.to_param(), held.to_param()))
            .fix("Compare the scopes of the token with those of the operation as sets, reading the claim your authorization server writes (`scope` as one string, `scp` as a list), and name the missing one."),
        ];
    }
    Vec::new()
}
