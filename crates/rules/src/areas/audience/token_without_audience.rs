//! A JWT without `aud`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-without-audience",
    summary: "The access token has no audience",
    area: Area::Audience,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Practice),
    needs: Need::Jwt,
    references: &["RFC9068-2.2", "RFC8707-2"],
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing"],
    corpus: &["AUD-07", "AUD-01"],
    requirements: &["TK-09", "US-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    if !jwt.aud().is_empty() {
        return Vec::new();
    }
    let wanted = super::wanted(context, call);
    let cognito = jwt.iss().is_some_and(|i| i.contains("cognito-idp."));
    // A claim of another type names nobody either.
    let came = jwt.claim("aud").map(|value| format!("{} as `aud`", words::value_kind(value)));
    let has = came.clone().unwrap_or_else(|| "no `aud`".into());
    let hit = Hit::new(
        at::json(call.exchange, "/access_token"),
        format!("The access token has {has}, so it is not bound to {}{}.", code(&wanted), if cognito { " (Cognito's access tokens have none)" } else { "" }),
    )
    .expected(format!("\"aud\": \"{wanted}\""))
    .received(came.unwrap_or_else(|| "no aud".into()))
    .fix(if cognito {
        "Check `client_id` and `token_use` at the MCP server, or add `aud` with a pre-token-generation trigger or a resource server with resource binding.".to_owned()
    } else {
        format!("Put the `resource` of the request into `aud`: {}.", code(&wanted))
    })
    .snippets(vec![snippets::member("aud", &wanted.clone().into())]);
    let refused = context.calls().iter().any(|c| c.status() == 401);
    vec![if refused { hit.level(Level::Failure) } else { hit }]
}
