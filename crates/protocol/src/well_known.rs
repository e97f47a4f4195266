//! Where metadata is looked for: well-known URLs built from a server URL or an issuer, as text.

use crate::url_text::{self, UrlParts};
use authscope_model::revision::MetadataCandidate;

const PRM: &str = "/.well-known/oauth-protected-resource";
const RFC8414: &str = "/.well-known/oauth-authorization-server";
const OIDC: &str = "/.well-known/openid-configuration";

/// The path-inserted PRM URL (RFC 9728 §3.1): path and query of the server URL follow the well-known
/// string. `None` when there is no path or query to insert (then [`prm_root`] is the only URL), or when
/// the text is not a URL with a host.
#[must_use]
pub fn prm_path_inserted(server_url: &str) -> Option<String> {
    let parts = with_host(server_url)?;
    let path = if parts.path == "/" { "" } else { parts.path };
    if path.is_empty() && parts.query.is_none() {
        return None;
    }
    let query = parts.query.map(|query| format!("?{query}"));
    let query = query.unwrap_or_default();
    Some(format!("{}{PRM}{path}{query}", origin_of(&parts)))
}

/// The PRM URL at the root of the server's origin.
#[must_use]
pub fn prm_root(server_url: &str) -> Option<String> {
    let parts = with_host(server_url)?;
    Some(format!("{}{PRM}", origin_of(&parts)))
}

/// The metadata URLs of an issuer in the order of the ladder; a URL that came before is left out (an
/// issuer without a path has one URL per document kind).
#[must_use]
pub fn as_candidates(
    issuer: &str,
    ladder: &[MetadataCandidate],
) -> Vec<(MetadataCandidate, String)> {
    let Some(parts) = with_host(issuer) else {
        return Vec::new();
    };
    let mut candidates: Vec<(MetadataCandidate, String)> = Vec::new();
    for candidate in ladder {
        let url = as_metadata_url(&parts, *candidate);
        if candidates.iter().all(|(_, seen)| *seen != url) {
            candidates.push((*candidate, url));
        }
    }
    candidates
}

fn as_metadata_url(parts: &UrlParts<'_>, candidate: MetadataCandidate) -> String {
    let origin = origin_of(parts);
    // RFC 8414 §3.1 and OpenID Connect Discovery §4.1: a terminating slash goes before inserting or appending.
    let path = parts.path.strip_suffix('/').unwrap_or(parts.path);
    match candidate {
        MetadataCandidate::Rfc8414Origin => format!("{origin}{RFC8414}"),
        MetadataCandidate::Rfc8414Insertion => format!("{origin}{RFC8414}{path}"),
        MetadataCandidate::OidcInsertion => format!("{origin}{OIDC}{path}"),
        MetadataCandidate::OidcAppending => format!("{origin}{path}{OIDC}"),
    }
}

/// The origin of an MCP server: the authorization base URL of 2025-03-26, without a slash at the end.
#[must_use]
pub fn mcp_origin(url: &str) -> Option<String> {
    with_host(url).map(|parts| origin_of(&parts))
}

fn with_host(url: &str) -> Option<UrlParts<'_>> {
    url_text::split(url).filter(|parts| !parts.host.is_empty())
}

fn origin_of(parts: &UrlParts<'_>) -> String {
    let port = parts.port.map(|port| format!(":{port}"));
    format!(
        "{}://{}{}",
        parts.scheme,
        parts.host,
        port.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use authscope_model::Revision;

    #[test]
    fn prm_urls() {
        let inserted = |url| prm_path_inserted(url);
        assert_eq!(
            inserted("https://h:1/a/mcp?x=y#f").as_deref(),
            Some("https://h:1/.well-known/oauth-protected-resource/a/mcp?x=y")
        );
        assert_eq!(
            inserted("https://h/mcp/").as_deref(),
            Some("https://h/.well-known/oauth-protected-resource/mcp/")
        );
        assert_eq!(
            inserted("https://h/?k=v").as_deref(),
            Some("https://h/.well-known/oauth-protected-resource?k=v")
        );
        assert_eq!(inserted("https://h/"), None);
        assert_eq!(inserted("https://h"), None);
        assert_eq!(inserted("nonsense"), None);
        assert_eq!(
            prm_root("https://h/mcp").as_deref(),
            Some("https://h/.well-known/oauth-protected-resource")
        );
    }

    fn urls(issuer: &str, revision: Revision) -> Vec<String> {
        let ladder = revision.behaviour().metadata_ladder;
        let candidates = as_candidates(issuer, ladder);
        candidates.into_iter().map(|(_, url)| url).collect()
    }

    #[test]
    fn an_issuer_with_a_path_has_three_urls() {
        let expected = [
            "https://h/.well-known/oauth-authorization-server/realms/x",
            "https://h/.well-known/openid-configuration/realms/x",
            "https://h/realms/x/.well-known/openid-configuration",
        ];
        assert_eq!(urls("https://h/realms/x", Revision::V2025_11_25), expected);
        assert_eq!(urls("https://h/realms/x/", Revision::V2025_11_25), expected);
    }

    #[test]
    fn a_root_issuer_has_two() {
        let expected = [
            "https://h/.well-known/oauth-authorization-server",
            "https://h/.well-known/openid-configuration",
        ];
        assert_eq!(urls("https://h", Revision::V2026_07_28), expected);
        assert_eq!(urls("https://h/", Revision::V2026_07_28), expected);
    }

    #[test]
    fn older_revisions_know_one() {
        assert_eq!(
            urls("https://h/a", Revision::V2025_03_26),
            ["https://h/.well-known/oauth-authorization-server"]
        );
        assert_eq!(
            urls("https://h/a", Revision::V2025_06_18),
            ["https://h/.well-known/oauth-authorization-server/a"]
        );
        assert!(urls("not a url", Revision::V2025_06_18).is_empty());
    }

    #[test]
    fn the_origin_is_not_normalised() {
        assert_eq!(
            mcp_origin("HTTPS://H:443/mcp").as_deref(),
            Some("HTTPS://H:443")
        );
        assert_eq!(mcp_origin("localhost:3000/mcp"), None);
    }
}
