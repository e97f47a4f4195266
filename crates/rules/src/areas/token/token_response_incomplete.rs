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
    explains: &["token-request-refused"],
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
        let failed = reply.raw.get("error").is_some_and(|e| !e.is_null()) || reply.raw.get("ok") == Some(&Value::Bool(false));
        if failed {
            continue;
        }
        if reply.access_token.as_deref().is_none_or(str::is_empty) {
            hits.push(no_token(call.exchange, &reply.raw));
        } else if reply.token_type.as_deref().is_none_or(str::is_empty) {
            let hit = Hit::new(at::json(call.exchange, "/token_type"), "The token response has no `token_type`, which RFC 6749 requires.")
                .expected("\"token_type\": \"Bearer\"")
                .received("no such member")
                .fix("Add `\"token_type\": \"Bearer\"`.")
                .snippets(vec![snippets::member("token_type", &"Bearer".into())]);
            hits.push(if context.works() { hit.level(Level::Warning) } else { hit });
        }
    }
    hits
}

fn no_token(exchange: &Exchange, raw: &Value) -> Hit {
    let found = elsewhere(raw, "", 0);
    let place = found.as_ref().map(|p| format!("; a token stands under {}", code(p))).unwrap_or_default();
    let spot = found.as_deref().map_or_else(|| at::body(exchange), |p| at::json(exchange, p));
    Hit::new(spot, format!("The token response has no `access_token` at its top level{place}."))
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
