//! A fresh token, and 401.

use crate::context::Call;
use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-refused-by-mcp-server",
    summary: "The MCP server refuses the token that was just issued for it",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    confidence: Confidence::Likely,
    explains: &[],
    corpus: &["TU-05", "TU-07", "DC-13", "AUD-03"],
    requirements: &["US-04", "US-05", "CH-01"],
    order: Order::CatchAll,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let refused = calls.iter().find(|c| c.status() == 401 && !super::is_after_refresh(context, c.exchange));
    let Some(call) = refused else { return Vec::new() };
    vec![hit(context, call)]
}

fn hit(context: &Context<'_>, call: &Call<'_>) -> Hit {
    let said = super::said(call.exchange);
    let checked = checked(context);
    let jwt = context.jwt();
    let kid = jwt.as_ref().and_then(|(_, j)| j.kid().map(str::to_owned));
    let look = match kid {
        Some(kid) => format!("signing keys (`kid` {}), expected issuer and audience, clock", code(&kid)),
        None => "where tokens are looked up (introspection, store shared by all instances), expected issuer and audience".into(),
    };
    Hit::new(
        at::header(call.exchange, "www-authenticate"),
        format!(
            "The MCP server answers 401 to {} with the token that was just issued ({}){checked}.",
            words::asked(call.exchange),
            if said.is_empty() { "without a reason".to_owned() } else { said.clone() }
        ),
    )
    .expected("an answer")
    .received(if said.is_empty() { "401".into() } else { said })
    .fix(format!("Log why the token check fails and return it in `error_description`; check {look}."))
}

/// What is right about the token, so that nobody looks there.
fn checked(context: &Context<'_>) -> String {
    let Some((call, jwt)) = context.jwt() else { return String::new() };
    let now = i64::try_from(call.exchange.started_at / 1000).unwrap_or(i64::MAX);
    let mut right: Vec<String> = Vec::new();
    if jwt.exp().is_some_and(|e| e > now) {
        right.push("it has not expired".into());
    }
    let resource = context.resource();
    if jwt.aud().iter().any(|a| a == resource) {
        right.push(format!("`aud` is {}", code(resource)));
    }
    let issuer = context.metadata().and_then(|d| d.value.issuer.as_deref());
    let server = context.server_url();
    let wide = context.prm().and_then(|d| d.value.resource.as_deref()).filter(|r| words::without_slash(r) != words::without_slash(server));
    if wide.is_some_and(|r| jwt.aud().iter().any(|a| a == r)) {
        right.push(format!("that is the `resource` of the protected resource metadata, which is not the endpoint {}", code(server)));
    }
    if jwt.iss().is_some() && jwt.iss() == issuer {
        right.push(format!("`iss` is {}", code(issuer.unwrap_or_default())));
    }
    let facts = context.exchanges().iter().flat_map(|e| context.facts(e));
    let verified = |f: &Fact| matches!(f, Fact::Signature { token, verified: true, .. } if token == "access_token");
    if facts.into_iter().any(verified) {
        right.push("its signature verifies with the published keys".into());
    }
    if right.is_empty() { String::new() } else { format!("; checked here: {}", right.join(", ")) }
}
