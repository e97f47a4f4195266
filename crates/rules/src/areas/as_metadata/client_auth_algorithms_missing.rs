//! JWT client authentication without its algorithms.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-auth-algorithms-missing",
    summary: "JWT client authentication is offered without its signing algorithms",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "MCP-ext-client-credentials#server-metadata-requirements"],
    requirements: &["CC-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let methods = document.value.token_endpoint_auth_methods_supported.clone().unwrap_or_default();
    let jwt = methods.iter().find(|m| matches!(m.as_str(), "private_key_jwt" | "client_secret_jwt"));
    let Some(method) = jwt else { return Vec::new() };
    let algorithms = document.value.token_endpoint_auth_signing_alg_values_supported.clone().unwrap_or_default();
    let none = algorithms.iter().any(|a| a == "none");
    if !algorithms.is_empty() && !none {
        return Vec::new();
    }
    // Without JWT authentication in use this is a gap that nobody notices.
    let used = context.token_calls().iter().any(|c| c.param("client_assertion").is_some());
    let hit = Hit::new(
        at::json(document.exchange, "/token_endpoint_auth_signing_alg_values_supported"),
        format!(
            "The metadata offers {} and has `token_endpoint_auth_signing_alg_values_supported` {}.",
            code(method),
            if none { "with `none`, which is no signature" } else { "missing, so clients do not know how to sign" }
        ),
    )
    .expected("\"token_endpoint_auth_signing_alg_values_supported\": [\"ES256\", \"RS256\"]")
    .received(algorithms.join(", "))
    .fix("List the algorithms the token endpoint accepts for client assertions, without `none`.")
    .snippets(vec![snippets::member("token_endpoint_auth_signing_alg_values_supported", &serde_json::json!(["ES256", "RS256"]))]);
    vec![if used || none { hit } else { hit.level(Level::Hint) }]
}
