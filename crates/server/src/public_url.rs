//! The address under which browsers and authorization servers reach this instance.
//!
//! One value drives the redirect URI, the client documents, the links, the base path and the Host check,
//! so they cannot disagree.

use std::net::SocketAddr;
use url::Url;

/// Where this instance is reached: an origin and a base path that ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    base_path: String,
    https: bool,
}

/// Why a text is not a public URL.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PublicUrlError {
    /// Not a URL at all.
    #[error(
        "read the public URL {0:?}: {1}; expected an address such as https://debug.example.org/ or https://example.org/authscope/"
    )]
    NotAUrl(String, url::ParseError),
    /// Not a scheme that browsers open here.
    #[error("read the public URL {0:?}: its scheme must be https, or http for a private network")]
    Scheme(String),
    /// Has a part that a base address cannot have.
    #[error("read the public URL {0:?}: leave out its {1}")]
    Extra(String, &'static str),
}

impl PublicUrl {
    /// Reads the operator's setting.
    ///
    /// # Errors
    /// When it is not an http or https URL, or has a user name, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(text.trim())
            .map_err(|error| PublicUrlError::NotAUrl(text.to_owned(), error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PublicUrlError::Scheme(text.to_owned()));
        }
        let extra = |what| Err(PublicUrlError::Extra(text.to_owned(), what));
        if !url.username().is_empty() || url.password().is_some() {
            return extra("user name and password");
        }
        if url.query().is_some() {
            return extra("query");
        }
        if url.fragment().is_some() {
            return extra("fragment");
        }
        let mut base_path = url.path().to_owned();
        if !base_path.ends_with('/') {
            base_path.push('/');
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            host: url.host_str().unwrap_or_default().to_ascii_lowercase(),
            base_path,
            https: url.scheme() == "https",
        })
    }

    /// The address of a listener on this machine.
    #[must_use]
    pub fn of_listener(address: SocketAddr) -> Self {
        // `http` has a default port, which an origin leaves out.
        let port = match address.port() {
            80 => String::new(),
            port => format!(":{port}"),
        };
        let host = match address {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        Self {
            origin: format!("http://{host}{port}"),
            host,
            base_path: "/".into(),
            https: false,
        }
    }

    /// Scheme, host and port, as browsers write it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host without port, lower case; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path everything is under; begins and ends with a slash.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The absolute URL of a path below the base; `path` has no slash in front.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.base_path)
    }

    /// The same without scheme and host.
    #[must_use]
    pub fn path_to(&self, path: &str) -> String {
        format!("{}{path}", self.base_path)
    }

    /// Our redirect URI.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        self.join("oauth/callback")
    }

    /// Whether browsers reach us over TLS.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether only this machine reaches us.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback_name(&self.host)
    }

    /// A sentence when authorization servers elsewhere cannot read our client documents.
    #[must_use]
    pub fn reachability_note(&self) -> Option<String> {
        if self.is_loopback() {
            return Some(format!(
                "Authorization servers elsewhere cannot fetch the client document: {} is reachable from this \
                 machine only. Dynamic or manual registration works; for client id metadata documents start \
                 authscope with --public-url and an https address, or name a document hosted elsewhere.",
                self.origin
            ));
        }
        (!self.https).then(|| {
            format!(
                "Client ids that are URLs must be https: authorization servers will refuse the client document \
                 at {}. Put a proxy with a certificate in front, and start authscope with its address as \
                 --public-url.",
                self.origin
            )
        })
    }
}

impl std::fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.origin, self.base_path)
    }
}

/// Whether a host name or address means this machine, whatever a name server says.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_address_with_a_base_path() {
        let url = PublicUrl::parse("https://Debug.Example.org:443/tools/scope").unwrap();
        assert_eq!(url.to_string(), "https://debug.example.org/tools/scope/");
        assert_eq!(url.origin(), "https://debug.example.org");
        assert_eq!(url.base_path(), "/tools/scope/");
        assert_eq!(url.host(), "debug.example.org");
        assert_eq!(
            url.redirect_uri(),
            "https://debug.example.org/tools/scope/oauth/callback"
        );
        assert_eq!(url.reachability_note(), None);
    }

    #[test]
    fn a_listener_has_an_address_of_its_own() {
        for (listener, expected) in [
            ("127.0.0.1:7007", "http://127.0.0.1:7007/"),
            ("127.0.0.1:80", "http://127.0.0.1/"),
            ("[::1]:7007", "http://[::1]:7007/"),
        ] {
            let url = PublicUrl::of_listener(listener.parse().unwrap());
            assert_eq!(url.to_string(), expected);
            assert_eq!(PublicUrl::parse(expected).unwrap(), url);
            assert!(url.is_loopback());
        }
    }

    #[test]
    fn refuses_what_cannot_be_a_base_with_a_reason() {
        for (text, reason) in [
            ("debug.example.org", "expected an address such as"),
            ("ftp://example.org/", "scheme must be https"),
            ("javascript:alert(1)", "scheme must be https"),
            ("https://me:secret@example.org/", "user name"),
            ("https://example.org/?a=b", "query"),
            ("https://example.org/#a", "fragment"),
        ] {
            let error = PublicUrl::parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn says_when_client_documents_cannot_be_fetched() {
        let note = |text| PublicUrl::parse(text).unwrap().reachability_note();
        let loopback = note("https://localhost:7007/").unwrap();
        assert!(loopback.contains("this machine only"), "{loopback}");
        let plain = note("http://192.168.1.5/").unwrap();
        assert!(plain.contains("must be https"), "{plain}");
    }

    #[test]
    fn loopback_is_told_from_names_that_look_like_it() {
        for name in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in ["localhost.evil.example", "127.0.0.1.nip.io", "", "0.0.0.0"] {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
