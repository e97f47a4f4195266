//! Redirect URIs: whether the one used is one of those registered (OAuth 2.1 §4.1.1: exact comparison,
//! RFC 8252 §7.3: any port on a loopback address), and what kind of client a URI speaks of.

use crate::url_text::{self, Difference, UrlParts};

/// How a redirect URI compares with those registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectMatch {
    /// One is the same text.
    Exact,
    /// One is the same but for the port of a loopback address, which must not count (RFC 8252 §7.3).
    LoopbackPort {
        /// The registered one.
        registered: String,
    },
    /// None is the same.
    Different {
        /// The one that comes nearest, and the first difference to it; `None` when none is registered.
        nearest: Option<(String, Difference)>,
    },
}

impl RedirectMatch {
    /// Whether a conforming authorization server accepts the URI.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Exact | Self::LoopbackPort { .. })
    }
}

/// Compares `used` with the registered redirect URIs.
#[must_use]
pub fn compare(used: &str, registered: &[String]) -> RedirectMatch {
    if registered.iter().any(|uri| uri == used) {
        return RedirectMatch::Exact;
    }
    let loopback = registered.iter().find(|uri| same_but_for_port(used, uri));
    if let Some(uri) = loopback {
        return RedirectMatch::LoopbackPort {
            registered: uri.clone(),
        };
    }
    let nearest = registered
        .iter()
        .filter_map(|uri| url_text::first_difference(used, uri).map(|d| (uri.clone(), d)))
        .max_by_key(|(_, difference)| difference.index);
    RedirectMatch::Different { nearest }
}

/// RFC 8252 §7.3 speaks of `http` and the loopback IP literals; the name `localhost` is the practice of
/// clients and treated alike, so that a refusal is not blamed on the port.
fn same_but_for_port(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (url_text::split(a), url_text::split(b)) else {
        return false;
    };
    is_loopback_http(&a)
        && is_loopback_http(&b)
        && a.host == b.host
        && a.userinfo() == b.userinfo()
        && (a.path, a.query, a.fragment) == (b.path, b.query, b.fragment)
}

fn is_loopback_http(parts: &UrlParts<'_>) -> bool {
    parts.scheme == "http" && url_text::is_loopback_host(parts.host)
}

/// The kind of a redirect URI, which decides `application_type` and what servers accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectKind {
    /// `https` on a host that is not this machine.
    Web,
    /// `http` on a loopback host.
    Loopback,
    /// `http` elsewhere: never acceptable.
    PlainHttp,
    /// `https` on a loopback host.
    LoopbackHttps,
    /// A private-use scheme.
    PrivateScheme,
    /// No URI.
    Invalid,
}

/// The kind of a redirect URI.
#[must_use]
pub fn kind(uri: &str) -> RedirectKind {
    let Some(parts) = url_text::split(uri) else {
        return RedirectKind::Invalid;
    };
    let loopback = url_text::is_loopback_host(parts.host);
    if parts.scheme.eq_ignore_ascii_case("https") {
        return match (parts.host.is_empty(), loopback) {
            (true, _) => RedirectKind::Invalid,
            (false, true) => RedirectKind::LoopbackHttps,
            (false, false) => RedirectKind::Web,
        };
    }
    if parts.scheme.eq_ignore_ascii_case("http") {
        return match (parts.host.is_empty(), loopback) {
            (true, _) => RedirectKind::Invalid,
            (false, true) => RedirectKind::Loopback,
            (false, false) => RedirectKind::PlainHttp,
        };
    }
    RedirectKind::PrivateScheme
}

/// `application_type` for a set of redirect URIs: `web` when all are https on public hosts, else `native`.
#[must_use]
pub fn application_type(redirect_uris: &[String]) -> &'static str {
    let web = redirect_uris
        .iter()
        .all(|uri| kind(uri) == RedirectKind::Web);
    if web && !redirect_uris.is_empty() {
        "web"
    } else {
        "native"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url_text::DifferenceKind;

    fn compare_one(used: &str, registered: &str) -> RedirectMatch {
        compare(used, &[registered.to_owned()])
    }

    fn difference(used: &str, registered: &str) -> DifferenceKind {
        match compare_one(used, registered) {
            RedirectMatch::Different {
                nearest: Some((_, difference)),
            } => difference.what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_port_of_a_loopback_address_does_not_count() {
        for (used, registered) in [
            ("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:51004/cb", "http://127.0.0.1:8080/cb"),
            ("http://[::1]:1/cb", "http://[::1]:2/cb"),
            ("http://localhost:1/cb", "http://localhost/cb"),
        ] {
            let found = compare_one(used, registered);
            assert!(
                matches!(found, RedirectMatch::LoopbackPort { .. }),
                "{used}"
            );
            assert!(found.is_accepted());
        }
    }

    #[test]
    fn everything_else_counts() {
        use DifferenceKind as K;
        assert_eq!(difference("https://h:1/cb", "https://h:2/cb"), K::Port);
        assert_eq!(
            difference("https://h/cb/", "https://h/cb"),
            K::TrailingSlash
        );
        let (ip, name) = ("http://127.0.0.1:1/cb", "http://localhost:1/cb");
        assert_eq!(difference(ip, name), K::LoopbackName);
        assert_eq!(
            difference("http://127.0.0.1:1/a", "http://127.0.0.1:1/b"),
            K::Path
        );
        assert_eq!(
            difference("https://localhost:1/a", "https://localhost:2/a"),
            K::Port
        );
        assert!(!compare("https://h", &[]).is_accepted());
    }

    #[test]
    fn the_nearest_is_named() {
        let registered = ["https://other/cb".to_owned(), "https://h/cb2".to_owned()];
        let RedirectMatch::Different { nearest } = compare("https://h/cb", &registered) else {
            panic!("accepted");
        };
        assert_eq!(nearest.unwrap().0, "https://h/cb2");
    }

    #[test]
    fn kinds_and_application_types() {
        use RedirectKind as K;
        for (uri, expected) in [
            ("https://app.example/cb", K::Web),
            ("https://localhost/cb", K::LoopbackHttps),
            ("http://localhost:1/cb", K::Loopback),
            ("http://app.example/cb", K::PlainHttp),
            ("cursor://anysphere/cb", K::PrivateScheme),
            ("com.example:/cb", K::PrivateScheme),
            ("https:///cb", K::Invalid),
            ("/cb", K::Invalid),
        ] {
            assert_eq!(kind(uri), expected, "{uri}");
        }
        let uris = |list: &[&str]| list.iter().map(|u| (*u).to_owned()).collect::<Vec<_>>();
        assert_eq!(application_type(&uris(&["https://app.example/cb"])), "web");
        let mixed = uris(&["https://app.example/cb", "http://127.0.0.1/cb"]);
        assert_eq!(application_type(&mixed), "native");
        assert_eq!(application_type(&[]), "native");
    }
}
