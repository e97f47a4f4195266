//! Registration refuses the client authentication method.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-auth-method-refused",
    summary: "The registration endpoint refuses the token endpoint authentication method",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-2", "RFC8414-2"],
    explains: &["registration-refused"],
    corpus: &["DCR-20"],
    requirements: &["RG-15", "RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.registrations().iter().filter(|r| {
        let text = super::refusal_text(r.exchange);
        r.exchange.status().is_some_and(|s| s >= 400)
            && ["auth_method", "auth method", "authentication method", "public client", "confidential"].iter().any(|w| text.contains(w))
    });
    refused.map(|registration| {
        let exchange = registration.exchange;
        let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
        let asked = registration.sent_text("token_endpoint_auth_method").unwrap_or("client_secret_basic");
        let listed = context.metadata().and_then(|d| d.value.token_endpoint_auth_methods_supported.clone());
        let excluded = listed.as_ref().is_some_and(|l| !l.iter().any(|m| m == asked));
        let list = listed.as_ref().map_or_else(|| "nothing".into(), |l| codes(l));
        let hit = Hit::new(
            at::body(exchange),
            format!("The registration endpoint refuses `token_endpoint_auth_method` {} ({said}); the metadata lists {list}.", code(asked)),
        )
        .expected("201")
        .received(said)
        .related(at::request_json(exchange, "/token_endpoint_auth_method"))
        .fix("List the methods that are really accepted in `token_endpoint_auth_methods_supported`, and accept `none` for public clients with PKCE.");
        if excluded { hit.party(Party::Client) } else { hit }
    })
    .collect()
}
