//! An authorization endpoint on another origin than the issuer, without `iss`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "endpoint-on-other-origin",
    summary: "The authorization endpoint is on another origin than the issuer, without iss support",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_11(Practice),
    needs: Need::AsMetadata,
    references: &["RFC9207-2.3", "MCP-2026-07-28-security#mix-up-attacks"],
    confidence: Confidence::Hint,
    corpus: &["ASM-12"],
    clients: Some("Codex 0.150 and later"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let v = &document.value;
    let (Some(issuer), Some(endpoint)) = (&v.issuer, &v.authorization_endpoint) else { return Vec::new() };
    let supported = v.authorization_response_iss_parameter_supported == Some(true);
    if supported || !words::is_web_url(endpoint) || !words::is_web_url(issuer) || url_text::same_origin(issuer, endpoint) {
        return Vec::new();
    }
    // On loopback the servers of one developer differ by port; no client looks at that.
    if words::is_loopback(issuer) && words::is_loopback(endpoint) {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(document.exchange, "/authorization_endpoint"),
            format!(
                "`authorization_endpoint` {} is on another origin than the issuer {}, and `authorization_response_iss_parameter_supported` is not true.",
                code(endpoint),
                code(issuer)
            ),
        )
        .expected(format!("an endpoint on {}, or `iss` in authorization responses", url_text::origin(issuer).unwrap_or_default()))
        .received(endpoint.clone())
        .fix("Send `iss` in authorization responses and advertise it with `\"authorization_response_iss_parameter_supported\": true`, or serve the page on the issuer's origin.")
        .snippets(vec![snippets::member("authorization_response_iss_parameter_supported", &true.into())]),
    ]
}
