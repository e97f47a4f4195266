//! A refreshed token is for somebody else.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-audience-changed",
    summary: "The refreshed token has another audience than the one before",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Refresh,
    references: &[
        "RFC8707-2.2",
        "MCP-2025-06-18-authorization#token-audience-binding-and-validation",
        "MCP-2025-11-25-authorization#token-audience-binding-and-validation",
        "MCP-2026-07-28-security#token-audience-binding-and-validation",
    ],
    explains: &["refreshed-token-refused", "token-refused-by-mcp-server", "audience-refused-though-right"],
    corpus: &["REF-07", "REF-10"],
    requirements: &["TK-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::refreshed(context).iter().filter_map(|r| hit(context, r)).collect()
}

fn hit(context: &Context<'_>, refreshed: &super::Refreshed<'_>) -> Option<Hit> {
    let before = super::jwt_of(&refreshed.before)?.aud();
    let now = super::jwt_of(&refreshed.now);
    let opaque = now.is_none();
    let now = now.map(|jwt| jwt.aud()).unwrap_or_default();
    if before.is_empty() || before.iter().all(|a| now.contains(a)) {
        return None;
    }
    let call = super::refused_call(context, refreshed.now.exchange);
    if opaque && call.is_none() {
        return None;
    }
    let what = if opaque {
        "is opaque and no JWT any more, so it has no audience that the MCP server could read".to_owned()
    } else {
        format!("has `aud` {}", codes(&now))
    };
    let differ = match (now.as_slice(), before.as_slice()) {
        ([now], [before]) if words::is_web_url(now) => format!(" ({})", words::differences(now, before)),
        _ => String::new(),
    };
    let hit = Hit::new(
        at::json(refreshed.now.exchange, "/access_token"),
        format!("The refreshed token {what}; the one before had `aud` {}{differ}.", codes(&before)),
    )
    .expected(format!("aud: {}", before.join(", ")))
    .received(format!("aud: {}", if now.is_empty() { "none".to_owned() } else { now.join(", ") }))
    .related(at::json(refreshed.before.exchange, "/access_token"))
    .fix(format!(
        "Make the refreshed token out to the `resource` of the grant, {}, whether or not the refresh names it again.",
        code(context.resource())
    ));
    Some(match call {
        Some(call) => hit.related(at::status(call)),
        None => hit,
    })
}
