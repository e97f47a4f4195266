//! A URL taken apart by hand, so that what is sent is what was written.
//!
//! Only the host goes through a URL parser: it reads decimal, octal and hexadecimal IPv4 addresses and
//! international names the way browsers do, which the guard relies on.

use authscope_model::exchange::{Failure, FailureKind};
use url::Host;

/// Where a URL leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Whether the scheme is `https`.
    pub(crate) https: bool,
    /// The host as dialled.
    pub(crate) host: Host<String>,
    /// The port, explicit or of the scheme.
    pub(crate) port: u16,
    /// Value of `host`: the authority as written.
    pub(crate) authority: String,
    /// The request target: path and query as written.
    pub(crate) path: String,
}

impl Target {
    /// Takes a URL apart.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        let wrong = |message: String| Failure {
            kind: FailureKind::Url,
            message,
            setting: None,
            received: None,
        };
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| wrong(format!("`{url}` is not an absolute http or https URL")))?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => {
                return Err(wrong(format!(
                    "the scheme `{scheme}` of `{url}` is not dialled; only http and https are"
                )));
            }
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        if let Some((_, host)) = authority.rsplit_once('@') {
            return Err(wrong(format!(
                "the URL has a user name or password in front of the host `{host}`; put credentials into a header instead"
            )));
        }
        let (host_text, port_text) = split_port(authority);
        let host = Host::parse(host_text)
            .map_err(|e| wrong(format!("`{host_text}` in `{url}` is not a host: {e}")))?;
        let port = match port_text {
            None | Some("") => default_port(https),
            Some(text) => parse_port(text)
                .ok_or_else(|| wrong(format!("`{text}` in `{url}` is not a port (1 to 65535)")))?,
        };
        let authority = match is_plain(host_text) {
            true => authority.to_owned(),
            false => with_port(&host, port_text),
        };
        Ok(Self {
            https,
            host,
            port,
            authority,
            path: path_and_query(rest),
        })
    }

    /// Host and port in words.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

const fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    let colon = authority.rfind(':');
    match colon.filter(|c| !authority.get(*c..).unwrap_or_default().contains(']')) {
        Some(colon) => {
            let (host, port) = authority.split_at(colon);
            (host, port.get(1..))
        }
        None => (authority, None),
    }
}

fn parse_port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| text.parse().ok())
        .flatten()
        .filter(|p| *p != 0)
}

fn with_port(host: &Host<String>, port: Option<&str>) -> String {
    match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    }
}

/// Whether a host can be on the wire as written.
fn is_plain(host: &str) -> bool {
    host.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
}

/// Path and query as written; only what would break the request line is percent-encoded.
fn path_and_query(rest: &str) -> String {
    let rest = rest.split('#').next().unwrap_or_default();
    let mut path = String::with_capacity(rest.len() + 1);
    if !rest.starts_with('/') {
        path.push('/');
    }
    for byte in rest.bytes() {
        if byte.is_ascii_graphic() {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Target {
        Target::parse(url).unwrap()
    }

    #[test]
    fn target_and_authority_stay_as_written() {
        for (url, authority, path) in [
            ("https://Example.COM", "Example.COM", "/"),
            ("https://example.com:443/", "example.com:443", "/"),
            (
                "http://example.com:8080/a//b/../c?x=%7e&y",
                "example.com:8080",
                "/a//b/../c?x=%7e&y",
            ),
            ("https://example.com?q#frag", "example.com", "/?q"),
            (
                "https://example.com/a b/ü?\u{1f600}\r\n",
                "example.com",
                "/a%20b/%C3%BC?%F0%9F%98%80%0D%0A",
            ),
            ("HTTP://[::1]:3000/mcp", "[::1]:3000", "/mcp"),
            ("https://bücher.example/", "xn--bcher-kva.example", "/"),
            ("http://a/{b}|^`\"<>", "a", "/{b}|^`\"<>"),
        ] {
            let target = parse(url);
            assert_eq!(target.authority, authority, "{url}");
            assert_eq!(target.path, path, "{url}");
        }
    }

    #[test]
    fn numeric_hosts_are_addresses() {
        for (url, address) in [
            ("http://2130706433/", "127.0.0.1"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://017700000001/", "127.0.0.1"),
            ("http://0xa9fea9fe/", "169.254.169.254"),
            ("http://127.1/", "127.0.0.1"),
            ("http://１２７.0.0.1/", "127.0.0.1"),
            ("http://%31%32%37.0.0.1/", "127.0.0.1"),
        ] {
            assert_eq!(parse(url).host.to_string(), address, "{url}");
        }
    }

    #[test]
    fn what_cannot_be_dialled_is_said() {
        for (url, word) in [
            ("ftp://example.com/", "scheme `ftp`"),
            ("javascript:alert(1)", "not an absolute"),
            ("file:///etc/passwd", "scheme `file`"),
            ("https:///path", "not a host"),
            ("https://user:pw@example.com/", "user name or password"),
            ("https://example.com:0/", "not a port"),
            ("https://example.com:99999/", "not a port"),
            ("https://example.com:8o/", "not a port"),
            ("https://exa mple.com/", "not a host"),
            ("https://a\\@b/", "user name"),
            ("/relative", "not an absolute"),
        ] {
            let failure = Target::parse(url).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Url);
            assert!(failure.message.contains(word), "{url}: {}", failure.message);
            assert!(!failure.message.contains("pw"), "{}", failure.message);
        }
    }
}
