//! The authorization server issues tokens for a resource it cannot know.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "any-resource-accepted",
    summary: "The authorization server issues a token although the resource asked for is none of its own",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::NegativeProbes,
    references: &[
        "RFC8707-2",
        "MCP-2025-06-18-authorization#resource-parameter-implementation",
        "MCP-2025-11-25-authorization#resource-parameter-implementation",
        "MCP-2026-07-28-authorization#resource-parameter-implementation",
    ],
    requirements: &["TK-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::answered(context, super::FOREIGN) else { return Vec::new() };
    if exchange.request.url != context.server_url() {
        return Vec::new();
    }
    let Some(token) = super::probe_token(exchange) else { return Vec::new() };
    let wanted = super::foreign_resource(context);
    let bound_here = super::is_bound_here(context, &token);
    if !bound_here && response.is_success() {
        return Vec::new();
    }
    let audience = codes(&token.aud());
    let hit = if bound_here {
        Hit::new(
            at::request_header(exchange, "authorization"),
            format!(
                "The authorization server ignores `resource`: a token asked for with `resource` {} has `aud` {audience}.",
                code(&wanted)
            ),
        )
    } else {
        Hit::new(
            at::request_header(exchange, "authorization"),
            format!(
                "The authorization server issues a token for any `resource`: it was asked for {}, which it cannot know, and gave a token with `aud` {audience}.",
                code(&wanted)
            ),
        )
        .level(Level::Hint)
    };
    vec![
        hit.expected("error=invalid_target, or a token made out to the resource asked for")
            .received(format!("aud: {audience}"))
            .fix("Keep a list of the resources that tokens are issued for, answer `invalid_target` for others, and make out each token to the one that was asked for."),
    ]
}
