//! An ID token in place of an access token.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "access-token-is-id-token",
    summary: "The access token is an ID token",
    area: Area::Audience,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC9068-2.1", "OIDC-Core-2"],
    confidence: Confidence::Likely,
    explains: &["token-audience-mismatch", "token-refused-by-mcp-server"],
    corpus: &["AUD-01"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    // A client that registers itself knows its id only afterwards; the requests have it.
    let registered = context.transcript().registration().and_then(|(_, id)| id.map(str::to_owned));
    let used = context.attempt().and_then(|a| a.param("client_id").map(str::to_owned));
    let for_client = registered.or(used).is_some_and(|id| jwt.aud().contains(&id));
    let marks = ["nonce", "at_hash", "c_hash"].iter().any(|c| jwt.claim(c).is_some());
    let reply = call.reply.as_ref();
    let same = reply.is_some_and(|r| r.id_token.is_some() && r.id_token == r.access_token);
    if !((for_client && marks) || same) {
        return Vec::new();
    }
    let refused = super::refused_call(context).is_some();
    let hit = Hit::new(
        at::json(call.exchange, "/access_token"),
        format!("`access_token` is an ID token (`aud` {}, with claims of OpenID Connect): it says who signed in to the client, and opens nothing at the MCP server.", codes(&jwt.aud())),
    )
    .expected("an access token for the MCP server")
    .received("an ID token")
    .fix("Answer with an access token for the requested resource; return the ID token as `id_token` only.");
    vec![if refused { hit.level(Level::Failure) } else { hit }]
}
