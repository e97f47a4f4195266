//! The token request and its answer.

rules! {
    token_response_not_json,
    token_endpoint_misrouted,
    token_endpoint_server_error,
    token_response_form_encoded,
    token_error_in_success,
    token_error_not_oauth,
    token_error_status,
    token_response_incomplete,
    token_response_types,
    token_response_status,
    token_type_unknown,
    token_value_unfit,
    token_expiry_wrong,
    token_expiry_missing,
    token_response_cacheable,
    client_authentication_refused,
    client_authentication_doubled,
    token_request_unidentified,
    token_redirect_uri_differs,
    token_request_not_form,
    grant_refused,
    code_used_twice,
    code_refused,
    token_request_refused,
}

use crate::context::{Context, TokenCall};

/// The authentication method of a token request, by its registered name.
fn method_used(call: &TokenCall<'_>) -> String {
    call.auth_methods()
        .first()
        .map_or_else(|| "none".to_owned(), |m| (*m).to_owned())
}

/// The method the client was registered with.
fn method_registered(context: &Context<'_>) -> Option<String> {
    let Some(registration) = context.registered() else {
        return method_documented(context);
    };
    registration
        .reply
        .as_ref()?
        .token_endpoint_auth_method
        .clone()
}

/// The method the client document names, when the client is one; without a secret it is `none`.
fn method_documented(context: &Context<'_>) -> Option<String> {
    let (way, _) = context.transcript().registration()?;
    if way != authscope_model::RegistrationChoice::Cimd {
        return None;
    }
    let own = context
        .config()
        .is_some_and(|c| c.client_metadata_url.is_some());
    let document = context.transcript().client_document.as_object();
    let named = document.and_then(|d| d.get("token_endpoint_auth_method")?.as_str());
    (!own).then(|| named.unwrap_or("none").to_owned())
}
