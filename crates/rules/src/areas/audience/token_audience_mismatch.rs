//! The access token is made out to somebody else.

use crate::context::TokenCall;
use crate::prelude::*;
use authscope_protocol::jwt::Jwt;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-audience-mismatch",
    summary: "The audience of the access token is not the MCP server",
    area: Area::Audience,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::Jwt,
    references: &[
        "RFC8707-2",
        "RFC9068-3",
        "MCP-2025-06-18-authorization#token-audience-binding-and-validation",
        "MCP-2025-11-25-authorization#token-audience-binding-and-validation",
        "MCP-2026-07-28-security#token-audience-binding-and-validation",
    ],
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing"],
    corpus: &["AUD-01", "AUD-02", "AUD-09", "AUD-10", "TU-05", "TU-07"],
    requirements: &["TK-09", "US-04", "US-07"],
    clients: Some("claude.ai (\"Authorization with the MCP server failed\")"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // A step-up makes another token, which may be made out to somebody else than the first.
    let calls = context.token_calls().iter().filter(|c| c.exchange.step != StepKind::TokenExchange);
    calls.filter_map(|call| judge(context, call)).take(1).collect()
}

fn judge(context: &Context<'_>, call: &TokenCall<'_>) -> Option<Hit> {
    let jwt = call.access_token().and_then(authscope_protocol::jwt::decode)?;
    let audiences = jwt.aud();
    let wanted = super::wanted(context, call);
    if audiences.is_empty() || wanted.is_empty() || audiences.iter().any(|a| super::is_for(a, &wanted, context)) {
        return None;
    }
    Some(hit(context, call, &jwt, &audiences, &wanted))
}

fn hit(context: &Context<'_>, call: &TokenCall<'_>, jwt: &Jwt, audiences: &[String], wanted: &str) -> Hit {
    let first = audiences.first().map_or("", String::as_str);
    let refused = super::refused_call(context).filter(|e| e.id > call.exchange.id);
    let is_url = words::is_web_url(first);
    let what = super::what_it_is(context, jwt, first);
    let mut message = format!("`aud` of the access token is {}, not the resource {}", codes(audiences), code(wanted));
    message.push_str(&match &what {
        Some(what) => format!(": {what}"),
        None if is_url => format!(": {}", words::differences(first, wanted)),
        None => String::new(),
    });
    let near = super::is_near(first, wanted);
    let mut hit = Hit::new(at::json(call.exchange, "/access_token"), format!("{message}."))
        .expected(wanted)
        .received(audiences.join(", "))
        .fix(fix(context, wanted, first, what.is_some()))
        .snippets(vec![snippets::member("aud", &wanted.into())]);
    hit = match refused {
        Some(refused) => hit.level(Level::Failure).related(at::header(refused, "www-authenticate")),
        None if near => hit.level(Level::Hint),
        None => hit,
    };
    hit
}

fn fix(context: &Context<'_>, wanted: &str, found: &str, known: bool) -> String {
    let general = format!(
        "Let the authorization server put the `resource` of the request into `aud`, byte for byte: {}.",
        code(wanted)
    );
    let host = words::host(context.issuer().unwrap_or_default());
    let more = match () {
        () if host.ends_with("auth0.com") => {
            " Auth0: turn on the Resource Parameter Compatibility Profile, or set a default audience."
        }
        () if context.issuer().is_some_and(|i| i.contains("/realms/")) => {
            " Keycloak: add an audience mapper, or the feature resource-indicators with this resource registered."
        }
        () if super::is_graph(found) => {
            " The token is for Microsoft Graph: ask for a scope of your own API (`api://…/scope`) and call Graph on behalf of the user."
        }
        () if !known && super::is_near(found, wanted) => {
            " Or set the audience the MCP server expects and `resource` in its metadata to the same constant."
        }
        () => "",
    };
    format!("{general}{more}")
}
