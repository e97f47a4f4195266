//! The scopes are refused.

use super::{Sets, refusal};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-refused",
    summary: "The authorization server refuses the scopes that were asked for",
    area: Area::Scope,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC6749-3.3",
        "RFC6749-4.1.2.1",
        "MCP-2025-11-25-authorization#scope-selection-strategy",
        "MCP-2026-07-28-authorization#scope-selection-strategy",
    ],
    explains: &["authorization-refused", "token-request-refused", "pushed-request-refused", "authorization-server-error", "token-error-not-oauth"],
    corpus: &["SC-02", "SC-04", "SC-09", "DCR-09", "SC-01"],
    requirements: &["AZ-09", "CH-08", "AZ-10"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, said)) = refusal(context) else { return Vec::new() };
    let sets = Sets::of(context);
    // Asking for no scope at all has a rule of its own.
    let Some(asked) = &sets.requested else { return Vec::new() };
    let unknown = sets.authorization_server.as_ref().map(|known| asked.set.minus(&known.set));
    let unregistered = sets.registered.as_ref().map(|r| asked.set.minus(&r.set));
    let listed = |set: &Option<super::Source<'_>>, name: &str| set.as_ref().is_some_and(|s| s.set.contains(name));
    let suspects: Vec<String> = unknown
        .iter()
        .chain(unregistered.iter())
        .flat_map(|s| s.names().to_vec())
        .chain(asked.set.names().iter().filter(|n| said.contains(n.as_str())).cloned())
        .collect();
    let mut suspects: Vec<String> = if suspects.is_empty() { asked.set.names().to_vec() } else { suspects };
    suspects.sort();
    suspects.dedup();
    let first = suspects.first().cloned().unwrap_or_default();
    let own = sets.authorization_server.as_ref().is_some_and(|s| suspects.iter().all(|n| s.set.contains(n)));
    let (source, party) = if listed(&sets.challenge, &first) {
        ("the 401 challenge names it", Party::McpServer)
    } else if listed(&sets.prm, &first) {
        ("`scopes_supported` of the protected resource metadata names it", Party::McpServer)
    } else if listed(&sets.demanded, &first) {
        ("the 403 challenge names it", Party::McpServer)
    } else if listed(&sets.authorization_server, &first) {
        ("the authorization server's own `scopes_supported` names it", Party::AuthorizationServer)
    } else {
        ("neither the challenge nor the protected resource metadata names it", Party::Client)
    };
    // A server that refuses what its own metadata lists contradicts itself, whoever asked for it.
    let party = if own { Party::AuthorizationServer } else { party };
    let foreign = listed(&sets.demanded, &first) && !listed(&sets.authorization_server, &first);
    let narrow = !foreign && unregistered.as_ref().is_some_and(|u| !u.names().is_empty());
    let known = sets.authorization_server.as_ref().map_or_else(|| "no list".to_owned(), |k| codes(k.set.names()));
    let registered = sets.registered.as_ref().filter(|_| narrow);
    let registered = registered.map(|r| format!(", but the registration reply gave this client only {}", codes(r.set.names()))).unwrap_or_default();
    let mut hit = Hit::new(
        asked.spot(&first),
        format!("The authorization server refuses the scope {} ({said}): {source}; the authorization server lists {known}{registered}.", codes(&suspects)),
    )
    .expected(format!("scopes it knows: {known}"))
    .received(asked.set.to_param())
    .party(if narrow { Party::AuthorizationServer } else { party })
    .related(at::whole(exchange))
    .fix(fix(party, narrow, &suspects));
    if let Some(registered) = sets.registered.as_ref().filter(|_| narrow) {
        hit = hit.related(registered.spot(&first));
    }
    vec![hit]
}

fn fix(party: Party, narrow: bool, suspects: &[String]) -> String {
    if narrow {
        return format!("The client was registered without {}: let the server register what it allows and grant it, or register with the full set.", codes(suspects));
    }
    match party {
        Party::McpServer => format!("Name scopes that the authorization server knows in the challenge and in `scopes_supported`, or add {} there.", codes(suspects)),
        Party::AuthorizationServer => format!("Allow {} to this client (dynamically registered ones included), or take it out of `scopes_supported`.", codes(suspects)),
        Party::Client => "Ask for the scopes of the challenge, else for those of the protected resource metadata, else for none.".into(),
    }
}
