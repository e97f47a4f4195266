//! The token response promises scopes that the token does not have.

use crate::context::TokenCall;
use crate::prelude::*;
use authscope_protocol::jwt::Jwt;
use authscope_protocol::scope::{self, ScopeSet};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-claim-differs",
    summary: "The token response names scopes that the token's claim lacks",
    area: Area::Scope,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC6749-5.1", "RFC9068-2.2.3"],
    explains: &["forbidden-without-reason", "step-up-loop", "step-up-scope-already-granted", "step-up-without-challenge", "refreshed-token-refused"],
    corpus: &["SC-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshes = context.refreshes();
    context.token_calls().iter().chain(&refreshes).find_map(|call| hit(context, call)).into_iter().collect()
}

fn hit(context: &Context<'_>, call: &TokenCall<'_>) -> Option<Hit> {
    let jwt = call.access_token().and_then(authscope_protocol::jwt::decode)?;
    let told = call.reply.as_ref()?.scope.as_deref()?;
    let told = ScopeSet::parse(told);
    let Some(claim) = jwt.scopes_claim() else { return lost(context, call, &jwt, &told) };
    // Entra ID writes the last part of `api://app/read` into the claim; OpenID Connect scopes stand for other tokens.
    let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let held: Vec<String> = jwt.scopes().iter().map(|n| last(n)).collect();
    let identity = ["openid", "profile", "email", "address", "phone", "offline_access", ".default"];
    let lacking: Vec<&String> = told.names().iter().filter(|n| !identity.contains(&last(n).as_str()) && !held.contains(&last(n))).collect();
    if lacking.is_empty() {
        return None;
    }
    let answer = if call.exchange.step == StepKind::Refresh { "answer to the refresh" } else { "token response" };
    let forbidden = context.calls().iter().any(|c| c.status() == 403 && c.exchange.id > call.exchange.id);
    let hit = Hit::new(
        at::json(call.exchange, "/scope"),
        format!("`scope` of the {answer} promises {}, which the token's claim `{claim}` ({}) does not have.", codes(&lacking), codes(&jwt.scopes())),
    )
    .expected(format!("the scopes of the token: {}", jwt.scopes().join(" ")))
    .received(told.to_param())
    .related(at::json(call.exchange, "/access_token"))
    .fix(format!("Let `scope` of the answer and `{claim}` of the token name the same scopes: those that were granted."));
    Some(if forbidden { hit.level(Level::Failure) } else { hit })
}

/// The token has no claim of scopes at all, and the MCP server asks for scopes that the answer promises.
fn lost(context: &Context<'_>, call: &TokenCall<'_>, jwt: &Jwt, told: &ScopeSet) -> Option<Hit> {
    let next = context.refreshes().iter().map(|c| c.exchange.id).find(|id| *id > call.exchange.id).unwrap_or(u32::MAX);
    let calls = context.calls();
    let of_token = calls.iter().filter(|c| c.exchange.id > call.exchange.id && c.exchange.id < next);
    let refused = of_token.into_iter().find(|c| c.status() == 403)?;
    let demanded = refused.challenges().bearer().and_then(|b| b.param("scope").map(scope::parse_lenient))?;
    let elsewhere = ["scopes", "permissions", "roles"].iter().any(|claim| jwt.claim(claim).is_some());
    if elsewhere || demanded.names().is_empty() || !demanded.is_subset_of(told) {
        return None;
    }
    let answer = if call.exchange.step == StepKind::Refresh { "answer to the refresh" } else { "token response" };
    Some(
        Hit::new(
            at::json(call.exchange, "/access_token"),
            format!("`scope` of the {answer} promises {}, but the access token has no claim `scope` (or `scp`), and the MCP server answers 403 for want of {}.", codes(told.names()), codes(demanded.names())),
        )
        .expected(format!("\"scope\": \"{}\" in the token", told.to_param()))
        .received("no such claim")
        .related(at::header(refused.exchange, "www-authenticate"))
        .confidence(Confidence::Likely)
        .level(Level::Failure)
        .fix("Put the granted scopes into the claim `scope` of every access token, refreshed ones too (RFC 9068 section 2.2.3), or let the MCP server introspect the token."),
    )
}
