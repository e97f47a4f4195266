//! A client secret that is over, or without its expiry.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-secret-expired",
    summary: "The client secret of the registration reply has expired already",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registered,
    references: &["RFC7591-3.2.1"],
    explains: &["client-authentication-refused", "token-request-refused"],
    requirements: &["RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let Some(reply) = registration.reply.as_ref().filter(|r| r.client_secret.is_some()) else { return Vec::new() };
    let Some(expires) = reply.client_secret_expires_at.filter(|e| *e != 0) else { return Vec::new() };
    let now = i64::try_from(registration.exchange.started_at / 1000).unwrap_or(i64::MAX);
    if expires > now {
        return Vec::new();
    }
    let millis = expires > now.saturating_mul(500);
    let hint = if millis { "it looks like milliseconds" } else { "it lies in the past; 0 means never" };
    vec![
        Hit::new(
            at::json(registration.exchange, "/client_secret_expires_at"),
            format!("`client_secret_expires_at` in the registration reply is {expires}: {hint}."),
        )
        .expected("seconds since 1970 in the future, or 0 for never")
        .received(expires.to_string())
        .fix("Write the time in seconds since 1970, or 0 when the secret does not expire."),
    ]
}
