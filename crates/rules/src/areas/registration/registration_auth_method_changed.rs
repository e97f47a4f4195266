//! The reply names another authentication method than was asked for.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-auth-method-changed",
    summary: "The registration reply has another authentication method than was asked for",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Registered,
    references: &["RFC7591-3.2.1", "RFC6749-2.3"],
    confidence: Confidence::Likely,
    explains: &["client-authentication-refused"],
    corpus: &["DCR-16"],
    requirements: &["RG-22"],
    clients: Some("clients that go on as public clients"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let Some(reply) = &registration.reply else { return Vec::new() };
    let asked = registration.sent_text("token_endpoint_auth_method");
    let given = reply.token_endpoint_auth_method.as_deref();
    let (Some(asked), Some(given)) = (asked, given) else { return Vec::new() };
    if asked == given {
        return Vec::new();
    }
    let refused = context.token_calls().iter().any(|c| c.error_code() == Some("invalid_client"));
    let hit = Hit::new(
        at::json(registration.exchange, "/token_endpoint_auth_method"),
        format!("The client asked for `token_endpoint_auth_method` {}, the registration reply has {}; the client must use what the reply says.", code(asked), code(given)),
    )
    .expected(asked)
    .received(given)
    .related(at::request_json(registration.exchange, "/token_endpoint_auth_method"))
    .fix(format!("Register public clients as `none`, or refuse with `invalid_client_metadata`; a client that gets {} has to authenticate so at the token endpoint.", code(given)));
    vec![if refused { hit.level(Level::Failure) } else { hit }]
}
