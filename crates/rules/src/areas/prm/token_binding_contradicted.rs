//! The metadata demands tokens bound to a key or a certificate, and the server takes plain ones.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-binding-contradicted",
    summary: "The metadata says that only bound tokens are taken, and the server takes a plain one",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::McpCall,
    references: &["RFC9728-2", "RFC9449-5.1"],
    clients: Some("clients without DPoP, which stop when they read it"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let certificates = document.value.raw.get("tls_client_certificate_bound_access_tokens") == Some(&true.into());
    let (member, bound) = match document.value.dpop_bound_access_tokens_required {
        Some(true) => ("dpop_bound_access_tokens_required", "a key"),
        _ if certificates => ("tls_client_certificate_bound_access_tokens", "a certificate"),
        _ => return Vec::new(),
    };
    let plain = context.calls().into_iter().find(|c| {
        let credential = c.exchange.request.header("authorization").unwrap_or_default();
        c.is_success() && credential.to_ascii_lowercase().starts_with("bearer ")
    });
    let Some(call) = plain else { return Vec::new() };
    vec![
        Hit::new(
            at::json(document.exchange, &format!("/{member}")),
            format!("`{member}` in the protected resource metadata is true, but the MCP server takes a plain Bearer token: either the document or the check is wrong."),
        )
        .expected(format!("false, or a refusal of tokens that are not bound to {bound}"))
        .received("true, and the plain token accepted")
        .related(at::status(call.exchange))
        .fix(format!("Leave `{member}` out, or refuse tokens that are not bound to {bound} with 401 (for DPoP with a `DPoP` challenge).")),
    ]
}
