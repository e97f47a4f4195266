//! A smaller grant that the response does not tell.

use super::Sets;
use crate::prelude::*;
use authscope_protocol::scope::ScopeSet;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-change-not-told",
    summary: "The token's scopes differ from the request, and the token response does not say so",
    area: Area::Scope,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC6749-5.1", "RFC6749-3.3"],
    confidence: Confidence::Likely,
    corpus: &["SC-11"],
    requirements: &["TK-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let sets = Sets::of(context);
    let Some(asked) = &sets.requested else { return Vec::new() };
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let told = call.reply.as_ref().is_some_and(|r| r.scope.is_some());
    let Some(claim) = jwt.scopes_claim().filter(|_| !told) else { return Vec::new() };
    let held: ScopeSet = jwt.scopes().iter().map(String::as_str).collect();
    let lost = asked.set.minus(&held);
    let lost: Vec<&String> = lost
        .names()
        .iter()
        .filter(|n| !matches!(n.as_str(), "openid" | "offline_access" | "profile" | "email") && !n.contains("://"))
        .collect();
    if lost.is_empty() {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(call.exchange, "/scope"),
            format!("The claim `{claim}` of the access token is {}, asked for was {}; the token response has no `scope` that says so.", codes(held.names()), codes(asked.set.names())),
        )
        .expected(format!("\"scope\": \"{}\"", held.to_param()))
        .received("no scope")
        .fix("Return `scope` in the token response whenever it differs from the request.")
        .snippets(vec![snippets::member("scope", &held.to_param().into())]),
    ]
}
