//! `iss` in the authorization response is another issuer.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "iss-mismatch",
    summary: "iss in the authorization response is not the issuer of the authorization server",
    area: Area::Issuer,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Should), Some(Should), Some(Should), Some(Must)),
    needs: Need::Callback,
    references: &[
        "RFC9207-2.4",
        "MCP-2026-07-28-authorization#authorization-response-validation",
    ],
    explains: &["token-issuer-mismatch", "authorization-refused", "iss-not-advertised", "token-request-refused"],
    corpus: &["ISS-05"],
    requirements: &["AR-02", "AR-04", "AR-06", "AR-07", "AZ-13"],
    clients: Some("Codex and other clients that validate `iss`"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let callbacks = context.attempts().iter().flat_map(|a| a.callbacks.iter());
    let wrong = callbacks.filter_map(|(exchange, _)| {
        context.facts(exchange).find_map(|fact| match fact {
            Fact::Iss { expected, received: Some(received), .. } if expected != received => {
                Some(hit(context, exchange, expected, received))
            }
            _ => None,
        })
    });
    wrong.collect()
}

fn hit(context: &Context<'_>, exchange: &Exchange, expected: &str, received: &str) -> Hit {
    let slash = words::without_slash(expected) == words::without_slash(received);
    let reason = if slash {
        "trailing slash".to_owned()
    } else if words::host(expected) != words::host(received) {
        format!("{}; the authorization endpoint may only pass on to another server, which answers in its own name", words::differences(received, expected))
    } else {
        words::differences(received, expected)
    };
    let hit = Hit::new(
        at::query(exchange, "iss"),
        format!("`iss` in the authorization response is {}, but the `issuer` in the metadata is {}: {reason}.", code(received), code(expected)),
    )
    .expected(expected)
    .received(received)
    .fix(format!(
        "Send `iss` = {} with every authorization response, byte for byte as `issuer` in the metadata; a server that only passes on to another must answer with a redirect of its own, or the other's issuer must be published.",
        code(expected)
    ));
    match context.metadata() {
        Some(document) => hit.related(at::json(document.exchange, "/issuer")),
        None => hit,
    }
}
