//! Client authentication methods under names that nobody registered.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "auth-methods-unknown",
    summary: "The metadata offers client authentication methods under names that no client knows",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "RFC7591-2"],
    confidence: Confidence::Likely,
    explains: &["client-auth-method-unsuitable", "registration-auth-method-refused"],
    ..RuleInfo::BASE
};

/// What the registry of OAuth parameters has.
const KNOWN: &[&str] = &[
    "none",
    "client_secret_post",
    "client_secret_basic",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "attest_jwt_client_auth",
    "spiffe_jwt",
    "spiffe_x509",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let Some(methods) = &document.value.token_endpoint_auth_methods_supported else { return Vec::new() };
    let known = |m: &String| KNOWN.contains(&m.as_str());
    let wrong: Vec<(&String, &str)> = methods.iter().filter_map(|m| Some((m, meant(m)?))).collect();
    let Some((method, meant)) = wrong.first().filter(|(_, meant)| !methods.iter().any(|m| m == meant)) else {
        return Vec::new();
    };
    let hit = Hit::new(
        at::json(document.exchange, "/token_endpoint_auth_methods_supported"),
        format!("`token_endpoint_auth_methods_supported` in the authorization server metadata is {}: {} is no registered method, {} is.", codes(methods), code(method), code(meant)),
    )
    .expected(format!("{meant} for {method}"))
    .received(methods.join(", "))
    .fix(format!("Write {} for {}.", code(meant), code(method)));
    let stopped = !context.works() && !methods.iter().any(known);
    vec![if stopped { hit.level(Level::Failure) } else { hit }]
}

/// The registered method that a name nearly is.
fn meant(method: &str) -> Option<&'static str> {
    if KNOWN.contains(&method) {
        return None;
    }
    let plain: String = method.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let of = |name: &str| name.replace('_', "");
    let whole = KNOWN.iter().copied().find(|name| of(name) == plain);
    whole.or(match plain.as_str() {
        "post" | "secretpost" | "clientsecret" | "body" | "requestbody" | "clientpost" => Some("client_secret_post"),
        "basic" | "secretbasic" | "httpbasic" | "header" | "clientbasic" => Some("client_secret_basic"),
        "public" | "pkce" | "noauth" | "anonymous" => Some("none"),
        "privatekey" | "jwt" => Some("private_key_jwt"),
        "tls" | "mtls" => Some("tls_client_auth"),
        _ => None,
    })
}
