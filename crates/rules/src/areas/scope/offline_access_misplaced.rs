//! `offline_access` where it does not belong.

use super::Sets;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "offline-access-misplaced",
    summary: "offline_access is named by the MCP server, or asked for where it is not known",
    area: Area::Scope,
    party: Party::McpServer,
    keywords: Keywords::each(Some(Practice), Some(Practice), Some(Practice), Some(Should)),
    needs: Need::Nothing,
    references: &["MCP-2026-07-28-authorization#refresh-tokens", "OIDC-Core-11"],
    explains: &["scope-refused", "registration-scope-refused", "scope-unknown-to-server", "authorization-refused"],
    corpus: &["SC-03"],
    requirements: &["CH-09", "AZ-10"],
    ..RuleInfo::BASE
};

const NAME: &str = "offline_access";

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = is_refused(context);
    // Before 2026-07-28 nobody forbids the MCP server to name it; it matters when the authorization server refuses it.
    if !refused && INFO.keywords.of(context.revision()) == Some(Practice) {
        return Vec::new();
    }
    let hits = found(context);
    hits.into_iter().map(|hit| if refused { hit.level(Level::Failure) } else { hit }).collect()
}

/// Whether a refusal names it, and the authorization server does not list it.
fn is_refused(context: &Context<'_>) -> bool {
    let listed = context.metadata().and_then(|d| d.value.scopes_supported.as_ref());
    if listed.is_some_and(|l| l.iter().any(|n| n == NAME)) {
        return false;
    }
    let at_registration = context.registrations().iter().filter(|r| r.exchange.status().is_some_and(|s| s >= 400));
    let by_registration = at_registration.filter_map(|r| crate::context::error_of(r.exchange)).any(|e| e.sentence().contains(NAME));
    by_registration || super::refusal(context).is_some_and(|(_, said)| said.contains(NAME))
}

fn found(context: &Context<'_>) -> Vec<Hit> {
    let sets = Sets::of(context);
    let by_server = [&sets.challenge, &sets.prm].into_iter().flatten().find(|s| s.set.contains(NAME));
    if let Some(source) = by_server {
        return vec![
            Hit::new(source.spot(NAME), format!("{} names `offline_access`, which is between client and authorization server and no right at the MCP server.", source.name))
                .expected("scopes of the MCP server only")
                .received(source.set.to_param())
                .fix("Take `offline_access` out of the challenge and of `scopes_supported`."),
        ];
    }
    let (Some(asked), Some(known)) = (&sets.requested, &sets.authorization_server) else { return Vec::new() };
    if !asked.set.contains(NAME) || known.set.contains(NAME) {
        return Vec::new();
    }
    vec![
        Hit::new(asked.spot(NAME), "The request asks for `offline_access`, which `scopes_supported` of the authorization server does not list.")
            .expected("offline_access only where it is listed")
            .received(asked.set.to_param())
            .party(Party::Client)
            .fix("Ask for `offline_access` only when the authorization server lists it."),
    ]
}
