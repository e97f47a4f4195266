//! The metadata demands a form of authorization request that MCP clients do not use, or cannot.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "request-form-demanded",
    summary: "The metadata demands pushed or signed authorization requests that clients cannot make",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC9126-5", "RFC9101-10.5"],
    explains: &["authorization-refused", "pushed-request-refused"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let v = &document.value;
    let pushed = v.require_pushed_authorization_requests == Some(true) && v.pushed_authorization_request_endpoint.is_none();
    let signed = v.raw.get("require_signed_request_object").and_then(serde_json::Value::as_bool) == Some(true);
    let demands = [
        (pushed, "require_pushed_authorization_requests", "there is no `pushed_authorization_request_endpoint` to push them to", "Add `pushed_authorization_request_endpoint`, or take the demand away."),
        (signed, "require_signed_request_object", "MCP clients send plain parameters and have no key to sign a request with", "Take the demand away for the clients of MCP: PKCE protects their requests."),
    ];
    let made = demands.into_iter().filter(|(made, ..)| *made);
    made.map(|(_, member, why, fix)| {
        let hit = Hit::new(
            at::json(document.exchange, &format!("/{member}")),
            format!("`{member}` in the authorization server metadata is true, but {why}."),
        )
        .expected(format!("\"{member}\": false"))
        .received("true")
        .fix(fix);
        // Where plain requests are taken all the same, only clients that believe the document stop.
        if context.works() { hit.level(Level::Warning) } else { hit }
    })
    .collect()
}
