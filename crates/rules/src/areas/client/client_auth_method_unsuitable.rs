//! The token endpoint authentication method was forced, and is refused.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-auth-method-unsuitable",
    summary: "The token endpoint authentication method that was set by hand is not one for this client",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC8414-2", "RFC7591-3.2.1", "RFC6749-2.3"],
    explains: &["token-request-refused", "client-secret-refused", "client-secret-missing", "client-authentication-refused"],
    corpus: &["TE-03", "PRE-05"],
    requirements: &["RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(forced) = context.config().and_then(|c| c.token_endpoint_auth_method.as_deref()) else { return Vec::new() };
    let refused = super::refused_tokens(context).find(|c| {
        let said = c.error_text();
        let marks = ["secret", "authentication", "client_assertion", "auth_method", "credentials"];
        matches!(c.error_code(), Some("invalid_client" | "unauthorized_client"))
            || c.response().is_some_and(|r| r.status == 401)
            || marks.iter().any(|m| said.contains(m))
    });
    let Some(call) = refused else { return Vec::new() };
    let listed = context.metadata().and_then(|d| d.value.token_endpoint_auth_methods_supported.clone());
    let registered = context.registered().and_then(|r| r.reply.as_ref()).and_then(|r| r.token_endpoint_auth_method.clone());
    let by_registration = registered.as_deref().filter(|m| *m != forced);
    let by_list = listed.as_ref().filter(|l| !l.iter().any(|m| m == forced));
    let (because, expected) = match (by_registration, by_list) {
        (Some(method), _) => (format!("the client is registered with {}", code(method)), method.to_owned()),
        (None, Some(list)) => (format!("the metadata lists {}", codes(list)), list.join(", ")),
        (None, None) => return Vec::new(),
    };
    vec![
        Hit::new(
            at::body(call.exchange),
            format!(
                "The token endpoint refuses the client ({}): its authentication method was set by hand to {}, but {because}.",
                super::said(call),
                code(forced)
            ),
        )
        .expected(expected)
        .received(forced)
        .related(at::form(call.exchange, "client_secret"))
        .fix("Leave the authentication method unset, so that registration and metadata decide, or set the one the client was registered with."),
    ]
}
