//! An ID-JAG whose claims do not fit what was asked for.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "id-jag-claims-wrong",
    summary: "The identity provider's assertion has wrong or missing claims",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Exchange,
    references: &["MCP-ext-enterprise#identity-assertion-jwt-authorization-grant", "RFC7523-3"],
    explains: &["assertion-refused", "token-request-refused"],
    requirements: &["EM-04", "EM-06"],
    ..RuleInfo::BASE
};

const REQUIRED: [&str; 8] = ["iss", "sub", "aud", "resource", "client_id", "jti", "exp", "iat"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = super::exchange(context) else { return Vec::new() };
    let Some(assertion) = super::assertion(call) else { return Vec::new() };
    let claim = |name: &str| assertion.payload.get(name);
    let mut wrong = Vec::new();
    let missing: Vec<String> = REQUIRED.iter().filter(|n| claim(n).is_none()).map(|n| (*n).to_owned()).collect();
    if !missing.is_empty() {
        wrong.push(format!("{} missing", codes(&missing)));
    }
    for (name, asked) in [("aud", "audience"), ("resource", "resource")] {
        let asked = call.param(asked).unwrap_or_default();
        if let Some(value) = claim(name).filter(|value| !names(value, asked)) {
            wrong.push(format!("`{name}` is {}, asked for was {}", code(&plain(value)), code(asked)));
        }
    }
    let kind = assertion.header.get("typ").and_then(Value::as_str).unwrap_or_default();
    if kind != "oauth-id-jag+jwt" {
        wrong.push(format!("`typ` is {}, not `oauth-id-jag+jwt`", code(kind)));
    }
    if wrong.is_empty() {
        return Vec::new();
    }
    let wrong = wrong.join("; ");
    vec![
        Hit::new(at::json(call.exchange, "/access_token"), format!("The assertion does not fit: {wrong}."))
            .expected("`aud` the issuer of the authorization server, `resource` that of the MCP server, `typ` `oauth-id-jag+jwt`, and all required claims")
            .received(wrong)
            .related(at::form(call.exchange, "audience"))
            .fix("In the identity provider, take `aud` from the parameter `audience` and `resource` from the parameter `resource` as they are written, and set `typ`, `client_id`, `jti`, `exp` and `iat`."),
    ]
}

fn names(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|v| v.as_str() == Some(wanted)),
        other => other.as_str() == Some(wanted),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
