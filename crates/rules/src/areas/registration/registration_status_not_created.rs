//! 200 in place of 201.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-status-not-created",
    summary: "A successful registration is answered with another status than 201",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Registered,
    references: &["RFC7591-3.2.1"],
    corpus: &["DCR-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let status = registration.exchange.status().unwrap_or_default();
    if status == 201 {
        return Vec::new();
    }
    vec![
        Hit::new(at::status(registration.exchange), format!("The registration succeeded with {status}; RFC 7591 asks for 201 Created."))
            .expected("201")
            .received(status.to_string())
            .fix("Answer 201."),
    ]
}
