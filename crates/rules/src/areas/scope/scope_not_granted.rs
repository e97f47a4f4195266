//! Fewer scopes granted than asked for.

use super::Sets;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-not-granted",
    summary: "The token has fewer scopes than were asked for",
    area: Area::Scope,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Token,
    references: &["RFC6749-3.3", "RFC6749-5.1"],
    explains: &["forbidden-without-reason", "step-up-loop", "step-up-without-challenge"],
    corpus: &["SC-11", "SC-08"],
    requirements: &["AZ-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let sets = Sets::of(context);
    let (Some(asked), Some(granted)) = (&sets.requested, &sets.granted) else { return Vec::new() };
    let lost = asked.set.minus(&granted.set);
    // These stand for tokens of their own, and servers do not repeat them.
    let lost: Vec<&String> = lost
        .names()
        .iter()
        .filter(|n| !matches!(n.as_str(), "openid" | "offline_access" | "profile" | "email") && !is_same_right(n, granted))
        .collect();
    if lost.is_empty() || context.attempts().len() > 1 {
        return Vec::new();
    }
    let calls = context.calls();
    let forbidden = calls.iter().find(|c| c.status() == 403);
    let hit = Hit::new(
        granted.spot(granted.set.names().first().map_or("", String::as_str)),
        format!("Asked for {}, granted {}: {} is missing in {}.", codes(asked.set.names()), codes(granted.set.names()), codes(&lost), granted.name),
    )
    .expected(asked.set.to_param())
    .received(granted.set.to_param())
    .related(asked.spot(lost.first().map_or("", |n| n.as_str())))
    .fix(format!("Grant {} to this client and user, or do not offer it; a client should tell the user what is missing.", codes(&lost)));
    vec![match forbidden {
        Some(call) => hit.level(Level::Failure).related(at::status(call.exchange)),
        None => hit,
    }]
}

/// `api://app/read` asked for, `read` granted: the usual way of Entra ID.
fn is_same_right(name: &str, granted: &super::Source<'_>) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.contains("://") && (granted.set.contains(last) || last == ".default")
}
