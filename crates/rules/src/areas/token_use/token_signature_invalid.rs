//! The token's signature does not verify.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-signature-invalid",
    summary: "The signature of the token does not verify with the keys of the authorization server",
    area: Area::TokenUse,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Token,
    references: &["RFC7515-5.2", "RFC9068-4", "RFC8414-2", "RFC8725-3.1"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server", "token-not-a-jwt-refused", "token-refused-as-if-missing"],
    corpus: &["TU-05", "AUD-10"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = context.issued() else { return Vec::new() };
    let refused = context.calls().iter().any(|c| c.status() == 401);
    if is_unsigned(context, call) {
        return vec![
            Hit::new(at::json(call.exchange, "/access_token"), "The access token has `alg` `none`: it is not signed, so anybody can make one.")
                .expected("a signature, such as RS256 or ES256")
                .received("alg: none")
                .level(Level::Failure)
                .fix("Sign access tokens with a key that `jwks_uri` publishes."),
        ];
    }
    let facts = context.exchanges().iter().flat_map(|e| context.facts(e));
    let failed = facts.filter_map(|f| match f {
        Fact::Signature { token, verified: false, detail } if token == "access_token" => Some(detail),
        _ => None,
    });
    failed
        .take(1)
        .map(|detail| {
            let alg = context.jwt().and_then(|(_, jwt)| jwt.alg().map(str::to_owned)).unwrap_or_default();
            // A secret shared by both servers is no public key, and none has to be published.
            let shared = alg.starts_with("HS");
            let why = if shared {
                format!("`alg` is {}, which takes a secret that both servers must share, while `jwks_uri` publishes public keys", code(&alg))
            } else {
                detail.trim_end_matches('.').to_owned()
            };
            let hit = Hit::new(at::json(call.exchange, "/access_token"), format!("The signature of the access token does not verify with the keys at `jwks_uri`: {why}."))
                .expected("a signature by one of the published keys")
                .received(detail.clone())
                .fix("Publish the signing key at `jwks_uri` under the `kid` of the token, and sign with an asymmetric algorithm.");
            match (refused, shared) {
                (true, _) => hit.level(Level::Failure),
                (false, true) => hit.level(Level::Hint),
                (false, false) => hit,
            }
        })
        .collect()
}

/// Whether the token has no signature. Its text is masked as a whole, since all of it is the secret; the fact says so.
fn is_unsigned(context: &Context<'_>, call: &crate::context::TokenCall<'_>) -> bool {
    let none = |jwt: authscope_protocol::jwt::Jwt| jwt.alg().is_some_and(|alg| alg.eq_ignore_ascii_case("none"));
    let shown = call.access_token().and_then(authscope_protocol::jwt::decode).is_some_and(none);
    shown || context.facts(call.exchange).any(|f| matches!(f, Fact::Signature { token, verified: false, detail } if token == "access_token" && detail.contains("not signed")))
}
