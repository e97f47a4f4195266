//! A preflight is answered with an error.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-preflight-status",
    summary: "The preflight of the MCP endpoint is answered with an error status",
    area: Area::Cors,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::NegativeProbes,
    references: &["Fetch#cors-preflight-fetch"],
    corpus: &["NET-04"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let found = super::preflight(context, "cors-mcp").filter(|(_, r)| !r.is_success() && r.status != 429);
    let Some((exchange, response)) = found else { return Vec::new() };
    let why = match response.status {
        401 | 403 => ": authorization runs before CORS, but a preflight never carries a token",
        300..=399 => ": a browser does not follow a redirect of a preflight",
        _ => "",
    };
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "Browser clients only: the preflight (OPTIONS) of the MCP endpoint {} is answered {}{why}, so a browser never sends the request.",
                code(&exchange.request.url),
                response.status
            ),
        )
        .expected("204 with Access-Control-Allow-Origin, Access-Control-Allow-Methods and Access-Control-Allow-Headers")
        .received(super::received(response))
        .fix("If clients in browsers are wanted: answer OPTIONS with 204 in a CORS middleware that runs before authorization and before the method is looked at.")
        .snippet("express", "app.use(cors({ origin: \"*\" })); // before requireBearerAuth"),
    ]
}
