//! The MCP server cannot check the signature with the authorization server's keys.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-key-refused",
    summary: "The MCP server cannot check the token's signature with the published keys",
    area: Area::TokenUse,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Jwt,
    references: &["RFC8414-2", "RFC7517-5", "RFC9068-4"],
    confidence: Confidence::Likely,
    explains: &["token-signature-invalid", "token-refused-by-mcp-server", "mcp-server-error-with-token", "mcp-request-failed"],
    corpus: &["TU-05", "AUD-10"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let calls = context.calls();
    let Some(refused) = calls.iter().find(|c| matches!(c.status(), 401 | 500)) else { return Vec::new() };
    let said = super::said(refused.exchange);
    let lower = said.to_lowercase();
    let marks = ["jwks",
        "key set",
        "jwk set",
        "web key",
        "keys could not", "kid", "signing key", "public key", "key not found", "no matching key", "no applicable key", "unknown key", "signature"];
    if !marks.iter().any(|m| lower.contains(m)) {
        return Vec::new();
    }
    let kid = jwt.kid().unwrap_or("(none)");
    let keys = context.metadata().and_then(|d| d.value.jwks_uri.clone());
    let place = keys.as_deref().map_or_else(|| "no `jwks_uri` in the metadata".into(), |u| format!("`jwks_uri` {}", code(u)));
    let hit = Hit::new(
        at::header(refused.exchange, "www-authenticate"),
        format!(
            "The MCP server answers {} to {}: it cannot check the signature of the fresh token ({said}): `kid` {}, `alg` {}, {place}.",
            refused.status(),
            words::asked(refused.exchange),
            code(kid),
            code(jwt.alg().unwrap_or("(none)"))
        ),
    )
    .expected("a signature by one of the published keys")
    .received(said)
    .related(at::json(call.exchange, "/access_token"))
    .fix(format!("Publish the signing key with `kid` {} at `jwks_uri`, reachable for the MCP server, and sign with that key; the MCP server must read the keys of this issuer and fetch them again when it meets a new `kid`.", code(kid)));
    // A server that cannot fetch the keys, or that refuses what the published keys verify, has a fault of its own.
    let fetching = ["fetch", "retriev", "unreachable", "connect", "timed out", "timeout", "load"].iter().any(|m| lower.contains(m));
    let own = refused.status() >= 500 || fetching || verified(context);
    let hit = if own { hit.party(Party::McpServer) } else { hit };
    vec![match context.metadata() {
        Some(document) => hit.related(at::json(document.exchange, "/jwks_uri")),
        None => hit,
    }]
}

/// Whether the published keys verify the token.
fn verified(context: &Context<'_>) -> bool {
    let mut facts = context.exchanges().iter().flat_map(|e| context.facts(e));
    facts.any(|f| matches!(f, Fact::Signature { token, verified: true, .. } if token == "access_token"))
}
