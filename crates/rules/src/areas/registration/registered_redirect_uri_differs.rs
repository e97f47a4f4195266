//! The registration reply lists other redirect URIs than were asked for.

use crate::prelude::*;
use authscope_protocol::redirect_uri::{self, RedirectMatch};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registered-redirect-uri-differs",
    summary: "The redirect URI that was registered is not the one that was asked for",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registered,
    references: &[
        "RFC7591-3.2.1",
        "RFC9700-2.1",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#open-redirection",
        "MCP-2025-11-25-authorization#open-redirection",
        "MCP-2026-07-28-security#open-redirection",
    ],
    explains: &[
        "redirect-uri-refused",
        "redirect-uri-refused-after-registration",],
    corpus: &["DCR-13", "RED-01", "RED-02"],
    requirements: &["RG-20", "AZ-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(registration) = context.registered() else { return Vec::new() };
    let Some(registered) = registration.reply.as_ref().and_then(|r| r.redirect_uris.as_ref()) else {
        return Vec::new();
    };
    let mut asked = registration.sent_list("redirect_uris");
    let used = context.redirect_uri();
    // What is sent to the authorization endpoint counts most; the rest of the list only without it.
    if asked.iter().any(|uri| uri == used) {
        asked = vec![used.to_owned()];
    }
    let worked = context.attempts().iter().any(|a| {
        a.callback.as_ref().is_some_and(|(_, c)| c.code.is_some())
    });
    let lost = asked.iter().filter(|uri| !redirect_uri::compare(uri, registered).is_accepted());
    lost.map(|uri| {
        let hit = hit(registration.exchange, uri, registered);
        if worked { hit.level(Level::Warning) } else { hit }
    })
    .collect()
}

fn hit(exchange: &Exchange, uri: &str, registered: &[String]) -> Hit {
    let nearest = match redirect_uri::compare(uri, registered) {
        RedirectMatch::Different { nearest } => nearest.map(|(text, _)| text),
        _ => None,
    };
    let index = nearest.as_ref().and_then(|n| registered.iter().position(|r| r == n));
    let spot = match index {
        Some(index) => at::json(exchange, &format!("/redirect_uris/{index}")),
        None => at::json(exchange, "/redirect_uris"),
    };
    let message = match &nearest {
        Some(other) => format!(
            "The client asked to register the redirect URI {}, but the registration reply has {} in `redirect_uris`: {}.",
            code(uri),
            code(other),
            words::difference_at(uri, other)
        ),
        None => format!(
            "The client asked to register the redirect URI {}, but `redirect_uris` in the registration reply is empty.",
            code(uri)
        ),
    };
    Hit::new(spot, message)
        .expected(uri)
        .received(nearest.unwrap_or_else(|| "no redirect URI".into()))
        .related(at::request_json(exchange, "/redirect_uris"))
        .fix(format!(
            "Store redirect URIs exactly as they are sent, as text, and echo {} unchanged; refuse with `invalid_redirect_uri` what is not acceptable.",
            code(uri)
        ))
        .snippets(vec![snippets::member("redirect_uris", &serde_json::json!([uri]))])
}
