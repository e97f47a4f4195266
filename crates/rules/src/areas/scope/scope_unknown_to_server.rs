//! A scope of the MCP server that the authorization server does not list.

use super::{Sets, refusal};
use crate::prelude::*;
use authscope_protocol::scope;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-unknown-to-server",
    summary: "The MCP server names a scope that the authorization server does not list",
    area: Area::Scope,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "RFC9728-2"],
    confidence: Confidence::Hint,
    explains: &["scope-refused"],
    corpus: &["SC-01"],
    requirements: &["CH-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let sets = Sets::of(context);
    let Some(known) = &sets.authorization_server else { return Vec::new() };
    // The list may leave scopes out (RFC 8414); a token that opens the server settles the question.
    if context.works() || refusal(context).is_some() {
        return Vec::new();
    }
    let Some(source) = [&sets.challenge, &sets.prm].into_iter().flatten().next() else { return Vec::new() };
    let near = scope::near_misses(&source.set, &known.set);
    let missing = source.set.minus(&known.set);
    let alone: Vec<&String> = missing.names().iter().filter(|n| near.iter().all(|m| m.wanted != **n)).collect();
    let Some(first) = alone.first() else { return Vec::new() };
    vec![
        Hit::new(source.spot(first), format!("{} names {}, and `scopes_supported` of the authorization server is {}; the list may be incomplete.", source.name, codes(&alone), codes(known.set.names())))
            .expected("a scope the authorization server knows")
            .received(source.set.to_param())
            .related(known.spot(""))
            .fix("Compare the two lists; list every scope the MCP server needs at the authorization server."),
    ]
}
