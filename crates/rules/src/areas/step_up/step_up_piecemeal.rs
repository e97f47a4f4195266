//! Scopes are asked for one by one.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-piecemeal",
    summary: "One operation asks for its scopes one by one, over several authorizations",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Forbidden,
    references: &[
        "MCP-2025-11-25-authorization#runtime-insufficient-scope-errors",
        "MCP-2026-07-28-authorization#runtime-insufficient-scope-errors",
    ],
    explains: &["step-up-loop"],
    corpus: &["STEP-02"],
    requirements: &["CH-12"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let all = super::forbidden(context);
    for ((first, a), (second, b)) in all.iter().zip(all.iter().skip(1)) {
        let same = first.exchange.step == second.exchange.step;
        let (Some(before), Some(after), true) = (super::demanded(a), super::demanded(b), same) else { continue };
        let held = super::granted_before(context, second.exchange).unwrap_or_default();
        let further = after.minus(&before).minus(&held);
        // What was asked for first must have been granted, else this is another fault.
        if further.is_empty() || !before.is_subset_of(&held) {
            continue;
        }
        return vec![
            Hit::new(
                at::header(second.exchange, "www-authenticate"),
                format!(
                    "{} asked for `scope` {} first, and once that was granted for {} as well: the person must consent once per scope.",
                    words::asked(second.exchange),
                    codes(before.names()),
                    codes(further.names())
                ),
            )
            .expected(format!("one challenge with scope=\"{}\"", before.union(&further).to_param()))
            .received(format!("scope=\"{}\", then scope=\"{}\"", before.to_param(), after.to_param()))
            .related(at::header(first.exchange, "www-authenticate"))
            .fix("Collect all scopes the operation needs before answering, and name them in one challenge.")
            .snippet("header", super::challenge_line(context, &before.union(&further).to_param())),
        ];
    }
    Vec::new()
}
