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
    let call = context
        .token_calls()
        .iter()
        .find(|c| c.error_code() == Some("invalid_client"))?;
    Some((call.exchange, call.error.as_ref()?.sentence()))
}
