//! The 401 to a bad token does not say what is wrong with it.

use crate::context::challenges;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "invalid-token-challenge-weak",
    summary: "The 401 to a bad token has no challenge or no error=\"invalid_token\"",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC6750-3.1",
        "RFC9728-5.1",
        "MCP-2025-03-26-authorization#token-handling",
        "MCP-2025-06-18-authorization#token-handling",
        "MCP-2025-11-25-authorization#token-handling",
        "MCP-2026-07-28-authorization#token-handling",
    ],
    corpus: &["DC-14"],
    requirements: &["CH-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let probes = context.of(StepKind::NegativeProbe).filter(|e| {
        e.status() == Some(401)
            && e.to == authscope_model::Participant::McpServer
            && !e.purpose.starts_with("lower-case-scheme:")
            && e.request.header("authorization").is_some_and(|v| v.trim().len() > "Bearer".len())
    });
    probes.filter_map(hit).take(1).collect()
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let found = challenges(exchange);
    let bearer = found.bearer().or_else(|| found.dpop());
    let missing = match bearer {
        None => "no `WWW-Authenticate` challenge",
        Some(b) if b.param("error") != Some("invalid_token") => "no `error=\"invalid_token\"`",
        Some(_) => return None,
    };
    Some(
        Hit::new(at::header(exchange, "www-authenticate"), format!("The 401 to a bad token has {missing}, so a client cannot tell whether to refresh or to sign in."))
            .expected("WWW-Authenticate: Bearer error=\"invalid_token\", resource_metadata=\"…\"")
            .received(missing)
            .fix("Build the challenge in one function for all paths; add `error=\"invalid_token\"` when a token was sent."),
    )
}
