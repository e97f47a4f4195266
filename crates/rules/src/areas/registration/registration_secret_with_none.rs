//! A client secret for a public client.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-secret-with-none",
    summary: "The registration reply has a client secret although the method is none",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Registered,
    references: &["RFC7591-2", "RFC7591-3.2.1"],
    corpus: &["DCR-16"],
    requirements: &["RG-22"],
    clients: Some("clients that send the secret because they got one"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let Some(reply) = &registration.reply else { return Vec::new() };
    let public = reply.token_endpoint_auth_method.as_deref() == Some("none");
    if !public || reply.client_secret.is_none() {
        return Vec::new();
    }
    vec![
        Hit::new(
            at::json(registration.exchange, "/client_secret"),
            "The registration reply has `token_endpoint_auth_method` `none` and a `client_secret` all the same; a client that sends it may be refused.",
        )
        .expected("no client_secret for a public client")
        .received("client_secret with method none")
        .related(at::json(registration.exchange, "/token_endpoint_auth_method"))
        .fix("Issue no secret to clients registered as `none`."),
    ]
}
