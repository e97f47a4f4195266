//! A step-up by the challenge loses scopes that are needed besides.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-drops-scopes",
    summary: "The challenge of a 403 leaves out scopes that the operation needs besides, so a client loses them",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Forbidden,
    references: &[
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#runtime-insufficient-scope-errors",
    ],
    explains: &["step-up-loop", "mcp-request-failed", "step-up-piecemeal"],
    corpus: &["STEP-02"],
    requirements: &["CH-12", "SU-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let all = super::forbidden(context);
    for ((first, a), (second, b)) in all.iter().zip(all.iter().skip(1)) {
        let (Some(named), Some(later)) = (super::demanded(a), super::demanded(b)) else { continue };
        let Some(held) = super::granted_before(context, first.exchange) else { continue };
        let lost = held.minus(&named).intersection(&later);
        if lost.is_empty() {
            continue;
        }
        return vec![
            Hit::new(
                at::header(first.exchange, "www-authenticate"),
                format!(
                    "The challenge of the first 403 names only `scope` {}; a client that asked for exactly that lost {}, and the next 403 asks for it.",
                    codes(named.names()),
                    codes(lost.names())
                ),
            )
            .expected(format!("scope=\"{}\"", held.union(&named).to_param()))
            .received(format!("scope=\"{}\"", named.to_param()))
            .related(at::header(second.exchange, "www-authenticate"))
            .fix("Name in the challenge every scope the operation needs, those the token already has included.")
            .snippet("header", super::challenge_line(context, &held.union(&named).to_param()))
            .level(Level::Failure),
        ];
    }
    Vec::new()
}
