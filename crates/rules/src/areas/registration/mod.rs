//! Client registration: dynamic (RFC 7591), documents (CIMD), pre-registered.

rules! {
    registered_redirect_uri_differs,
    registration_not_possible,
    registration_endpoint_dead,
    registration_forbidden,
    registration_redirect_uri_refused,
    registration_grant_types_refused,
    registration_scope_refused,
    registration_auth_method_refused,
    registration_reply_incomplete,
    registration_secret_missing,
    registration_server_error,
    registration_auth_method_changed,
    registration_secret_expired,
    registration_grants_dropped,
    registration_status_not_created,
    application_type_missing,
    client_unknown,
    cimd_client_id_invalid,
    cimd_redirect_uri_not_listed,
    cimd_document_unreachable,
    cimd_fetch_failed,
    cimd_document_not_fetched,
    registration_refused,
    registration_secret_with_none,
    registration_management_refused,
}

/// What a registration's answer says, lower case, to look words up in.
fn refusal_text(exchange: &authscope_model::Exchange) -> String {
    let error = crate::context::error_of(exchange)
        .map(|e| e.sentence())
        .unwrap_or_default();
    let body = exchange
        .response()
        .map(|r| r.body.text.as_str())
        .unwrap_or_default();
    let body = body.get(..4000).unwrap_or(body);
    format!("{error} {body}").to_lowercase()
}

/// Where a client document was refused, and what was said: at the authorization or the token endpoint.
fn cimd_refusal<'a>(
    context: &crate::Context<'a>,
) -> Option<(&'a authscope_model::Exchange, String)> {
    let id = context.attempt()?.param("client_id")?.to_owned();
    if !id.contains("://") {
        return None;
    }
    let is_client = |text: &str| {
        (text.contains("client") || text.contains("metadata document"))
            && !text.contains("redirect")
    };
    let refused = context.refusals().into_iter().find(|r| {
        r.is_code(&[
            "invalid_client",
            "unauthorized_client",
            "invalid_client_metadata",
        ]) || (r.is_code(&["invalid_request"]) || r.code.is_none()) && is_client(&r.text)
    });
    if let Some(refusal) = refused.filter(|r| !r.text.contains("redirect")) {
        return Some((refusal.exchange, refusal.said));
    }
    // A secret or an authentication that is missed has nothing to do with the document.
    let about_client = |text: &str| {
        !["secret", "authentication", "assertion"]
            .iter()
            .any(|w| text.contains(w))
    };
    let call = context
        .token_calls()
        .iter()
        .find(|c| c.error_code() == Some("invalid_client") && about_client(&c.error_text()))?;
    Some((call.exchange, call.error.as_ref()?.sentence()))
}

/// Whether the authorization server has fetched the client document.
fn was_given_document(context: &crate::Context<'_>) -> bool {
    let mut fetches = context.of(authscope_model::StepKind::ClientDocumentFetch);
    fetches.any(|e| {
        e.response()
            .is_none_or(authscope_model::exchange::Response::is_success)
    })
}

/// Whether a refusal (lower case) speaks of a rule about whose documents are taken.
fn is_policy(said: &str) -> bool {
    [
        "policy",
        "domain",
        "trusted",
        "trust list",
        "allowlist",
        "allow list",
        "not allowed",
    ]
    .iter()
    .any(|w| said.contains(w))
}

/// Whether the refusal of a client document at an inner address may be about that address: not when the
/// server speaks of its rules, nor when it is on this machine itself and says that it knows no such client.
fn may_be_address(context: &crate::Context<'_>, said: &str) -> bool {
    let said = said.to_lowercase();
    if is_policy(&said) {
        return false;
    }
    let near = context.issuer().is_some_and(crate::words::is_loopback);
    let unknown = [
        "unknown",
        "not found",
        "not registered",
        "no such",
        "unregistered",
        "not recognized",
    ];
    let address = [
        "fetch",
        "document",
        "url",
        "https",
        "address",
        "loopback",
        "localhost",
        "private",
    ];
    let speaks = |words: &[&str]| words.iter().any(|w| said.contains(w));
    !(near && speaks(&unknown) && !speaks(&address))
}
