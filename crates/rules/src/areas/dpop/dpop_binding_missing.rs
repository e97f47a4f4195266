//! A token of the type DPoP that is not bound to the key of the proof.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "dpop-binding-missing",
    summary: "A DPoP token does not name the key it is bound to",
    area: Area::Dpop,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Proof,
    references: &["RFC9449-6.1", "RFC9449-6"],
    requirements: &["DP-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((call, jwt)) = context.jwt() else { return Vec::new() };
    let kind = call.reply.as_ref().and_then(|r| r.token_type.clone()).unwrap_or_default();
    let key = super::proof(call.exchange).and_then(|proof| super::thumbprint(&proof));
    let Some(key) = key.filter(|_| kind.eq_ignore_ascii_case("dpop")) else { return Vec::new() };
    let bound = jwt.payload.pointer("/cnf/jkt").and_then(Value::as_str);
    if bound == Some(&key) {
        return Vec::new();
    }
    let (says, received) = match bound {
        Some(other) => (format!("`cnf.jkt` is {}", code(other)), other.to_owned()),
        None => ("its claims have no `cnf.jkt`".to_owned(), "no `cnf.jkt`".to_owned()),
    };
    vec![
        Hit::new(
            at::json(call.exchange, "/access_token"),
            format!("The token is of the type `DPoP`, and {says}; the key of the proof has the thumbprint {}. An MCP server cannot tell who may use it.", code(&key)),
        )
        .expected(key)
        .received(received)
        .related(at::request_header(call.exchange, "dpop"))
        .fix("Put `cnf` with the member `jkt`, the RFC 7638 thumbprint of the key in the proof, into the access token."),
    ]
}
