//! Protected resource metadata (RFC 9728).

rules! {
    resource_metadata_url_not_found,
    resource_mismatch,
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
