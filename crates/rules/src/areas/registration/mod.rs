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
    registration_refused,
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
