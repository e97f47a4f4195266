//! Two parties use almost the same name for a scope.

use super::Sets;
use crate::prelude::*;
use authscope_protocol::scope::{self, NearMiss, NearMissKind, ScopeSet};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-near-miss",
    summary: "A scope that is asked for is almost, but not exactly, one that the other side knows",
    area: Area::Scope,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Nothing,
    references: &[
        "RFC6749-3.3",
        "RFC9728-2",
        "MCP-2025-11-25-authorization#scope-selection-strategy",
        "MCP-2026-07-28-authorization#scope-selection-strategy",
    ],
    confidence: Confidence::Likely,
    explains: &[
        "scope-refused",
        "scope-unknown-to-server",
        "scope-not-granted",
        "step-up-scope-already-granted",
        "registration-scope-refused",
        "authorization-refused",
        "step-up-loop",],
    corpus: &["SC-01", "SC-05"],
    requirements: &["CH-07", "CH-08", "AZ-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let sets = Sets::of(context);
    let mut hits = wanted_against_known(context, &sets);
    if hits.is_empty() {
        hits.extend(demanded_against_granted(context, &sets));
    }
    if hits.is_empty() {
        hits.extend(challenge_against_prm(context, &sets));
    }
    hits
}

/// What the MCP server names and the client asks for, against what the authorization server knows.
fn wanted_against_known(context: &Context<'_>, sets: &Sets<'_>) -> Vec<Hit> {
    let Some(known) = &sets.authorization_server else { return Vec::new() };
    let sources = [&sets.challenge, &sets.prm, &sets.requested];
    let mut seen: Vec<String> = Vec::new();
    let mut hits = Vec::new();
    for source in sources.into_iter().flatten() {
        for near in scope::near_misses(&source.set, &known.set) {
            if !seen.contains(&near.wanted) {
                seen.push(near.wanted.clone());
                hits.push(hit(context, source, known, &near));
            }
        }
    }
    hits
}

/// What a 403 demands, against what was granted.
fn demanded_against_granted(context: &Context<'_>, sets: &Sets<'_>) -> Vec<Hit> {
    let (Some(demanded), Some(granted)) = (&sets.demanded, &sets.granted) else { return Vec::new() };
    let near = scope::near_misses(&demanded.set, &granted.set);
    near.iter().map(|near| {
        let hit = hit(context, demanded, granted, near).level(Level::Failure);
        // Who was asked for one name and grants another is the one who misspells.
        let asked = [&sets.requested, &sets.authorization_server].into_iter().flatten();
        let named = |name: &str| asked.clone().any(|s| s.set.contains(name));
        // A resource prefix is dropped from granted names on purpose (Entra ID): the MCP server has to know that.
        let dropped = near.how == NearMissKind::Prefix;
        if !dropped && named(&near.wanted) && !named(&near.offered) { misgranted(hit, granted, near) } else { hit }
    })
    .collect()
}

/// The authorization server grants under another name what it was asked for.
fn misgranted(hit: Hit, granted: &super::Source<'_>, near: &NearMiss) -> Hit {
    hit.party(Party::AuthorizationServer).fix(format!(
        "Grant the scope under the name that was asked for, {}, in {} and in the token.",
        code(&near.wanted),
        granted.name_within()
    ))
}

/// The MCP server's own two lists, when nothing else is known.
fn challenge_against_prm(context: &Context<'_>, sets: &Sets<'_>) -> Vec<Hit> {
    let (Some(challenge), Some(prm)) = (&sets.challenge, &sets.prm) else { return Vec::new() };
    let near = scope::near_misses(&challenge.set, &prm.set);
    near.iter().map(|near| hit(context, challenge, prm, near)).collect()
}

fn hit(context: &Context<'_>, wanted: &super::Source<'_>, known: &super::Source<'_>, near: &NearMiss) -> Hit {
    let refused = super::refusal(context).is_some();
    let party = if wanted.is_ours(context) { Party::Client } else { Party::McpServer };
    let hit = Hit::new(
        wanted.spot(&near.wanted),
        format!(
            "{} names the scope {}, but {} has {}: {}.",
            wanted.name,
            code(&near.wanted),
            known.name_within(),
            code(&near.offered),
            near.how.words()
        ),
    )
    .expected(&near.offered)
    .received(&near.wanted)
    .party(party)
    .related(known.spot(&near.offered))
    .fix(fix(wanted, known, near))
    .snippets(snippet(wanted, near));
    if refused { hit.level(Level::Failure).confidence(Confidence::Certain) } else { hit }
}

fn fix(wanted: &super::Source<'_>, known: &super::Source<'_>, near: &NearMiss) -> String {
    format!(
        "Use one name on both sides: write {} instead of {} where {} is made (or let {} know {}).",
        code(&near.offered),
        code(&near.wanted),
        wanted.name_within(),
        known.name_within(),
        code(&near.wanted)
    )
}

fn snippet(wanted: &super::Source<'_>, near: &NearMiss) -> Vec<authscope_model::finding::Snippet> {
    let names: ScopeSet = wanted
        .set
        .names()
        .iter()
        .map(|n| if *n == near.wanted { near.offered.as_str() } else { n.as_str() })
        .collect();
    vec![snippets::plain("scope", &format!("scope=\"{}\"", names.to_param()))]
}
