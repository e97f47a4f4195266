//! The authorization request as a URL for the browser (RFC 6749 §4.1.1).

use crate::form;

/// The authorization endpoint with the parameters appended. The endpoint is kept byte for byte, with the
/// query it may already have (RFC 6749 §3.1).
#[must_use]
pub fn build_url(endpoint: &str, params: &[(String, String)]) -> String {
    let pairs: Vec<_> = params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    form::append_query(endpoint, &pairs)
}

/// Whether a browser may be sent to a URL: exactly `http://` or `https://` and a host, and no control
/// character (browsers drop some of them, and none may reach a header).
#[must_use]
pub fn scheme_is_safe(url: &str) -> bool {
    if url.contains(char::is_control) {
        return false;
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let host = rest.chars().next();
    known && host.is_some_and(|c| !c.is_whitespace() && !matches!(c, '/' | '\\' | '?' | '#' | ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_follow_an_existing_query() {
        let params = [
            ("response_type".to_owned(), "code".to_owned()),
            ("resource".to_owned(), "https://h".to_owned()),
        ];
        assert_eq!(
            build_url("HTTPS://As.example:443/authorize?p=B2C_1", &params),
            "HTTPS://As.example:443/authorize?p=B2C_1&response_type=code&resource=https%3A%2F%2Fh"
        );
    }

    #[test]
    fn only_web_urls_are_safe() {
        assert!(scheme_is_safe("https://as.example/authorize"));
        assert!(scheme_is_safe("HTTP://localhost:1/a?b=c"));
        for url in [
            "javascript:alert(1)",
            "javascript://as.example/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            " https://as.example",
            "java\nscript://x",
            "https://as.example/\r\nset-cookie: a",
            "https:// x",
            "https://:80",
            "https:as.example",
            "https:///path",
            "https://",
            "",
        ] {
            assert!(!scheme_is_safe(url), "{url}");
        }
    }
}
