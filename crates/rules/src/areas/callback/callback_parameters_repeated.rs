//! A parameter twice in the response.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-parameters-repeated",
    summary: "A parameter comes more than once in the authorization response",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-3.1", "RFC6749-4.1.2"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let callbacks = context.attempts().iter().filter_map(|a| a.callback.as_ref());
    callbacks
        .filter(|(_, callback)| callback.duplicates.iter().any(|d| is_protocol(d)))
        .map(|(exchange, callback)| {
            let names: Vec<&String> = callback.duplicates.iter().filter(|d| is_protocol(d)).collect();
            let first = names.first().map_or("", |n| n.as_str());
            let hit = Hit::new(at::query(exchange, first), format!("The authorization response has {} more than once.", codes(&names)))
                .expected("each parameter once")
                .received(format!("{} repeated", codes(&names)))
                .fix("Add each parameter once; a redirect URI with a query of its own, and two layers that both add, are the usual causes.");
            if context.works() { hit.level(Level::Warning) } else { hit }
        })
        .collect()
}

fn is_protocol(name: &str) -> bool {
    matches!(name, "code" | "state" | "iss" | "error" | "error_description" | "error_uri")
}
