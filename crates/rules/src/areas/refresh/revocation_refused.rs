//! Revocation is advertised and refused.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "revocation-refused",
    summary: "The revocation endpoint of the metadata refuses to revoke the client's own token",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Token,
    references: &["RFC7009-2.1", "RFC7009-2.2"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.of(StepKind::Revoke).find(|e| e.status().is_some_and(|s| s >= 400 && s != 429 && s != 503));
    let Some(exchange) = refused else { return Vec::new() };
    let error = crate::context::error_of(exchange);
    let kind = error.as_ref().and_then(|e| e.error.as_deref()).unwrap_or_default();
    let said = error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    let status = exchange.status().unwrap_or_default();
    let level = if kind == "unsupported_token_type" { Level::Hint } else { Level::Warning };
    vec![
        Hit::new(
            at::status(exchange),
            format!("The revocation endpoint {} answers {status} ({said}) when the client revokes its own token.", code(&exchange.request.url)),
        )
        .expected("200, also when the token is no longer valid")
        .received(format!("HTTP {status}: {said}"))
        .related(at::body(exchange))
        .fix("Let every client revoke its tokens with the authentication it has: a public client sends `client_id` only. Leave `revocation_endpoint` out of the metadata when tokens cannot be revoked.")
        .level(level),
    ]
}
