//! A token request in another media type, or a server that does not read forms.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-request-not-form",
    summary: "Client and token endpoint disagree about the media type of the token request",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-4.1.3", "RFC6749-B"],
    explains: &["token-request-refused", "token-error-not-oauth", "grant-refused", "client-authentication-refused"],
    corpus: &["TE-10"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.token_calls().iter().filter(|c| c.is_refused());
    refused
        .filter_map(|call| {
            let kind = call.exchange.request.header("content-type").unwrap_or("none");
            let form = kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
            let text = call.error_text();
            let unread = ["grant_type", "grant type", "content-type", "content type", "unsupported media", "json"];
            let blames = call.exchange.status() == Some(415) || (unread.iter().any(|w| text.contains(w)) && !text.contains("unsupported_grant_type"));
            if !blames {
                return None;
            }
            let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
            Some(if form {
                Hit::new(at::body(call.exchange), format!("The token endpoint does not read the form it was sent ({said}); the request has `Content-Type`: {kind} and `grant_type` {}.", code(call.param("grant_type").unwrap_or_default())))
                    .expected("application/x-www-form-urlencoded is read")
                    .received(said)
                    .related(at::request_header(call.exchange, "content-type"))
                    .fix("Parse `application/x-www-form-urlencoded` bodies at the token endpoint (a JSON body parser alone does not).")
                    .snippet("express", "app.use(\"/token\", express.urlencoded({ extended: false }));")
            } else {
                Hit::new(at::request_header(call.exchange, "content-type"), format!("The token request has `Content-Type`: {kind} ({said})."))
                    .expected("application/x-www-form-urlencoded")
                    .received(kind)
                    .party(Party::Client)
                    .fix("Send token requests as `application/x-www-form-urlencoded`.")
            })
        })
        .collect()
}
