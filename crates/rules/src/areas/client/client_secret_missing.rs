//! A confidential client was entered without its secret.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-secret-missing",
    summary: "A client id was entered without the secret that the token endpoint wants",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-3.2.1", "RFC6749-2.1"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused", "client-authentication-refused", "code-refused"],
    corpus: &["PRE-05"],
    requirements: &["RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(config) = context.config() else { return Vec::new() };
    let without = config.client_id.is_some() && config.client_secret.is_none() && config.private_key.is_none();
    let refused = super::refused_tokens(context).find(|c| {
        let said = c.error_text();
        let missing = ["secret", "client authentication", "client_assertion", "credentials", "aadsts7000218"];
        c.auth_methods().is_empty() && (c.error_code() == Some("invalid_client") || missing.iter().any(|m| said.contains(m)))
    });
    let Some(call) = refused.filter(|_| without) else { return Vec::new() };
    let id = super::entered_id(context).unwrap_or_default();
    vec![
        Hit::new(
            at::body(call.exchange),
            format!(
                "The token endpoint wants credentials of the client {} ({}), and none were entered: it is registered as a confidential client.",
                code(id),
                super::said(call)
            ),
        )
        .expected("`client_secret` (or a client assertion), or a client registered as public")
        .received("no client authentication")
        .related(at::form(call.exchange, "client_id"))
        .fix("Enter the client's secret, or register the client as public (authentication method `none`, \"native\" or \"mobile and desktop\" application, public client flows allowed)."),
    ]
}
