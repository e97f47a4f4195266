//! A gateway renamed `WWW-Authenticate`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-header-renamed",
    summary: "A gateway has renamed the WWW-Authenticate header",
    area: Area::Proxy,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Probe,
    references: &["RFC9110-11.6.1", "RFC9728-5.1"],
    explains: &["unauthorized-without-challenge", "prm-not-found", "step-up-without-challenge", "forbidden-without-reason", "token-refused-by-mcp-server"],
    corpus: &["DC-12"],
    requirements: &["CH-02", "CH-03", "CH-15"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let first = context.unauthorized().or_else(|| context.probe());
    let refused = context.calls().into_iter().filter(|c| matches!(c.status(), 401 | 403)).map(|c| c.exchange);
    first.into_iter().chain(refused).find_map(hit).into_iter().collect()
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.header("www-authenticate").is_none())?;
    let renamed = response.headers.iter().find(|h| {
        let name = h.name.to_ascii_lowercase();
        let names_it = name.ends_with("www-authenticate") || name == "wwwauthenticate" || name == "www_authenticate";
        names_it || (name.contains("authenticat") && speaks_as_challenge(&h.value))
    });
    let header = renamed?;
    let status = response.status;
    Some(
        Hit::new(
            at::header(exchange, &header.name),
            format!(
                "The challenge of the {status} comes in a header named `{}` instead of `WWW-Authenticate`, so clients do not see it.",
                header.name
            ),
        )
        .expected(format!("WWW-Authenticate: {}", header.value))
        .received(format!("{}: {}", header.name, header.value))
        .fix("Let the header through under its own name: in AWS API Gateway use an HTTP API, or a gateway response with `gatewayresponse.header.WWW-Authenticate`; a Lambda URL or a load balancer does not rename it.".to_owned())
        .snippet("header", format!("WWW-Authenticate: {}", header.value)),
    )
}

/// Whether a value is a challenge of MCP authorization, in whatever header.
fn speaks_as_challenge(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value.starts_with("bearer") || value.contains("resource_metadata")
}
