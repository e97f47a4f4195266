//! Times in the token that are no NumericDate.

use crate::prelude::*;
use authscope_protocol::jwt::Jwt;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-times-wrong",
    summary: "The times of the token (exp, nbf, iat) are not all numbers of seconds since 1970, or there is no exp",
    area: Area::TokenUse,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Jwt,
    references: &["RFC7519-4.1.4", "RFC9068-2.2", "RFC7519-4.1.5", "RFC7519-4.1.6"],
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing", "clock-skew", "mcp-server-error-with-token", "refreshed-token-refused"],
    corpus: &["TU-08"],
    requirements: &["US-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Later than any time in seconds that makes sense, earlier than any in milliseconds: the year 5138.
const FAR: f64 = 1e11;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let tokens = context.jwts();
    let hit = tokens.iter().find_map(|(exchange, jwt)| wrong(context, exchange, jwt).or_else(|| endless(context, exchange, jwt)));
    hit.into_iter().collect()
}

/// Which access token it is.
const fn which(exchange: &Exchange) -> &'static str {
    if matches!(exchange.step, StepKind::Refresh) { "the refreshed access token" } else { "the access token" }
}

fn wrong(context: &Context<'_>, exchange: &Exchange, jwt: &Jwt) -> Option<Hit> {
    let mut claims = ["exp", "nbf", "iat"].into_iter();
    let (name, value, problem) = claims.find_map(|name| jwt.claim(name).and_then(|v| problem(v).map(|p| (name, v, p))))?;
    let hit = Hit::new(
        at::json(exchange, "/access_token"),
        format!("`{name}` of {} is {}, {problem}; RFC 7519 wants a number of seconds since 1970.", which(exchange), code(&value.to_string())),
    )
    .expected(format!("\"{name}\": a number such as {}", exchange.started_at / 1000))
    .received(value.to_string())
    .fix(format!("Write `{name}` as a JSON number of seconds (not milliseconds, not a string)."));
    Some(if context.works() { hit.level(Level::Warning) } else { hit })
}

/// A token without `exp` that the MCP server refuses: RFC 9068 requires the claim, and so do validators.
fn endless(context: &Context<'_>, exchange: &Exchange, jwt: &Jwt) -> Option<Hit> {
    let calls = context.calls();
    let first = calls.iter().find(|c| c.exchange.id > exchange.id)?;
    if jwt.claim("exp").is_some() || jwt.iss().is_none() || first.status() != 401 {
        return None;
    }
    let hit = Hit::new(
        at::json(exchange, "/access_token"),
        format!("{} has no `exp`, which RFC 9068 requires and token checks insist on, and the MCP server answers 401 to it.", capital(which(exchange))),
    )
    .expected(format!("\"exp\": {}", (exchange.started_at / 1000).saturating_add(3600)))
    .received("no `exp`")
    .related(at::status(first.exchange))
    .confidence(Confidence::Likely)
    .fix("Put `exp` into every access token: the time in seconds since 1970 at which it ends.");
    Some(hit)
}

fn capital(text: &str) -> String {
    text.replacen("the", "The", 1)
}

fn problem(value: &Value) -> Option<&'static str> {
    match value {
        Value::Number(number) if number.as_f64().is_some_and(|n| n > FAR) => Some("which is milliseconds"),
        Value::Number(number) if number.as_f64().is_some_and(|n| n <= 0.0) => Some("which is no time"),
        Value::Number(_) => None,
        Value::String(_) => Some("a string"),
        Value::Null => Some("null"),
        _ => Some("no number"),
    }
}
