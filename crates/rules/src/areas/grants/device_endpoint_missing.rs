//! The device grant was chosen, and nobody says where to begin.

use crate::prelude::*;
use authscope_model::config::Grant;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "device-endpoint-missing",
    summary: "The metadata names no device authorization endpoint",
    area: Area::Grants,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC8628-4", "RFC8414-2"],
    ..RuleInfo::BASE
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let wanted = context.config().is_some_and(|c| matches!(c.grant, Grant::DeviceCode));
    let Some(document) = context.metadata().filter(|_| wanted) else { return Vec::new() };
    if document.value.device_authorization_endpoint.is_some() {
        return Vec::new();
    }
    let listed = document.value.grant_types_supported.iter().flatten().any(|g| g == GRANT);
    let hit = |says: &str| {
        Hit::new(at::json(document.exchange, "/grant_types_supported"), format!("A token is to be had with a device code, and {says} `device_authorization_endpoint`."))
            .expected("a `device_authorization_endpoint`")
            .received("no such member")
    };
    if listed {
        return vec![
            hit("the metadata lists the device grant and has no")
                .fix("Name the endpoint in the metadata: `device_authorization_endpoint`.")
                .snippets(vec![snippets::member("device_authorization_endpoint", &"https://auth.example.com/device_authorization".into())]),
        ];
    }
    vec![
        hit("the metadata offers no device grant and has no")
            .party(Party::Client)
            .fix("Choose another grant; this authorization server does not offer device authorization."),
    ]
}
