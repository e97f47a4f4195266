//! URLs as text. Nothing here normalises: parts are slices of what was received, and two URLs differ as
//! soon as one character does. Masks (`⟨…⟩`) are stepped over, because they may contain `#`.

mod difference;

pub use difference::{Difference, DifferenceKind, first_difference, is_invisible};

use crate::form;

/// The parts of a URL (RFC 3986 §3), as slices of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlParts<'a> {
    /// Scheme, without the colon.
    pub scheme: &'a str,
    /// Everything between `//` and the path, userinfo included; empty when there is no `//`.
    pub authority: &'a str,
    /// Host, IPv6 addresses in brackets.
    pub host: &'a str,
    /// Port as written.
    pub port: Option<&'a str>,
    /// Path, perhaps empty.
    pub path: &'a str,
    /// Query, without the question mark.
    pub query: Option<&'a str>,
    /// Fragment, without the number sign.
    pub fragment: Option<&'a str>,
}

/// Splits a URL; `None` when it has no scheme.
#[must_use]
pub fn split(url: &str) -> Option<UrlParts<'_>> {
    let (scheme, rest) = url.split_once(':')?;
    if !is_scheme(scheme) {
        return None;
    }
    let (authority, rest) = match rest.strip_prefix("//") {
        Some(rest) => split_before(rest, &['/', '?', '#']),
        None => ("", rest),
    };
    let (rest, fragment) = cut(rest, '#');
    let (path, query) = cut(rest, '?');
    let (host, port) = host_and_port(authority);
    Some(UrlParts {
        scheme,
        authority,
        host,
        port,
        path,
        query,
        fragment,
    })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// The byte position of the first of `wanted` that is not inside a mask.
fn find_outside_masks(text: &str, wanted: &[char]) -> Option<usize> {
    let mut masked = false;
    for (at, c) in text.char_indices() {
        match c {
            '⟨' => masked = true,
            '⟩' => masked = false,
            c if !masked && wanted.contains(&c) => return Some(at),
            _ => {}
        }
    }
    None
}

fn split_before<'a>(text: &'a str, wanted: &[char]) -> (&'a str, &'a str) {
    let at = find_outside_masks(text, wanted).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    let (before, after) = split_before(text, &[separator]);
    (before, after.strip_prefix(separator))
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let host_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host_port)| host_port);
    if host_port.starts_with('[') {
        let Some((_, after)) = host_port.split_once(']') else {
            return (host_port, None);
        };
        let host = host_port.strip_suffix(after).unwrap_or(host_port);
        return (host, after.strip_prefix(':'));
    }
    match host_port.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (host_port, None),
    }
}

impl<'a> UrlParts<'a> {
    /// The port that is dialled: as written, or the scheme's default.
    #[must_use]
    pub fn effective_port(&self) -> Option<u16> {
        match self.port {
            Some(port) if !port.is_empty() => port.parse().ok(),
            _ => default_port(self.scheme),
        }
    }

    /// Userinfo, when there is an `@` in the authority.
    #[must_use]
    pub fn userinfo(&self) -> Option<&'a str> {
        self.authority
            .rsplit_once('@')
            .map(|(userinfo, _)| userinfo)
    }

    /// Whether the scheme is `http` or `https`, in any case.
    #[must_use]
    pub fn is_web(&self) -> bool {
        default_port(self.scheme).is_some()
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    if scheme.eq_ignore_ascii_case("https") {
        Some(443)
    } else if scheme.eq_ignore_ascii_case("http") {
        Some(80)
    } else {
        None
    }
}

/// `scheme://host[:port]` as written; `None` without a host.
#[must_use]
pub fn origin(url: &str) -> Option<String> {
    let parts = split(url)?;
    if parts.host.is_empty() {
        return None;
    }
    let port = parts
        .port
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    Some(format!("{}://{}{port}", parts.scheme, parts.host))
}

/// Whether two URLs have the same origin (RFC 6454): case of scheme and host and a written-out default
/// port do not count here.
#[must_use]
pub fn same_origin(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (split(a), split(b)) else {
        return false;
    };
    !a.host.is_empty()
        && a.scheme.eq_ignore_ascii_case(b.scheme)
        && a.host.eq_ignore_ascii_case(b.host)
        && a.effective_port() == b.effective_port()
}

/// Whether a host is this machine by name or address: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|h| h.strip_suffix(']'))
        .unwrap_or(host);
    let name = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V6(address)) => address
            .to_ipv4_mapped()
            .map_or_else(|| address.is_loopback(), |v4| v4.is_loopback()),
        Ok(std::net::IpAddr::V4(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

/// The pairs of a URL's query, decoded, in order, duplicates kept. A text without a scheme is read as the
/// query itself, with or without its question mark.
#[must_use]
pub fn query_pairs(url_or_query: &str) -> Vec<(String, String)> {
    if let Some(parts) = split(url_or_query) {
        return parts.query.map(form::parse).unwrap_or_default();
    }
    let (before, _) = cut(url_or_query, '#');
    let (path, query) = cut(before, '?');
    form::parse(query.unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_slices_of_the_text() {
        let parts = split("HTTPS://user:p@Host:0443/a/b?c=d?e#f").unwrap();
        assert_eq!(parts.scheme, "HTTPS");
        assert_eq!(parts.authority, "user:p@Host:0443");
        assert_eq!((parts.host, parts.port), ("Host", Some("0443")));
        assert_eq!(parts.path, "/a/b");
        assert_eq!((parts.query, parts.fragment), (Some("c=d?e"), Some("f")));
        assert_eq!(parts.effective_port(), Some(443));
        assert_eq!(parts.userinfo(), Some("user:p"));
    }

    #[test]
    fn unusual_urls_split_too() {
        let v6 = split("http://[::1]:8080").unwrap();
        assert_eq!((v6.host, v6.port, v6.path), ("[::1]", Some("8080"), ""));
        let open = split("http://[::1").unwrap();
        assert_eq!((open.host, open.port), ("[::1", None));
        let private = split("com.example.app:/callback").unwrap();
        assert_eq!((private.host, private.path), ("", "/callback"));
        assert_eq!(split("/relative"), None);
        assert_eq!(split("example.com/a"), None);
        assert_eq!(split(""), None);
        assert_eq!(split("1http://h"), None);
    }

    #[test]
    fn a_mask_is_not_a_fragment() {
        let url = "https://h/cb?code=⟨code · 32 chars · #a1b2c3⟩&state=xyz#frag";
        let parts = split(url).unwrap();
        assert_eq!(parts.fragment, Some("frag"));
        let pairs = query_pairs(url);
        assert_eq!(pairs[0].1, "⟨code · 32 chars · #a1b2c3⟩");
        assert_eq!(pairs[1], ("state".into(), "xyz".into()));
    }

    #[test]
    fn origins() {
        assert_eq!(origin("https://u@H:1/a"), Some("https://H:1".into()));
        assert_eq!(origin("https://"), None);
        assert_eq!(origin("app:/x"), None);
        assert!(same_origin("https://H/a", "HTTPS://h:443"));
        assert!(!same_origin("https://h", "http://h"));
        assert!(!same_origin("https://h:1", "https://h:2"));
    }

    #[test]
    fn loopback_hosts() {
        for host in [
            "localhost",
            "a.localhost",
            "LOCALHOST.",
            "127.9.9.9",
            "[::1]",
            "::1",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "localhost.example",
            "128.0.0.1",
            "0.0.0.0",
            "",
            "[::2]",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    #[test]
    fn query_pairs_take_a_url_or_a_query() {
        let expected = vec![("a".to_owned(), "b c".to_owned())];
        assert_eq!(query_pairs("https://h?a=b+c#d"), expected);
        assert_eq!(query_pairs("?a=b%20c"), expected);
        assert_eq!(query_pairs("a=b+c"), expected);
        assert_eq!(query_pairs("/callback?a=b+c"), expected);
        assert_eq!(query_pairs("https://h"), Vec::new());
    }

    proptest! {
        #[test]
        fn splitting_loses_nothing(text in "[a-z]{1,3}:(//)?[a-z@:\\[\\]/?#⟨⟩%]{0,20}") {
            if let Some(parts) = split(&text) {
                let slashes = if text.starts_with(&format!("{}://", parts.scheme)) { "//" } else { "" };
                let query = parts.query.map(|q| format!("?{q}")).unwrap_or_default();
                let fragment = parts.fragment.map(|f| format!("#{f}")).unwrap_or_default();
                let joined = format!(
                    "{}:{slashes}{}{}{query}{fragment}",
                    parts.scheme, parts.authority, parts.path
                );
                prop_assert_eq!(joined, text);
            }
        }

        #[test]
        fn nothing_panics(a in ".*", b in ".*") {
            let _ = (split(&a), origin(&a), same_origin(&a, &b), is_loopback_host(&a), query_pairs(&a));
        }
    }
}
