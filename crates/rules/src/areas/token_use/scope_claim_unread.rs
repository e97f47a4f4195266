//! The token has the scope in another claim than the server reads.

use crate::prelude::*;
use authscope_protocol::scope::{self, ScopeSet};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-claim-unread",
    summary: "The token has the scope that is asked for, but not in the claim the MCP server reads",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Jwt,
    references: &["RFC9068-2.2.3", "RFC8693-4.2"],
    confidence: Confidence::Likely,
    explains: &["step-up-scope-already-granted", "step-up-loop", "forbidden-without-reason"],
    corpus: &["SC-06"],
    requirements: &["CH-13"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    if jwt.claim("scope").is_some_and(serde_json::Value::is_string) {
        return Vec::new();
    }
    let calls = context.calls();
    let refused = calls.iter().find(|c| c.status() == 403);
    let Some(refused) = refused else { return Vec::new() };
    let demanded = refused.challenges().bearer().and_then(|b| b.param("scope").map(scope::parse_lenient));
    let Some(demanded) = demanded.filter(|d| !d.names().is_empty()) else { return Vec::new() };
    let found = ["scp", "scope", "scopes", "permissions", "roles"].into_iter().find(|claim| {
        let held = values(jwt.claim(claim));
        demanded.is_subset_of(&held)
    });
    let Some(claim) = found else { return Vec::new() };
    vec![
        Hit::new(
            at::header(refused.exchange, "www-authenticate"),
            format!("The MCP server asks for {}, and the token has it in the claim `{claim}`, which the server does not read.", codes(demanded.names())),
        )
        .expected("scopes read from `scope` and `scp`, as text or as a list")
        .received(format!("403 for {}", demanded.to_param()))
        .related(at::json(call.exchange, "/access_token"))
        .fix(format!("Read scopes from `scope` and from `{claim}`, as a space-separated text and as an array.")),
    ]
}

fn values(claim: Option<&serde_json::Value>) -> ScopeSet {
    match claim {
        Some(serde_json::Value::String(text)) => scope::parse_lenient(text),
        Some(serde_json::Value::Array(items)) => items.iter().filter_map(serde_json::Value::as_str).collect(),
        _ => ScopeSet::default(),
    }
}
