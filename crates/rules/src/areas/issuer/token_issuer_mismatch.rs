//! `iss` of the access token is another issuer.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-issuer-mismatch",
    summary: "iss of the access token is not the issuer of the authorization server",
    area: Area::Issuer,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC9068-2.2", "RFC9068-4"],
    explains: &["token-refused-by-mcp-server", "token-signature-invalid", "token-refused-as-if-missing"],
    corpus: &["ISS-09", "ISS-10", "TU-05"],
    requirements: &["US-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let issuer = context.metadata().and_then(|d| d.value.issuer.as_deref());
    let (Some(found), Some(issuer)) = (jwt.iss(), issuer) else { return Vec::new() };
    if found == issuer || Some(found) == context.issuer() {
        return Vec::new();
    }
    let v1 = found.contains("sts.windows.net") || jwt.text_claim("ver") == Some("1.0") && found.contains("microsoft");
    let slash = words::without_slash(found) == words::without_slash(issuer);
    let refused = context.calls().iter().any(|c| c.status() == 401);
    let hit = Hit::new(
        at::json(call.exchange, "/access_token"),
        format!(
            "`iss` of the access token is {}, but the `issuer` in the metadata is {}: {}{}.",
            code(found),
            code(issuer),
            words::difference(found, issuer),
            if v1 { " (a version 1 token of Entra ID)" } else { "" }
        ),
    )
    .expected(issuer)
    .received(found)
    .fix(if v1 {
        "Set `requestedAccessTokenVersion` to 2 in the manifest of the API's app registration, or let the MCP server accept the version 1 issuer.".to_owned()
    } else {
        format!("Let the authorization server use one public issuer, {}, inside and outside its network; the MCP server must expect exactly that value.", code(issuer))
    })
    .snippets(vec![snippets::member("iss", &issuer.into())]);
    vec![match (refused, slash) {
        (true, _) => hit.level(Level::Failure),
        (false, true) => hit.level(Level::Hint),
        (false, false) => hit,
    }]
}
