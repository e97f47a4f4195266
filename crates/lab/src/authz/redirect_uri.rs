//! Which redirect URIs a client may use: exact comparison, with the loopback exception of RFC 8252 §7.3.

use url::Url;

/// How a requested redirect URI is compared with the registered ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum RedirectPolicy {
    /// Code point by code point, any port on a loopback host.
    #[default]
    Conforming,
    /// Code point by code point, the port of loopback hosts included.
    PortIncluded,
    /// Everything goes.
    Unchecked,
}

impl RedirectPolicy {
    pub(crate) fn allows(self, registered: &[String], requested: &str) -> bool {
        match self {
            Self::Unchecked => true,
            Self::PortIncluded => registered.iter().any(|uri| uri == requested),
            Self::Conforming => registered.iter().any(|uri| same(uri, requested)),
        }
    }
}

fn same(registered: &str, requested: &str) -> bool {
    registered == requested
        || matches!((without_loopback_port(registered), without_loopback_port(requested)), (Some(a), Some(b)) if a == b)
}

/// The URI with its port cut out, if it is plain http to a loopback host; the rest stays as written.
fn without_loopback_port(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let host = match authority.rsplit_once(':') {
        Some((host, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            host
        }
        _ => authority,
    };
    is_loopback(host).then(|| format!("http://{host}{tail}"))
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Whether a URI is plain http to this machine.
pub(crate) fn is_loopback_http(uri: &str) -> bool {
    without_loopback_port(uri).is_some()
}

/// Whether a URI may be registered: absolute, no fragment, https, loopback http or a private-use scheme (RFC 8252 §7.1).
pub(crate) fn may_register(uri: &str, plain_http: bool) -> Result<(), String> {
    let url = Url::parse(uri).map_err(|error| format!("{uri} is not an absolute URI: {error}"))?;
    if uri.contains('#') {
        return Err(format!("{uri} has a fragment"));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if plain_http || is_loopback_http(uri) => Ok(()),
        "http" => Err(format!(
            "{uri} is plain http to a host that is not loopback"
        )),
        "javascript" | "data" | "file" | "vbscript" | "about" | "blob" => {
            Err(format!("{uri} has a forbidden scheme"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(registered: &str, requested: &str) -> bool {
        RedirectPolicy::Conforming.allows(&[registered.to_owned()], requested)
    }

    #[test]
    fn the_port_of_a_loopback_host_is_free() {
        assert!(allows("http://127.0.0.1/cb", "http://127.0.0.1:4711/cb"));
        assert!(allows("http://localhost:1/cb", "http://localhost:2/cb"));
        assert!(allows("http://[::1]:1/cb", "http://[::1]/cb"));
    }

    #[test]
    fn everything_else_is_compared_exactly() {
        assert!(!allows("http://localhost:1/cb", "http://127.0.0.1:1/cb"));
        assert!(!allows("http://localhost:1/cb", "http://localhost:1/cb/"));
        assert!(!allows("https://a.example/cb", "https://a.example:444/cb"));
        assert!(!allows(
            "http://localhost.evil.example/cb",
            "http://localhost.evil.example:1/cb"
        ));
    }

    #[test]
    fn plain_http_and_script_schemes_cannot_be_registered() {
        assert!(may_register("http://evil.example/cb", false).is_err());
        assert!(may_register("javascript:alert(1)", false).is_err());
        assert!(may_register("https://a.example/cb#x", false).is_err());
        assert!(may_register("cursor://callback", false).is_ok());
    }
}
