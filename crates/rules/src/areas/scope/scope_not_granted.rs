//! Fewer scopes granted than asked for.

use super::Sets;
use crate::context::TokenCall;
use crate::prelude::*;
use authscope_protocol::scope::ScopeSet;

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
    if context.attempts().len() > 1 {
        return after_step_ups(context);
    }
    if lost.is_empty() {
        return Vec::new();
    }
    let calls = context.calls();
    let forbidden = calls.iter().find(|c| c.status() == 403);
    let hit = Hit::new(
        granted.spot(granted.set.names().first().map_or("", String::as_str)),
        format!("Asked for the scope {}, granted {}: {} is missing in {}.", codes(asked.set.names()), codes(granted.set.names()), codes(&lost), granted.name),
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

/// Several authorizations: the last one asked for scopes, its token lacks some of them, and the MCP server
/// refuses the operation for that.
fn after_step_ups(context: &Context<'_>) -> Vec<Hit> {
    let Some(attempt) = context.attempts().last() else { return Vec::new() };
    let calls = context.token_calls();
    let issued = calls.iter().rfind(|c| c.exchange.id > attempt.authorize.id && c.access_token().is_some());
    let (Some(asked), Some(issued)) = (attempt.param("scope").map(ScopeSet::parse), issued) else { return Vec::new() };
    let Some(granted) = granted_by(issued) else { return Vec::new() };
    let lost = asked.minus(&granted);
    let refused = context.calls();
    let refused = refused.iter().find(|c| c.exchange.id > issued.exchange.id && c.status() == 403);
    let (Some(refused), false) = (refused, lost.is_empty()) else { return Vec::new() };
    vec![
        Hit::new(
            at::json(issued.exchange, "/scope"),
            format!(
                "The authorization server does not grant the scope {}: asked for {}, the token has {}, and the MCP server answers 403 for it.",
                codes(lost.names()),
                codes(asked.names()),
                codes(granted.names())
            ),
        )
        .expected(asked.to_param())
        .received(granted.to_param())
        .related(at::status(refused.exchange))
        .level(Level::Failure)
        .fix(format!("Grant {} to this client and user, or let the MCP server ask for scopes that exist.", codes(lost.names()))),
    ]
}

/// The scopes of a token answer: its `scope` member, else the token's claim.
fn granted_by(call: &TokenCall<'_>) -> Option<ScopeSet> {
    if let Some(member) = call.reply.as_ref().and_then(|r| r.scope.as_deref()) {
        return Some(ScopeSet::parse(member));
    }
    let jwt = call.access_token().and_then(authscope_protocol::jwt::decode)?;
    jwt.scopes_claim()?;
    Some(jwt.scopes().iter().map(String::as_str).collect())
}

/// `api://app/read` asked for, `read` granted: the usual way of Entra ID.
fn is_same_right(name: &str, granted: &super::Source<'_>) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.contains("://") && (granted.set.contains(last) || last == ".default")
}
