//! A pushed authorization request that succeeds and gives no `request_uri`.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pushed-response-incomplete",
    summary: "The answer to the pushed authorization request has no request_uri",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    references: &["RFC9126-2.2"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let answered = context.of(StepKind::PushedAuthorization).filter(|e| e.response().is_some_and(|r| r.is_success()));
    let has = |e: &Exchange| {
        let document: Option<Value> = e.response().and_then(|r| serde_json::from_str(&r.body.text).ok());
        document.is_some_and(|d| d.get("request_uri").is_some_and(Value::is_string))
    };
    answered
        .filter(|e| !has(e))
        .map(|exchange| {
            Hit::new(
                at::body(exchange),
                format!("The pushed authorization request is answered {} without `request_uri`, so there is nothing to send the person with.", words::answer(exchange)),
            )
            .expected("201 with `request_uri` and `expires_in`")
            .received("no `request_uri`")
            .fix("Answer 201 with a `request_uri` that stands for the pushed request, and `expires_in`.")
        })
        .collect()
}
