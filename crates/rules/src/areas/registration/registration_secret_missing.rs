//! A secret method, and no secret.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-secret-missing",
    summary: "The registration reply names a secret method and has no client_secret",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registered,
    references: &["RFC7591-3.2.1", "RFC7591-2"],
    explains: &["registration-auth-method-changed", "client-authentication-refused", "token-request-refused", "token-error-not-oauth"],
    corpus: &["DCR-16"],
    requirements: &["RG-22"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let Some(reply) = &registration.reply else { return Vec::new() };
    let Some(method) = reply.token_endpoint_auth_method.as_deref().filter(|m| m.starts_with("client_secret_")) else { return Vec::new() };
    if reply.client_secret.as_deref().is_some_and(|s| !s.is_empty()) {
        return Vec::new();
    }
    let came = came(&reply.raw);
    let asked = registration.sent_text("token_endpoint_auth_method").unwrap_or("client_secret_basic");
    let hit = Hit::new(
        at::json(registration.exchange, "/token_endpoint_auth_method"),
        format!("The registration reply has `token_endpoint_auth_method` {} and {came}: the client (which asked for {}) has nothing to authenticate with.", code(method), code(asked)),
    )
    .expected(format!("`client_secret` for {method}, or `token_endpoint_auth_method` none"))
    .received(format!("{method}, {came}"))
    .related(at::request_json(registration.exchange, "/token_endpoint_auth_method"))
    .fix("Register public clients as `none`; issue a `client_secret` (with `client_secret_expires_at`) when the method needs one.")
    .snippets(vec![snippets::member("token_endpoint_auth_method", &"none".into())]);
    // Where the token endpoint does not mind, only the reply is wrong.
    vec![if context.works() { hit.level(Level::Warning) } else { hit }]
}

/// What stands in place of the secret.
fn came(reply: &serde_json::Value) -> String {
    if let Some(value) = reply.get("client_secret") {
        return format!("a `client_secret` that is {}", words::value_kind(value));
    }
    match words::near_member(reply, "client_secret") {
        Some(name) => format!("no `client_secret` (there is a member {}, which no client reads)", code(name)),
        None => "no `client_secret`".into(),
    }
}
