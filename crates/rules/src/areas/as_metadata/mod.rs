//! Authorization server metadata (RFC 8414, OpenID Connect Discovery).

rules! {
    pkce_support_not_advertised,
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
