//! Protected resource metadata (RFC 9728).

rules! {
    resource_metadata_url_not_found,
    resource_mismatch,
    prm_not_found,
    prm_answers_html,
    discovery_behind_authentication,
    discovery_server_error,
    discovery_redirects,
    authorization_server_unreachable,
    prm_malformed,
    prm_resource_missing,
    prm_authorization_servers_missing,
    prm_is_other_document,
    prm_resource_not_specific,
    prm_resource_unfit,
    authorization_server_not_an_issuer,
    authorization_server_url_unfit,
    prm_bearer_method_query,
    prm_only_at_root,
    well_known_query,
    prm_member_unfit,
    metadata_list_empty,
    discovery_status_not_ok,
    token_binding_contradicted,
}

use authscope_protocol::url_text;

/// Whether `resource` is the server's URL or a parent of it on the same origin, as text. An origin with and
/// without its slash are one resource.
fn covers(resource: &str, server: &str) -> bool {
    let server = server.split('#').next().unwrap_or(server);
    if resource == server {
        return true;
    }
    let (Some(r), Some(s)) = (url_text::split(resource), url_text::split(server)) else {
        return false;
    };
    if !url_text::same_origin(resource, server) || r.fragment.is_some() {
        return false;
    }
    if r.query.is_some() && r.query != s.query {
        return false;
    }
    let folder = r.path.strip_suffix('/').unwrap_or(r.path);
    let below = s
        .path
        .strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'));
    folder.is_empty() || r.path == s.path || (below && s.path.len() > r.path.len())
}

/// Whether a document is authorization server metadata.
fn is_as_metadata(raw: &serde_json::Value) -> bool {
    raw.get("token_endpoint").is_some() && raw.get("resource").is_none()
}

/// Whether an answer redirects to a page where people sign in.
fn asks_to_sign_in(exchange: &authscope_model::Exchange) -> bool {
    let location = exchange
        .response()
        .and_then(|r| r.header("location"))
        .unwrap_or_default()
        .to_lowercase();
    let marks = ["login", "signin", "sign-in", "sso", "cloudflareaccess"];
    matches!(exchange.status(), Some(301..=308)) && marks.iter().any(|w| location.contains(w))
}
