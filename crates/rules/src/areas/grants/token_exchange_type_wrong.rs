//! The exchange gave another kind of token than was asked for.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-exchange-type-wrong",
    summary: "The identity provider answers the exchange with another type of token",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Exchange,
    references: &["MCP-ext-enterprise#token-exchange-response", "RFC8693-2.2.1"],
    explains: &["assertion-refused", "token-request-refused"],
    requirements: &["EM-03"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(call) = super::exchange(context).filter(|c| c.access_token().is_some()) else { return Vec::new() };
    let kind = call.reply.as_ref().and_then(|r| r.issued_token_type.clone());
    if kind.as_deref() == Some(ID_JAG) {
        return Vec::new();
    }
    let received = kind.unwrap_or_else(|| "no `issued_token_type`".to_owned());
    vec![
        Hit::new(
            at::json(call.exchange, "/issued_token_type"),
            format!("The exchange asked for {} and the answer says {}: the authorization server takes an ID-JAG only.", code(ID_JAG), code(&received)),
        )
        .expected(ID_JAG)
        .received(received)
        .related(at::form(call.exchange, "requested_token_type"))
        .fix("Answer with an ID-JAG in `access_token`, `issued_token_type` that of the request, and `\"token_type\": \"N_A\"`; refuse the request if assertions are not supported."),
    ]
}
