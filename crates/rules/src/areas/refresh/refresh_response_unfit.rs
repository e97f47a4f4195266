//! A refresh succeeds without giving a usable token.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-response-unfit",
    summary: "The answer to a refresh lacks an access token or has members of the wrong type",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-5.1", "RFC6749-6"],
    explains: &["refresh-refused", "refresh-token-not-rotated", "token-response-types"],
    corpus: &["REF-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    context.refreshes().iter().filter_map(hit).collect()
}

fn hit(call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let response = call.response().filter(|r| r.is_success())?;
    let reply = call.reply.as_ref()?;
    let null = |name: &str| reply.raw.get(name).is_some_and(Value::is_null);
    let (pointer, message) = if call.access_token().is_none() && call.error_code().is_none() {
        let came = reply.raw.get("access_token").map(words::value_kind);
        let problem = call.problems.first().map(|p| format!(" ({})", p.message)).filter(|_| came.is_none()).unwrap_or_default();
        let came = came.map(|kind| format!(": {kind} stands there")).unwrap_or_default();
        ("/access_token", format!("The refresh is answered {} without an `access_token`{problem}{came}.", response.status))
    } else if null("refresh_token") {
        ("/refresh_token", "The refresh is answered with `refresh_token` null: clients overwrite the one they have and cannot refresh again.".to_owned())
    } else if call.access_token().is_some() && reply.token_type.is_none() {
        let came = reply.raw.get("token_type").map_or_else(String::new, |v| format!(" ({} stands there)", words::value_kind(v)));
        ("/token_type", format!("The refresh is answered without `token_type`, which is required{came}."))
    } else if reply.raw.get("refresh_token").is_some_and(|v| v.as_str().is_some_and(|t| t.trim().is_empty())) {
        ("/refresh_token", "The refresh is answered with an empty `refresh_token`: clients overwrite the one they have and cannot refresh again.".to_owned())
    } else if let Some(value) = reply.raw.get("refresh_token").filter(|v| !v.is_string()) {
        ("/refresh_token", format!("The refresh is answered with {} as `refresh_token`, where a string belongs: clients overwrite the one they have or refuse the answer.", words::value_kind(value)))
    } else {
        return None;
    };
    Some(
        Hit::new(at::json(call.exchange, pointer), message)
            .expected("{\"access_token\": \"…\", \"token_type\": \"Bearer\", \"expires_in\": 3600, …}; members that do not apply are left out")
            .received(words::start(&response.body.text))
            .fix("Answer a refresh like the code exchange, with `access_token` and `token_type`; leave `refresh_token` out when the old one stays valid.")
            .snippet("json", "{\n  \"access_token\": \"…\",\n  \"token_type\": \"Bearer\",\n  \"expires_in\": 3600\n}"),
    )
}
