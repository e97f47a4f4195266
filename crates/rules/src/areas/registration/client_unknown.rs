//! The authorization server does not know the client.

use crate::prelude::*;
use authscope_model::RegistrationChoice;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-unknown",
    summary: "The authorization server does not know the client id",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &[
        "RFC6749-4.1.2.1",
        "RFC6749-5.2",
        "MCP-2026-07-28-registration#authorization-server-binding",
    ],
    confidence: Confidence::Likely,
    explains: &["authorization-refused", "token-request-refused", "client-authentication-refused"],
    corpus: &["DCR-17", "PRE-04"],
    requirements: &["RG-16", "RG-17"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let id = context.attempt().and_then(|a| a.param("client_id")).unwrap_or_default();
    if id.contains("://") {
        // A client document: rules of its own, unless nobody said that documents are taken.
        return not_advertised(context, id).into_iter().collect();
    }
    let refusals = context.refusals();
    let at_authorize = refusals.iter().find(|r| speaks_of_unknown(&r.text)).map(|r| (r.spot(), r.said.clone()));
    let at_token = context.token_calls().iter().find(|c| {
        // A client id that was sent form-encoded and not decoded there is another matter.
        let encoded = c.auth_methods().contains(&"client_secret_basic") && id.contains([':', '/', '%', '+']);
        c.is_refused() && c.error_code() == Some("invalid_client") && speaks_of_unknown(&c.error_text()) && !encoded
    });
    let at_token = at_token.map(|c| (at::body(c.exchange), c.error.as_ref().map(|e| e.sentence()).unwrap_or_default()));
    let Some((spot, said)) = at_authorize.or(at_token) else { return Vec::new() };
    let registered_now = context.registered().is_some_and(|r| r.client_id() == Some(id));
    let given = context.transcript().registration().map(|(way, _)| way) == Some(RegistrationChoice::Preregistered);
    let (source, party, fix) = if registered_now {
        (
            "although the server gave it out a moment ago",
            Party::AuthorizationServer,
            "Store registered clients where every instance and every endpoint finds them (a lost store or another instance is the usual cause).",
        )
    } else if given {
        ("which was entered by hand", Party::Client, "Check the client id, and that it belongs to this authorization server and tenant; register the client there.")
    } else {
        (
            "which an earlier run registered",
            Party::AuthorizationServer,
            "Register again (the server forgot its clients, or another server answers); clients must keep registrations by issuer.",
        )
    };
    vec![
        Hit::new(spot, format!("The authorization server does not know the client id {}, {source} ({said}).", code(id)))
            .expected("the client is known")
            .received(said)
            .party(party)
            .fix(fix),
    ]
}

fn speaks_of_unknown(text: &str) -> bool {
    let subject = text.contains("client");
    let unknown = ["unknown", "not found", "unrecognized", "unrecognised", "does not exist", "not registered", "no such", "invalid client_id", "invalid client id", "could not be found", "client not valid"];
    // "redirect_uri is not registered for this client" is about something else.
    subject && !text.contains("redirect") && unknown.iter().any(|w| text.contains(w))
}

/// A client document at a server whose metadata does not say that it takes any.
fn not_advertised(context: &Context<'_>, id: &str) -> Option<Hit> {
    let metadata = context.metadata()?;
    if metadata.value.client_id_metadata_document_supported == Some(true) {
        return None;
    }
    let refusal = context.refusals().into_iter().find(|r| r.text.contains("client"))?;
    let came = metadata.value.raw.get("client_id_metadata_document_supported").map_or_else(|| "no such member".to_owned(), ToString::to_string);
    let hit = Hit::new(
        at::json(metadata.exchange, "/client_id_metadata_document_supported"),
        format!("The authorization server refuses the client id {} ({}); its metadata has no `\"client_id_metadata_document_supported\": true`, so it does not read client documents.", code(id), refusal.said),
    )
    .expected("\"client_id_metadata_document_supported\": true, or another way to register")
    .received(came)
    .related(refusal.spot())
    .fix("Support client id metadata documents and advertise them; until then register the client dynamically or by hand and use that client id.")
    .snippets(vec![snippets::member("client_id_metadata_document_supported", &true.into())]);
    Some(hit)
}
