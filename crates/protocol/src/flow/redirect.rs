//! Following redirects, one hop at a time: each hop is a request of its own.

use super::{Follow, Prepared, Reply};
use crate::url_text;

/// Hops followed at most.
pub const MAX_HOPS: usize = 5;

/// The request for the next hop, or `None` when the reply is the answer.
///
/// As `fetch` does: 301, 302 and 303 turn a POST into a GET, 307 and 308 keep method and body, and
/// `Authorization` is dropped when the origin changes (Fetch standard, "HTTP-redirect fetch").
#[must_use]
pub fn next_hop(prepared: &Prepared, reply: &Reply<'_>) -> Option<Prepared> {
    let status = reply.status();
    let keeps = matches!(status, 307 | 308);
    let wanted = match &prepared.follow {
        Follow::No => false,
        Follow::Any | Follow::Until(_) => keeps || matches!(status, 301..=303),
        Follow::KeepingMethod => keeps,
    };
    let location = reply.header("location").filter(|_| wanted)?;
    let url = resolve(&prepared.url, location)?;
    if let Follow::Until(end) = &prepared.follow
        && (is_same_page(&url, end) || !crate::authorize::scheme_is_safe(&url))
    {
        return None;
    }
    let mut next = Prepared {
        url,
        ..prepared.clone()
    };
    if !keeps && next.method != "HEAD" {
        next.method = "GET".into();
        next.body = Vec::new();
        next.headers
            .retain(|h| !h.name.eq_ignore_ascii_case("content-type"));
    }
    if url_text::origin(&next.url) != url_text::origin(&prepared.url) {
        next.headers
            .retain(|h| !h.name.eq_ignore_ascii_case("authorization"));
    }
    Some(next)
}

/// Whether two URLs are the same but for query and fragment.
fn is_same_page(a: &str, b: &str) -> bool {
    let page = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    page(a) == page(b)
}

/// Resolves a `Location` value against the URL that answered with it (RFC 3986 §5, the cases that occur).
#[must_use]
pub fn resolve(base: &str, location: &str) -> Option<String> {
    let location = location.trim();
    if location.contains("://") {
        return Some(location.to_owned());
    }
    let parts = url_text::split(base)?;
    let origin = url_text::origin(base)?;
    if let Some(rest) = location.strip_prefix("//") {
        return Some(format!("{}://{rest}", parts.scheme));
    }
    if location.starts_with('/') {
        return Some(format!("{origin}{location}"));
    }
    if let Some(query) = location.strip_prefix('?') {
        return Some(format!("{origin}{}?{query}", parts.path));
    }
    let has_scheme = location
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|first| first.contains(':'));
    if has_scheme {
        return Some(location.to_owned());
    }
    let folder = parts.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{origin}{folder}/{location}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_what_servers_send() {
        let base = "https://a.example:8443/x/mcp?y=1";
        for (location, want) in [
            ("https://b.example/z", "https://b.example/z"),
            ("//c.example/z", "https://c.example/z"),
            ("/login", "https://a.example:8443/login"),
            ("mcp/", "https://a.example:8443/x/mcp/"),
            ("?a=b", "https://a.example:8443/x/mcp?a=b"),
            ("javascript:alert(1)", "javascript:alert(1)"),
        ] {
            assert_eq!(resolve(base, location).as_deref(), Some(want), "{location}");
        }
    }
}
