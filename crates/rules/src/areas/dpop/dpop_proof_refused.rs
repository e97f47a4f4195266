//! `invalid_dpop_proof` for a proof that fits its request.

use crate::context::{error_of, responder};
use crate::prelude::*;
use authscope_model::Participant;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "dpop-proof-refused",
    summary: "A server refuses the DPoP proof of a request",
    area: Area::Dpop,
    party: Party::AuthorizationServer,
    needs: Need::Proof,
    keywords: Keywords::all(Must),
    references: &["RFC9449-4.3", "RFC9449-5", "RFC9449-7.1"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused", "token-refused-by-mcp-server", "token-error-not-oauth"],
    requirements: &["DP-01", "DP-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context
        .exchanges()
        .iter()
        .filter(|e| e.request.header("dpop").is_some() && super::error(e).as_deref() == Some("invalid_dpop_proof"));
    // The MCP server may be asked again with the same result; once is enough.
    refused.take(1).map(|exchange| hit(exchange)).collect()
}

fn hit(exchange: &Exchange) -> Hit {
    let said = error_of(exchange).map_or_else(|| "invalid_dpop_proof".into(), |e| e.sentence());
    let proof = super::proof(exchange);
    let claim = |name: &str| {
        let value = proof.as_ref().and_then(|p| p.payload.get(name)).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let url = exchange.request.url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let fits = claim("htu") == url && claim("htm") == exchange.request.method;
    let checked = if fits {
        format!("its `htm` and `htu` are the method and the URL {} of the request", code(&url))
    } else {
        format!("its `htu` is {}", code(&claim("htu")))
    };
    let at_resource = exchange.to == Participant::McpServer;
    let whose = if at_resource { "The MCP server" } else { "The token endpoint" };
    Hit::new(at::body(exchange), format!("{whose} refuses the DPoP proof ({said}); {checked}."))
        .expected("the proof is taken")
        .received(said)
        .related(at::request_header(exchange, "dpop"))
        .party(responder(exchange))
        .fix("Compare `htu` with the public URL of the endpoint, not with the address behind a proxy (trust `X-Forwarded-Proto` and `X-Forwarded-Host`, or configure the public URL); without query and fragment. Allow some minutes between the clocks for `iat`.")
}
