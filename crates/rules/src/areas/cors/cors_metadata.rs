//! The metadata documents cannot be read by browser clients.

use crate::context::responder;
use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cors-metadata",
    summary: "A metadata document cannot be read by clients of other origins",
    area: Area::Cors,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::NegativeProbes,
    references: &["Fetch#http-cors-protocol"],
    corpus: &["NET-01"],
    clients: Some(super::BROWSERS),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let documents = [
        ("cors-prm", "protected resource metadata"),
        ("cors-as-metadata", "authorization server metadata"),
    ];
    let refused = documents.iter().filter_map(|(probe, what)| {
        let (exchange, response) = super::preflight(context, probe)?;
        let allowed = response.is_success() && super::allows_origin(exchange, response);
        (!allowed && !is_open(context, &exchange.request.url)).then(|| hit(exchange, response, what))
    });
    refused.collect()
}

/// Whether the document itself was served to any origin: a simple GET needs no preflight.
fn is_open(context: &Context<'_>, url: &str) -> bool {
    let mut served = context.exchanges().iter().filter(|e| e.request.method == "GET" && e.request.url == url);
    served.any(|e| e.response().and_then(|r| r.header("access-control-allow-origin")).is_some_and(|o| o.trim() == "*"))
}

fn hit(exchange: &Exchange, response: &Response, what: &str) -> Hit {
    Hit::new(
        at::header(exchange, "access-control-allow-origin"),
        format!(
            "Browser clients only: the {what} at {} lacks `Access-Control-Allow-Origin` (preflight: {}), so a script cannot read it.",
            code(&exchange.request.url),
            super::received(response)
        ),
    )
    .expected("Access-Control-Allow-Origin: * on the document, 204 to its preflight")
    .received(super::received(response))
    .party(responder(exchange))
    .fix("If clients in browsers are wanted: add `Access-Control-Allow-Origin: *` to the document, which is public anyway, and answer its OPTIONS with 204.")
    .snippet("header", "Access-Control-Allow-Origin: *")
    .snippet("nginx", "location /.well-known/ {\n    add_header Access-Control-Allow-Origin \"*\" always;\n}")
}
