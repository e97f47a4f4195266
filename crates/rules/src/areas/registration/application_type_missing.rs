//! A registration request without `application_type`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "application-type-missing",
    summary: "The registration request has no application_type",
    area: Area::Registration,
    party: Party::Client,
    keywords: Keywords::since_2026_07(Must),
    needs: Need::Registration,
    references: &[
        "MCP-2026-07-28-registration#application-type-and-redirect-uri-constraints",
        "OIDC-Registration-2",
    ],
    corpus: &["DCR-06"],
    requirements: &["RG-13", "RG-14"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // A client that found out later which revision the server speaks could not know.
    let known = context.config().is_some_and(|c| c.revision.fixed() == Some(context.revision()));
    if !known {
        return Vec::new();
    }
    let without = context.registrations().iter().find(|r| r.sent.is_object() && r.sent_text("application_type").is_none());
    let Some(registration) = without else { return Vec::new() };
    let uris = registration.sent_list("redirect_uris");
    let want = authscope_protocol::redirect_uri::application_type(&uris);
    vec![
        Hit::new(
            at::request_json(registration.exchange, "/application_type"),
            format!("The registration request has no `application_type`; for the redirect URI {} it is `{want}`.", codes(&uris)),
        )
        .expected(format!("\"application_type\": \"{want}\""))
        .received("no such member")
        .fix(format!("Send `\"application_type\": \"{want}\"`: `native` for desktop and command line clients with loopback redirect URIs, `web` for hosted ones."))
        .snippets(vec![snippets::member("application_type", &want.into())]),
    ]
}
