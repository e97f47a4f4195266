//! The device authorization endpoint gives no code.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "device-authorization-refused",
    summary: "The device authorization endpoint refuses the request",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    needs: Need::Device,
    keywords: Keywords::all(Must),
    references: &["RFC8628-3.1", "RFC8628-3.2", "RFC6749-5.2"],
    confidence: Confidence::Likely,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let asked = context.of(StepKind::DeviceAuthorization);
    let refused = asked.filter(|e| e.status().is_some_and(|s| s >= 400));
    refused
        .map(|exchange| {
            let error = error_of(exchange);
            let said = error.as_ref().map_or_else(|| words::answer(exchange), |e| e.sentence());
            let own = error.and_then(|e| e.error).is_some_and(|e| e == "invalid_client");
            let hit = Hit::new(at::body(exchange), format!("The device authorization endpoint {} gives no code: {said}.", code(&exchange.request.url)))
                .expected("200 with `device_code`, `user_code` and `verification_uri`")
                .received(said)
                .related(at::form(exchange, "client_id"))
                .fix("Allow the grant `urn:ietf:params:oauth:grant-type:device_code` to this client, or take it out of `grant_types_supported`; authenticate the client there as at the token endpoint.");
            if own { hit.party(Party::Client) } else { hit }
        })
        .collect()
}
