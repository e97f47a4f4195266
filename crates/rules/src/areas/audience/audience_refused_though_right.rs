//! The audience is right and refused.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "audience-refused-though-right",
    summary: "The MCP server refuses the audience, although it is the resource of its own metadata",
    area: Area::Audience,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Jwt,
    references: &[
        "RFC8707-2",
        "RFC9728-2",
        "MCP-2025-06-18-authorization#token-audience-binding-and-validation",
        "MCP-2025-11-25-authorization#token-audience-binding-and-validation",
        "MCP-2026-07-28-security#token-audience-binding-and-validation",
    ],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing"],
    corpus: &["AUD-02", "TU-05"],
    requirements: &["US-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let wanted = super::wanted(context, call);
    let right = jwt.aud().iter().any(|a| super::is_for(a, &wanted, context));
    let Some(refused) = super::refused_call(context).filter(|_| right) else { return Vec::new() };
    let said = super::said(refused);
    let lower = said.to_lowercase();
    if !(lower.contains("audience") || lower.contains("aud ") || lower.contains("\"aud\"") || lower.contains("idx10214") || lower.contains("`aud`")) {
        return Vec::new();
    }
    let status = refused.status().unwrap_or_default();
    let documented = context.prm().and_then(|d| d.value.resource.clone()).unwrap_or_default();
    vec![
        Hit::new(
            at::header(refused, "www-authenticate"),
            format!("The MCP server refuses the token because of its audience ({status}, {said}), although `aud` is {}, the `resource` of its own metadata ({}).", codes(&jwt.aud()), code(&documented)),
        )
        .expected(format!("aud = {documented} is accepted"))
        .received(said)
        .related(at::json(call.exchange, "/access_token"))
        .fix(format!("Use one constant for `resource` in the protected resource metadata and for the audience the token check expects: {}.", code(&documented))),
    ]
}
