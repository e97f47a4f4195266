//! A success without the required members.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-response-incomplete",
    summary: "The token response lacks access_token or token_type at its top level",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.1"],
    explains: &["token-request-refused", "token-response-types", "refresh-response-unfit"],
    corpus: &["TE-08", "TE-09"],
    requirements: &["TK-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.token_calls().iter().filter(|c| c.response().is_some_and(|r| r.is_success()));
    let mut hits = Vec::new();
    for call in calls {
        let Some(reply) = &call.reply else { continue };
        if call.error.is_some() {
            continue;
        }
        if reply.access_token.as_deref().is_none_or(str::is_empty) {
            hits.push(no_token(call.exchange, &reply.raw));
        } else if reply.token_type.as_deref().is_none_or(str::is_empty) {
            let came = reply.raw.get("token_type").map(words::value_kind);
            let near = words::near_member(&reply.raw, "token_type").map(|n| format!(" (there is a member {})", code(n))).unwrap_or_default();
            let what = came.map_or_else(|| format!("has no `token_type`{near}"), |c| format!("has {c} as `token_type`"));
            let hit = Hit::new(at::json(call.exchange, "/token_type"), format!("The token response {what}, which RFC 6749 requires as a string."))
                .expected("\"token_type\": \"Bearer\"")
                .received(came.unwrap_or("no such member"))
                .fix("Add `\"token_type\": \"Bearer\"`.")
                .snippets(vec![snippets::member("token_type", &"Bearer".into())]);
            hits.push(if context.works() { hit.level(Level::Warning) } else { hit });
        }
    }
    hits
}

fn no_token(exchange: &Exchange, raw: &Value) -> Hit {
    if let Some(value) = raw.get("access_token") {
        let kind = words::value_kind(value);
        return Hit::new(at::json(exchange, "/access_token"), format!("`access_token` in the token response is {kind}, where the token belongs."))
            .expected("\"access_token\": \"…\", a string that is not empty")
            .received(kind)
            .fix("Write the token itself into `access_token`, as one string; answer 400 with an `error` when there is none.");
    }
    let found = elsewhere(raw, "", 0);
    let place = found.as_ref().map(|p| format!("; a token stands under {}", code(p))).unwrap_or_default();
    let place = if found.is_none() && raw.get("id_token").is_some() { "; there is only an `id_token`, which is not for the MCP server".to_owned() } else { place };
    let message = ["message", "msg", "detail", "description"].iter().find_map(|n| raw.get(n)?.as_str());
    let place = match message.filter(|_| place.is_empty()) {
        Some(message) => format!("; it says {}", code(message)),
        None if place.is_empty() => words::members(raw),
        None => place,
    };
    let status = exchange.status().filter(|s| *s != 200).map(|s| format!(" (HTTP {s})")).unwrap_or_default();
    let spot = found.as_deref().map_or_else(|| at::body(exchange), |p| at::json(exchange, p));
    Hit::new(spot, format!("The token response{status} has no `access_token` at its top level{place}."))
        .expected("\"access_token\": \"…\" at the top level")
        .received(found.unwrap_or_else(|| "no access token".into()))
        .fix("Answer with `access_token`, `token_type` and `expires_in` at the top level of the JSON object, under exactly these names.")
}

/// The pointer of something that looks like an access token under another name or deeper down.
fn elsewhere(value: &Value, pointer: &str, depth: usize) -> Option<String> {
    if depth > 4 {
        return None;
    }
    let members = value.as_object()?;
    for (name, inner) in members {
        let key = name.to_ascii_lowercase().replace(['_', '-'], "");
        let here = format!("{pointer}/{name}");
        if matches!(key.as_str(), "accesstoken" | "token" | "jwt") && inner.is_string() {
            return Some(here);
        }
        if let Some(found) = elsewhere(inner, &here, depth.saturating_add(1)) {
            return Some(found);
        }
    }
    None
}
