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
    explains: &["unauthorized-without-challenge", "prm-not-found"],
    corpus: &["DC-12"],
    requirements: &["CH-02", "CH-03", "CH-15"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(exchange) = context.unauthorized().or_else(|| context.probe()) else { return Vec::new() };
    let Some(response) = exchange.response().filter(|r| r.header("www-authenticate").is_none()) else {
        return Vec::new();
    };
    let renamed = response.headers.iter().find(|h| {
        let name = h.name.to_ascii_lowercase();
        name.ends_with("www-authenticate") || name == "wwwauthenticate" || name == "www_authenticate"
    });
    let Some(header) = renamed else { return Vec::new() };
    vec![
        Hit::new(
            at::header(exchange, &header.name),
            format!(
                "The challenge comes in a header named `{}` instead of `WWW-Authenticate`, so clients do not see it.",
                header.name
            ),
        )
        .expected(format!("WWW-Authenticate: {}", header.value))
        .received(format!("{}: {}", header.name, header.value))
        .fix("Let the header through under its own name: in AWS API Gateway use an HTTP API, or a gateway response with `gatewayresponse.header.WWW-Authenticate`; a Lambda URL or a load balancer does not rename it.".to_owned())
        .snippet("header", format!("WWW-Authenticate: {}", header.value)),
    ]
}
