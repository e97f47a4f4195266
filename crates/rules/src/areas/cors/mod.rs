//! What only clients that run in a browser notice: Cross-Origin Resource Sharing. Everything here is a hint,
//! because no MCP clause demands it.

rules! {
    cors_mcp,
    cors_preflight_status,
    cors_preflight_headers,
    cors_challenge_not_exposed,
    cors_session_not_exposed,
    cors_metadata,
    cors_token,
}

use crate::context::Context;
use authscope_model::exchange::Response;
use authscope_model::{Exchange, StepKind};

/// Whom the findings of this area concern.
const BROWSERS: &str = "browser clients only (MCP Inspector in direct mode, web apps)";

/// The answered preflight of a probe: the exchange and its response.
fn preflight<'a>(context: &Context<'a>, name: &str) -> Option<(&'a Exchange, &'a Response)> {
    let purpose = format!("probe {name}:");
    let by_fact = context
        .negative_probes()
        .into_iter()
        .find(|(_, probe, ..)| *probe == name)
        .map(|(e, ..)| e);
    let by_purpose = || {
        context
            .of(StepKind::NegativeProbe)
            .find(|e| e.purpose.starts_with(&purpose))
    };
    let exchange = by_fact
        .or_else(by_purpose)
        .filter(|e| e.request.method == "OPTIONS")?;
    exchange.response().map(|response| (exchange, response))
}

/// Whether a response may be read by the origin that asked.
fn allows_origin(exchange: &Exchange, response: &Response) -> bool {
    let allowed = response
        .header("access-control-allow-origin")
        .map(str::trim);
    let origin = exchange.request.header("origin");
    allowed.is_some_and(|value| value == "*" || Some(value) == origin)
}

/// The names in a header that lists some, lower case.
fn names(response: &Response, header: &str) -> Vec<String> {
    let lines = response
        .headers
        .iter()
        .filter(|h| h.name.eq_ignore_ascii_case(header));
    let items = lines.flat_map(|h| h.value.split(','));
    items
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The names in a request header that lists some, lower case.
fn asked(exchange: &Exchange, header: &str) -> Vec<String> {
    let value = exchange.request.header(header).unwrap_or_default();
    value
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

/// What came back for the origin, in words.
fn received(response: &Response) -> String {
    let origin = response.header("access-control-allow-origin");
    let origin = origin.map_or_else(
        || "no Access-Control-Allow-Origin".to_owned(),
        |o| format!("Access-Control-Allow-Origin: {o}"),
    );
    format!("HTTP {}, {origin}", response.status)
}
