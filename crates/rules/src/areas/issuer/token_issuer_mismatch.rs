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
    let refused = context.calls().iter().any(|c| c.status() == 401);
    let (found, issuer) = match (jwt.iss(), issuer) {
        (Some(found), Some(issuer)) => (found, issuer),
        // A server that takes the token needs no `iss`; one that refuses it may miss just that.
        (None, Some(issuer)) if refused => return vec![without(call.exchange, issuer)],
        _ => return Vec::new(),
    };
    if found == issuer || Some(found) == context.issuer() {
        return Vec::new();
    }
    let v1 = found.contains("sts.windows.net") || jwt.text_claim("ver") == Some("1.0") && found.contains("microsoft");
    let slash = words::without_slash(found) == words::without_slash(issuer);
    let hit = Hit::new(
        at::json(call.exchange, "/access_token"),
        format!(
            "`iss` of the access token is {}, but the `issuer` in the metadata is {}: {}{}.",
            code(found),
            code(issuer),
            words::differences(found, issuer),
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

/// The token names no issuer at all.
fn without(exchange: &Exchange, issuer: &str) -> Hit {
    Hit::new(
        at::json(exchange, "/access_token"),
        format!("The access token has no `iss`, and the MCP server refuses it; the `issuer` in the metadata is {}.", code(issuer)),
    )
    .expected(format!("iss: {issuer}"))
    .received("no such claim")
    .confidence(Confidence::Likely)
    .level(Level::Failure)
    .fix(format!("Put `iss` with the value {} into every access token, as RFC 9068 requires.", code(issuer)))
    .snippets(vec![snippets::member("iss", &issuer.into())])
}
