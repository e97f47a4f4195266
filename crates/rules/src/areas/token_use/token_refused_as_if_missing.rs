//! A 401 as if no token had been sent.

use crate::context::challenges;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-refused-as-if-missing",
    summary: "The MCP server answers a request with a token as if none had been sent",
    area: Area::TokenUse,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::McpCall,
    references: &["RFC6750-2.1", "RFC6750-3.1"],
    confidence: Confidence::Likely,
    explains: &["token-refused-by-mcp-server"],
    corpus: &["TU-03", "TU-01"],
    requirements: &["US-01", "CH-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((first, _)) = context.challenge() else { return Vec::new() };
    let calls = context.calls();
    let Some(call) = calls.iter().find(|c| c.status() == 401) else { return Vec::new() };
    let (before, after) = (challenges(first), challenges(call.exchange));
    let (Some(before), Some(after)) = (before.bearer(), after.bearer()) else { return Vec::new() };
    let same_params = before.params.len() == after.params.len()
        && before.params.iter().zip(&after.params).all(|(a, b)| a.name == b.name && a.value == b.value);
    // Servers that send the same error code to everybody tell nothing apart.
    if !same_params || after.param("error").is_some() {
        return Vec::new();
    }
    let body = |e: &Exchange| e.response().map(|r| r.body.text.clone()).unwrap_or_default();
    let lower = body(call.exchange).to_lowercase();
    let telling = ["missing", "no authorization", "required", "not provided"].iter().any(|w| lower.contains(w));
    if body(first) != body(call.exchange) && !telling {
        return Vec::new();
    }
    let server = call.response.header("server").unwrap_or_default();
    let apache = server.to_lowercase().contains("apache");
    let scheme = call.exchange.request.header("authorization").unwrap_or_default().split(' ').next().unwrap_or_default().to_owned();
    vec![
        Hit::new(
            at::header(call.exchange, "www-authenticate"),
            format!(
                "The 401 to {} with `Authorization: {scheme} …` is the same as the one without a token: the server, or something before it{}, does not see the header.",
                words::asked(call.exchange),
                if server.is_empty() { String::new() } else { format!(" (`Server`: {server})") }
            ),
        )
        .expected("an answer, or a 401 with error=\"invalid_token\"")
        .received("the challenge for a missing token")
        .related(at::request_header(call.exchange, "authorization"))
        .fix(if apache {
            "Apache does not pass `Authorization` to PHP and CGI: set `CGIPassAuth On`, or `SetEnvIf Authorization \"^(.*)$\" HTTP_AUTHORIZATION=$1`."
        } else {
            "Pass the `Authorization` header through every proxy to the MCP server, and compare the scheme without regard to case; answer a bad token with `error=\"invalid_token\"`."
        })
        .snippet("nginx", "proxy_set_header Authorization $http_authorization;\nproxy_pass_request_headers on;"),
    ]
}
