//! Who can reach whom, as far as host names and addresses tell: whether an authorization server can fetch a
//! document of ours.

use crate::url_text;

/// From where a host is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// From the same machine only.
    Machine,
    /// From a private network.
    Network,
    /// From anywhere.
    Anywhere,
}

fn reach(url: &str) -> Option<Reach> {
    let host = url_text::split(url).map(|parts| parts.host.to_owned())?;
    Some(if host.is_empty() {
        return None;
    } else if url_text::is_loopback_host(&host) {
        Reach::Machine
    } else if is_private_host(&host) {
        Reach::Network
    } else {
        Reach::Anywhere
    })
}

/// Whether a host is of a private network by its address or its name.
#[must_use]
pub fn is_private_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => {
            ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        Ok(std::net::IpAddr::V6(ip)) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified()
        }
        Err(_) => {
            let lower = bare.to_ascii_lowercase();
            let inner = [".local", ".internal", ".svc", ".cluster.local", ".lan"];
            !lower.contains('.') && lower != "localhost"
                || inner.iter().any(|end| lower.ends_with(end))
        }
    }
}

/// Why a server elsewhere (its issuer, or the MCP server's URL) cannot use the client document at `document`, and the
/// ways out; `None` when nothing speaks against it.
#[must_use]
pub fn document_unreachable(document: &str, server: &str) -> Option<String> {
    let (ours, theirs) = (reach(document)?, reach(server)?);
    let why = match (ours, theirs) {
        (Reach::Machine, Reach::Network | Reach::Anywhere) => "is an address of this machine only",
        (Reach::Network, Reach::Anywhere) => "is an address of a private network",
        (Reach::Network | Reach::Anywhere, _) if !document.starts_with("https://") => {
            "is not https, which the URL of a client document must be"
        }
        _ => return None,
    };
    let host = url_text::split(server).map_or(server, |parts| parts.authority);
    Some(format!(
        "The client document {document} {why}, so an authorization server such as that of {host} cannot use it. Ways \
         out: start authscope with --public-url and an https address that can be reached from there, name a document \
         hosted elsewhere (client metadata URL), use dynamic registration, or enter the id of a registered client."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_reached_from_where_its_host_is_known() {
        let local = "http://127.0.0.1:7007/oauth/client/x/metadata.json";
        for (document, server, want) in [
            (local, "https://as.example.com", Some("this machine only")),
            (local, "https://192.168.1.2", Some("this machine only")),
            (local, "http://localhost:3000/mcp", None),
            ("https://[::1]/m", "http://127.0.0.1", None),
            (
                "https://10.0.0.5/m",
                "https://as.example.com",
                Some("private network"),
            ),
            (
                "https://debug.internal/m",
                "https://as.example.com",
                Some("private network"),
            ),
            ("https://10.0.0.5/m", "https://10.0.0.9", None),
            ("http://10.0.0.5/m", "https://10.0.0.9", Some("not https")),
            (
                "http://debug.example.com/m",
                "https://as.example.com",
                Some("not https"),
            ),
            (
                "https://debug.example.com/m",
                "https://as.example.com",
                None,
            ),
            ("https://debug.example.com/m", "nonsense", None),
        ] {
            let got = document_unreachable(document, server);
            match want {
                Some(part) => assert!(
                    got.as_ref().is_some_and(|t| t.contains(part)),
                    "{document} {server}: {got:?}"
                ),
                None => assert_eq!(got, None, "{document} {server}"),
            }
        }
        let words = document_unreachable(local, "https://as.example.com").unwrap();
        for way in [
            "--public-url",
            "hosted elsewhere",
            "dynamic registration",
            "registered client",
        ] {
            assert!(words.contains(way), "{words}");
        }
    }
}
