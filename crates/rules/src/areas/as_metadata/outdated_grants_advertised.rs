//! Grants that OAuth 2.1 has dropped.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "outdated-grants-advertised",
    summary: "The authorization server offers the implicit or password grant",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::AsMetadata,
    references: &["OAuth-2.1-10", "RFC9700-2.1.2", "RFC9700-2.4"],
    requirements: &["AS-17"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let grants = document.value.grant_types_supported.clone().unwrap_or_default();
    let old: Vec<&String> = grants.iter().filter(|g| matches!(g.as_str(), "implicit" | "password")).collect();
    if old.is_empty() {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/grant_types_supported"),
            format!("`grant_types_supported` lists {}, which OAuth 2.1 has removed.", codes(&old)),
        )
        .expected("[\"authorization_code\", \"refresh_token\"]")
        .received(grants.join(", "))
        .fix("Switch the old grants off for clients that register dynamically, and take them out of the list."),
    ]
}
