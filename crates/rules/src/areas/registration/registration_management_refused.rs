//! The token for managing a registration is not taken.

use crate::context::error_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-management-refused",
    summary: "The server refuses the token it gave for managing the registration",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Registered,
    references: &["RFC7592-2", "RFC7592-3"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registered) = context.registered() else { return Vec::new() };
    let kinds = [StepKind::RegistrationRead, StepKind::RegistrationUpdate, StepKind::RegistrationDelete];
    let mut asked = context.exchanges().iter().filter(|e| kinds.contains(&e.step));
    // The first request decides: after an update the token may be another, after a deletion there is none.
    let first = asked.next().filter(|e| matches!(e.status(), Some(401 | 403 | 404 | 500..=599)));
    let Some(exchange) = first else { return Vec::new() };
    let said = error_of(exchange).map_or_else(|| words::answer(exchange), |e| e.sentence());
    vec![
        Hit::new(
            at::status(exchange),
            format!(
                "The registration reply names {} and a token for managing the client there, but a {} with that token is answered {said}.",
                code(&exchange.request.url),
                exchange.request.method
            ),
        )
        .expected("200 with the registration (GET, PUT), 204 (DELETE), or 405 where a method is not supported")
        .received(said)
        .related(at::json(registered.exchange, "/registration_client_uri"))
        .fix("Accept the `registration_access_token` at `registration_client_uri`, or leave both out of the registration reply."),
    ]
}
