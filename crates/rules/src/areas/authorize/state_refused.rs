//! The server does not like `state`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "state-refused",
    summary: "The authorization server refuses the request because of state",
    area: Area::Authorize,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &[
        "RFC6749-4.1.1",
        "RFC6749-10.12",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    explains: &["authorization-refused"],
    corpus: &["AR-02"],
    requirements: &["AZ-08"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.refusals().into_iter().find(|r| {
        r.is_code(&["invalid_state"]) || r.speaks_of(&["state parameter", "`state`", "state is missing", "missing state", "entropy"])
    });
    let Some(refusal) = refused else { return Vec::new() };
    let sent = context.attempt().and_then(|a| a.param("state").map(str::to_owned));
    let (party, what) = match &sent {
        None => (Party::Client, "the request has no `state`"),
        Some(state) if state.chars().count() < 8 => (Party::Client, "`state` is shorter than 8 characters"),
        Some(_) => (Party::AuthorizationServer, "`state` was sent and is long enough"),
    };
    vec![
        Hit::new(refusal.spot(), format!("The authorization server refuses the request because of `state` ({}): {what}.", refusal.said))
            .expected("a `state` of at least 16 random bytes, accepted and returned unchanged")
            .received(refusal.said.clone())
            .party(party)
            .fix("Send at least 16 random bytes as base64url in `state`; a server must accept any printable value and return it unchanged."),
    ]
}
