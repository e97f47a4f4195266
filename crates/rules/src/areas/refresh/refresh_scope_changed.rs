//! A refreshed token has other scopes.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-scope-changed",
    summary: "The refreshed token has other scopes than the one before",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-6"],
    explains: &["refreshed-token-refused", "token-refused-by-mcp-server"],
    corpus: &["REF-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::refreshed(context).iter().filter_map(|r| hit(context, r)).collect()
}

fn hit(context: &Context<'_>, refreshed: &super::Refreshed<'_>) -> Option<Hit> {
    let asked = refreshed.now.param("scope").is_some();
    let (before, _) = super::scopes_of(&refreshed.before)?;
    let (now, place) = super::scopes_of(&refreshed.now)?;
    if asked || before.same_as(&now) {
        return None;
    }
    let (lost, gained) = (before.minus(&now), now.minus(&before));
    let offline = |set: &authscope_protocol::scope::ScopeSet| set.names().iter().all(|n| n == "offline_access" || n == "openid");
    if offline(&lost) && offline(&gained) {
        return None;
    }
    let mut changes = Vec::new();
    if !lost.is_empty() {
        changes.push(format!("it lost {}", codes(lost.names())));
    }
    if !gained.is_empty() {
        changes.push(format!("it gained {}", codes(gained.names())));
    }
    let hit = Hit::new(
        at::json(refreshed.now.exchange, "/scope"),
        format!("The refreshed token has other scopes than the one before: {} ({place}).", changes.join(" and ")),
    )
    .expected(format!("the scopes of the grant: {}", before.to_param()))
    .received(if now.is_empty() { "no scope".to_owned() } else { now.to_param() })
    .related(at::json(refreshed.before.exchange, "/scope"))
    .fix("Keep the granted scopes with the refresh token and give them to the new access token; a refresh without `scope` means the same scopes.");
    Some(match super::refused_call(context, refreshed.now.exchange) {
        Some(call) => hit.related(at::status(call)),
        None => hit,
    })
}
