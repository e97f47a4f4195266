//! `resource` missing in a request.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "resource-not-sent",
    summary: "resource is missing in the authorization or token request, or differs between them",
    area: Area::Audience,
    party: Party::Client,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Authorize,
    references: &[
        "RFC8707-2",
        "MCP-2025-06-18-authorization#resource-parameter-implementation",
        "MCP-2025-11-25-authorization#resource-parameter-implementation",
        "MCP-2026-07-28-authorization#resource-parameter-implementation",
    ],
    explains: &["token-audience-mismatch", "resource-refused", "token-not-a-jwt-refused", "token-without-audience"],
    corpus: &["AR-05", "AR-07", "AUD-04"],
    requirements: &["AZ-04", "AZ-05", "AZ-06", "TK-03"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let documented = context.prm().and_then(|d| d.value.resource.clone());
    let chosen = context.config().and_then(|c| c.resource.clone());
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        if attempt.param("request_uri").is_some() && attempt.pushed.is_none() {
            continue;
        }
        let asked = attempt.param("resource");
        if asked.is_none() {
            hits.push(missing(at::url(attempt.authorize), "authorization request", context.resource()));
        }
        if attempt.count("resource") > 1 {
            hits.push(
                Hit::new(at::query(attempt.authorize, "resource"), "The authorization request has `resource` more than once.")
                    .expected("one resource")
                    .received("several")
                    .fix("Send one `resource` per MCP server, encoded once."),
            );
        }
        let altered = asked.zip(documented.as_deref()).filter(|(a, d)| a != d && chosen.is_none());
        hits.extend(altered.map(|(asked, documented)| changed(attempt.authorize, asked, documented)));
        for call in attempt.tokens.iter().filter_map(|i| context.token_calls().get(*i)) {
            match (call.param("resource"), asked) {
                (None, _) => hits.push(missing(at::form(call.exchange, "resource"), "token request", context.resource())),
                (Some(sent), Some(asked)) if sent != asked => hits.push(
                    Hit::new(at::form(call.exchange, "resource"), format!("`resource` in the token request is {}, in the authorization request it was {}: {}.", code(sent), code(asked), words::differences(sent, asked)))
                        .expected(asked)
                        .received(sent)
                        .fix("Send the same `resource` in both requests."),
                ),
                _ => {}
            }
        }
    }
    hits
}

fn missing(spot: at::Spot, request: &str, resource: &str) -> Hit {
    Hit::new(spot, format!("The {request} has no `resource`; it should be {}.", code(resource)))
        .expected(format!("resource={resource}"))
        .received("no resource")
        .fix(format!("Send `resource` = {} in the authorization and the token request, whether or not the server knows it.", code(resource)))
}

fn changed(exchange: &Exchange, asked: &str, documented: &str) -> Hit {
    Hit::new(at::query(exchange, "resource"), format!("`resource` in the authorization request is {}, but the protected resource metadata says {}: {}.", code(asked), code(documented), words::differences(asked, documented)))
        .expected(documented)
        .received(asked)
        .fix("Send the `resource` of the protected resource metadata as it stands; URL types add slashes.")
}
