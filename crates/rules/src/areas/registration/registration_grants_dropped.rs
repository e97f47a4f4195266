//! The reply leaves out a grant that the client needs.

use crate::context::strings;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-grants-dropped",
    summary: "The registration reply leaves out a grant type that was asked for",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Practice),
    needs: Need::Registered,
    references: &["RFC7591-3.2.1", "RFC7591-2"],
    confidence: Confidence::Likely,
    explains: &["grant-refused", "response-type-refused", "refresh-refused", "refresh-token-not-issued"],
    corpus: &["DCR-08"],
    requirements: &["RG-18"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let mut hits: Vec<Hit> = response_types(context, registration).into_iter().collect();
    let Some(given) = registration.reply.as_ref().and_then(|r| r.grant_types.as_ref()) else { return hits };
    let asked = registration.sent_list("grant_types");
    let advertised = context.metadata().and_then(|d| d.value.grant_types_supported.clone()).unwrap_or_default();
    let lost: Vec<&String> = asked.iter().filter(|g| !given.contains(g)).collect();
    // A server without refresh tokens that says so is right to leave the grant out.
    let told = lost.iter().filter(|g| g.as_str() == "authorization_code" || advertised.contains(g));
    hits.extend(told.map(|grant| {
        let hit = Hit::new(
            at::json(registration.exchange, "/grant_types"),
            format!("The client asked for the grant type {}, but `grant_types` in the registration reply is {}.", code(grant), if given.is_empty() { "an empty array".to_owned() } else { codes(given) }),
        )
        .expected(asked.join(", "))
        .received(given.join(", "))
        .fix(format!("Register {} for the client, since the metadata offers it.", code(grant)));
        if grant.as_str() == "authorization_code" && !context.works() { hit.level(Level::Failure) } else { hit }
    }));
    hits
}

/// The reply names response types without the one that the client needs.
fn response_types(context: &Context<'_>, registration: &crate::context::Registration<'_>) -> Option<Hit> {
    let given = strings(registration.reply.as_ref()?.raw.get("response_types"));
    let asked = registration.sent_list("response_types");
    if given.is_empty() || given.iter().any(|r| r == "code") || !asked.iter().any(|r| r == "code") {
        return None;
    }
    let hit = Hit::new(
        at::json(registration.exchange, "/response_types"),
        format!("The client asked for the response type `code`, but `response_types` in the registration reply is {}: it is registered for a flow that OAuth 2.1 has dropped.", codes(&given)),
    )
    .expected("code")
    .received(given.join(", "))
    .fix("Register `code` as the response type of the client.")
    .snippets(vec![snippets::member("response_types", &serde_json::json!(["code"]))]);
    Some(hit.level(if context.works() { Level::Warning } else { Level::Failure }))
}
