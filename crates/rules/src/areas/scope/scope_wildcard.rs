//! Wildcards among the scopes.

use super::Sets;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-wildcard",
    summary: "The MCP server advertises a wildcard or catch-all scope",
    area: Area::Scope,
    party: Party::McpServer,
    keywords: Keywords::since_2025_11(Should),
    needs: Need::Nothing,
    references: &[
        "MCP-security-best-practices#scope-minimization",
        "MCP-2025-11-25-authorization#scope-selection-strategy",
        "MCP-2026-07-28-authorization#scope-selection-strategy",
    ],
    corpus: &["SC-09"],
    requirements: &["PR-07"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let sets = Sets::of(context);
    let sources = [&sets.challenge, &sets.prm];
    let mut hits = Vec::new();
    for source in sources.into_iter().flatten() {
        let wild = source.set.names().iter().filter(|n| is_wild(n));
        for name in wild {
            hits.push(
                Hit::new(source.spot(name), format!("{} names {}: a scope for everything, which no user can judge.", source.name, code(name)))
                    .expected("scopes for single rights")
                    .received(name.clone())
                    .fix("List the scopes the first requests need; ask for more by step-up."),
            );
        }
    }
    hits
}

fn is_wild(name: &str) -> bool {
    name == "*" || name.ends_with(":*") || name.ends_with(".*") || name.ends_with("/*") || matches!(name, "all" | "full_access" | "full-access")
}
