//! The token endpoint cannot be used by browser clients.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-token",
    summary: "The token endpoint does not let clients of other origins read its answers",
    area: Area::Cors,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::NegativeProbes,
    references: &["Fetch#http-cors-protocol"],
    corpus: &["NET-05"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, response)) = super::preflight(context, "cors-token") else { return Vec::new() };
    let served = context.token_calls().iter().filter_map(|c| c.response());
    let open = served.filter_map(|r| r.header("access-control-allow-origin")).any(|o| o.trim() == "*");
    if (response.is_success() && super::allows_origin(exchange, response)) || open {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::header(exchange, "access-control-allow-origin"),
            format!(
                "Browser clients only: the token endpoint {} lacks `Access-Control-Allow-Origin` (preflight: {}), so a script never gets its token.",
                code(&exchange.request.url),
                super::received(response)
            ),
        )
        .expected("Access-Control-Allow-Origin on the preflight and on the answer")
        .received(super::received(response))
        .fix("If clients in browsers are wanted: allow other origins at the token and registration endpoints, not at the authorization endpoint. Many providers ask for the origin in the client's settings (allowed origins, platform \"single-page application\")."),
    ]
}
