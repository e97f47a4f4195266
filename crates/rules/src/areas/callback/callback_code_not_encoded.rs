//! A code with raw special characters, which decoding changes.

use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-code-not-encoded",
    summary: "The code in the authorization response is not percent-encoded, so clients read another one",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2", "RFC6749-B", "RFC6749-A.11"],
    confidence: Confidence::Likely,
    explains: &["code-refused", "token-request-refused", "token-error-not-oauth"],
    requirements: &["AR-08"],
    clients: Some("all that decode the query as a form, as URLSearchParams and most frameworks do"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let Some((exchange, _)) = &attempt.callback else { continue };
        let raw = context.facts(exchange).find_map(|f| match f {
            Fact::CodeUnencoded { characters } => Some(characters),
            _ => None,
        });
        // A code that is taken as it was read was meant so.
        let refused = attempt.tokens.iter().filter_map(|i| context.token_calls().get(*i)).find(|c| c.is_refused());
        let (Some(raw), Some(refused)) = (raw, refused) else { continue };
        let said = refused.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
        hits.push(
            Hit::new(
                at::query(exchange, "code"),
                format!("`code` in the authorization response holds {} unencoded: a client reads a space for `+` (and the token endpoint then answers {said}).", code(raw)),
            )
            .expected("code=…%2B…: `+`, `&`, `#` and `%` percent-encoded")
            .received(format!("code=…{raw}…"))
            .related(at::body(refused.exchange))
            .fix("Percent-encode the values of the authorization response with a URL library, or make codes of unreserved characters only (base64url, hexadecimal).")
            .snippet("express", "const url = new URL(redirectUri);\nurl.searchParams.set(\"code\", code);\nres.redirect(url.href);"),
        );
    }
    hits
}
