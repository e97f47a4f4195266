//! Step-up leads nowhere.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-loop",
    summary: "The operation is still refused for lack of scope after the scope was asked for",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::Forbidden,
    references: &[
        "MCP-2025-11-25-authorization#step-up-authorization-flow",
        "MCP-2026-07-28-authorization#step-up-authorization-flow",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed"],
    corpus: &["STEP-01"],
    requirements: &["SU-04"],
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let all = super::forbidden(context);
    let Some((call, found)) = all.iter().rfind(|(c, _)| c.exchange.step_up.is_some()) else { return Vec::new() };
    // A later success ends the matter.
    let done = context.calls().iter().any(|c| c.exchange.id > call.exchange.id && c.is_success());
    if done {
        return Vec::new();
    }
    let wanted = super::demanded(found).map(|s| codes(s.names())).unwrap_or_else(|| "nothing in particular".into());
    let held = super::granted_before(context, call.exchange).map(|s| codes(s.names())).unwrap_or_else(|| "unknown".into());
    let times = call.exchange.step_up.unwrap_or(1);
    vec![
        Hit::new(
            at::status(call.exchange),
            format!(
                "{} is still answered 403 after {} for more scope: it asks for {wanted}, the token has {held}.",
                words::asked(call.exchange),
                words::count(times as usize, "authorization")
            ),
        )
        .expected("an answer, once the challenged scopes were granted")
        .received(format!("403 again, scope: {wanted}"))
        .related(at::header(call.exchange, "www-authenticate"))
        .fix("Look whether the authorization server grants the challenged scopes at all, and whether the MCP server reads them from the claim where they are."),
    ]
}
