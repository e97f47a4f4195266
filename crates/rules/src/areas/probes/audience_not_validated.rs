//! A token that was asked for another resource is accepted here.

use crate::prelude::*;
use authscope_model::exchange::Response;
use authscope_protocol::jwt;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "audience-not-validated",
    summary: "The MCP server accepts a token that was issued for another resource",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::NegativeProbes,
    references: &[
        "RFC8707-2",
        "RFC9068-4",
        "MCP-2025-06-18-authorization#token-audience-binding-and-validation",
        "MCP-2025-11-25-authorization#token-audience-binding-and-validation",
        "MCP-2026-07-28-security#token-audience-binding-and-validation",
    ],
    requirements: &["US-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let foreign = super::accepted_credential(context, super::FOREIGN);
    let Some((exchange, response)) = foreign else { return without_resource(context) };
    let wanted = super::foreign_resource(context);
    let hit = match super::probe_token(exchange) {
        Some(token) if super::is_bound_here(context, &token) => return Vec::new(),
        Some(token) => proven(exchange, &token),
        None => Hit::new(
            at::status(exchange),
            format!(
                "The MCP server accepts a token that was asked for with `resource` {}: it was answered {}. Either it does not check the audience, or the authorization server ignores `resource`; the token is opaque, so the recording cannot tell.",
                code(&wanted),
                super::in_words(response)
            ),
        )
        .level(Level::Warning)
        .confidence(Confidence::Likely),
    };
    vec![completed(context, hit, exchange, response)]
}

/// A token that was asked for without `resource` and is not made out to this server.
fn without_resource(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::accepted_credential(context, "token-without-resource") else { return Vec::new() };
    let token = super::probe_token(exchange).filter(|token| !super::is_bound_here(context, token));
    let hit = token.map(|token| completed(context, proven(exchange, &token), exchange, response));
    hit.into_iter().collect()
}

fn completed(context: &Context<'_>, hit: Hit, exchange: &Exchange, response: &Response) -> Hit {
    // Where no token has an audience, none can be checked: that the authorization server writes none is the cause.
    let never = context.jwt().is_some_and(|(_, jwt)| jwt.aud().is_empty());
    let hit = if never { hit.level(Level::Warning) } else { hit };
    hit.expected("401 with WWW-Authenticate: Bearer error=\"invalid_token\": the token is for somebody else")
            .received(response.status_line.clone())
            .related(at::request_header(exchange, "authorization"))
            .fix(format!(
                "Check in the MCP server that `aud` of the token (or of the introspection answer) holds {}, and answer 401 when it does not.",
                code(context.resource())
            ))
            .snippet(
                "express",
                format!("await jwtVerify(token, keys, {{ issuer, audience: \"{}\" }});", context.resource()),
            )
            .snippet("fastmcp", format!("JWTVerifier(jwks_uri=…, issuer=…, audience=\"{}\")", context.resource()))
}

fn proven(exchange: &Exchange, token: &jwt::Jwt) -> Hit {
    let audiences = token.aud();
    let what = if audiences.is_empty() {
        "without an `aud` claim".to_owned()
    } else {
        format!("whose `aud` is {}", codes(&audiences))
    };
    Hit::new(
        at::status(exchange),
        format!(
            "The MCP server accepts a token {what}: it does not check the audience, so tokens that other services were given work here too."
        ),
    )
}
