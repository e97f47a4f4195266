//! More scopes granted than asked for.

use super::Sets;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-widened",
    summary: "The token has scopes that nobody asked for",
    area: Area::Scope,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Token,
    references: &["RFC6749-3.3", "RFC6749-5.1", "MCP-security-best-practices#scope-minimization"],
    requirements: &["TK-04"],
    ..RuleInfo::BASE
};

/// Scopes of OpenID Connect that servers add by themselves.
const USUAL: &[&str] = &["openid", "profile", "email", "offline_access", "address", "phone", "roles", "web-origins", "acr", "basic"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // Several authorizations add up.
    if context.attempts().len() > 1 {
        return Vec::new();
    }
    let sets = Sets::of(context);
    let (Some(asked), Some(granted)) = (&sets.requested, &sets.granted) else { return Vec::new() };
    let more = granted.set.minus(&asked.set);
    let more: Vec<&String> = more.names().iter().filter(|name| !USUAL.contains(&name.as_str()) && !is_part(name, asked)).collect();
    let Some(first) = more.first() else { return Vec::new() };
    vec![
        Hit::new(
            granted.spot(first),
            format!("Asked for {}, granted {}: nobody asked for {} ({}).", codes(asked.set.names()), codes(granted.set.names()), codes(&more), granted.name),
        )
        .expected(asked.set.to_param())
        .received(granted.set.to_param())
        .related(asked.spot(""))
        .fix(format!("Grant what was asked for and consented to; {} makes a stolen token worth more than the user meant it to be.", codes(&more))),
    ]
}

/// `read` for `api://app/read`, or `files:read` for `files`: the same right in the server's own words.
fn is_part(name: &str, asked: &super::Source<'_>) -> bool {
    asked.set.names().iter().any(|other| {
        other.ends_with(&format!("/{name}")) || name.ends_with(&format!("/{other}")) || name.starts_with(&format!("{other}:")) || name.starts_with(&format!("{other}."))
    })
}
