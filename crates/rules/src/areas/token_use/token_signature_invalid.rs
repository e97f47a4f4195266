//! The token's signature does not verify.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-signature-invalid",
    summary: "The signature of the token does not verify with the keys of the authorization server",
    area: Area::TokenUse,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC7515-5.2", "RFC9068-4", "RFC8414-2", "RFC8725-3.1"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server"],
    corpus: &["TU-05", "AUD-10"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let refused = context.calls().iter().any(|c| c.status() == 401);
    let alg = jwt.alg().unwrap_or_default();
    if alg.eq_ignore_ascii_case("none") {
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
            let hit = Hit::new(at::json(call.exchange, "/access_token"), format!("The signature of the access token does not verify with the keys at `jwks_uri`: {}.", detail.trim_end_matches('.')))
                .expected("a signature by one of the published keys")
                .received(detail.clone())
                .fix("Publish the signing key at `jwks_uri` under the `kid` of the token, and sign with an asymmetric algorithm.");
            if refused { hit.level(Level::Failure) } else { hit }
        })
        .collect()
}
