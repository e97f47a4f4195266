//! A device authorization response without what the person needs.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "device-response-incomplete",
    summary: "The device authorization response misses a required member",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    needs: Need::Device,
    keywords: Keywords::all(Must),
    references: &["RFC8628-3.2"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

const REQUIRED: [&str; 4] = ["device_code", "user_code", "verification_uri", "expires_in"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.of(StepKind::DeviceAuthorization);
    asked.filter(|e| e.response().is_some_and(|r| r.is_success())).filter_map(hit).collect()
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let text = &exchange.response()?.body.text;
    let document: Value = serde_json::from_str(text).ok()?;
    let missing: Vec<String> = REQUIRED.iter().filter(|name| document.get(**name).is_none()).map(|name| (*name).to_owned()).collect();
    if missing.is_empty() {
        return None;
    }
    let draft = missing.iter().any(|m| m == "verification_uri") && document.get("verification_url").is_some();
    let spot = if draft { at::json(exchange, "/verification_url") } else { at::body(exchange) };
    let also = if draft { "; `verification_url` is a name that drafts had" } else { "" };
    Some(
        Hit::new(spot, format!("The device authorization response has no {}{also}.", codes(&missing)))
            .expected(codes(&REQUIRED.map(str::to_owned)))
            .received(format!("no {}", codes(&missing)))
            .fix("Answer with `device_code`, `user_code`, `verification_uri` and `expires_in`; keep the old name beside the new one while old clients are about."),
    )
}
