//! Authorization server metadata (RFC 8414, OpenID Connect Discovery).

rules! {
    pkce_support_not_advertised,
    as_metadata_not_found,
    as_metadata_answers_html,
    as_metadata_malformed,
    as_metadata_member_missing,
    oidc_members_missing,
    endpoint_not_https,
    endpoint_url_unfit,
    endpoint_on_other_origin,
    endpoint_unreachable,
    endpoint_named_twice,
    jwks_unusable,
    pkce_s256_not_advertised,
    pkce_plain_advertised,
    code_flow_not_advertised,
    outdated_grants_advertised,
    client_auth_algorithms_missing,
    request_form_demanded,
    protected_resources_omits,
    auth_methods_unknown,
}

use crate::context::{AsDocument, Context};
use authscope_model::config::Grant;

/// Whether the flow has no authorization code, so that code-related members do not matter.
fn is_client_credentials_only(context: &Context<'_>, document: &AsDocument<'_>) -> bool {
    let grant = context.config().map(|c| &c.grant);
    let other_grant = !matches!(grant, None | Some(Grant::AuthorizationCode));
    other_grant
        || document
            .value
            .grant_types_supported
            .as_ref()
            .is_some_and(|list| !list.is_empty() && !list.iter().any(|g| g == "authorization_code"))
}

/// The endpoints of a document by member name.
fn endpoints(document: &authscope_protocol::as_metadata::AsMetadata) -> Vec<(&'static str, &str)> {
    let members = [
        ("authorization_endpoint", &document.authorization_endpoint),
        ("token_endpoint", &document.token_endpoint),
        ("registration_endpoint", &document.registration_endpoint),
        ("jwks_uri", &document.jwks_uri),
        ("revocation_endpoint", &document.revocation_endpoint),
        ("introspection_endpoint", &document.introspection_endpoint),
        ("userinfo_endpoint", &document.userinfo_endpoint),
        (
            "pushed_authorization_request_endpoint",
            &document.pushed_authorization_request_endpoint,
        ),
        (
            "device_authorization_endpoint",
            &document.device_authorization_endpoint,
        ),
    ];
    let present = members
        .into_iter()
        .filter_map(|(name, url)| url.as_deref().map(|url| (name, url)));
    present.collect()
}
