//! Reference ids and where they lead: one table of prefixes, the longest match counts.

use authscope_model::Revision;
use authscope_model::finding::Reference;

/// A family of references: ids that begin with `prefix` lead to `url` followed by the rest of the id.
struct Family {
    prefix: &'static str,
    title: &'static str,
    url: &'static str,
}

const fn family(prefix: &'static str, title: &'static str, url: &'static str) -> Family {
    Family { prefix, title, url }
}

/// One row per specification. Rows whose URL ends in `section-` take section numbers, the others anchors.
const FAMILIES: &[Family] = &[
    family(
        "MCP-2025-03-26-authorization#",
        "MCP 2025-03-26, Authorization: ",
        "https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization#",
    ),
    family(
        "MCP-2025-06-18-authorization#",
        "MCP 2025-06-18, Authorization: ",
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization#",
    ),
    family(
        "MCP-2025-11-25-authorization#",
        "MCP 2025-11-25, Authorization: ",
        "https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#",
    ),
    family(
        "MCP-2026-07-28-authorization#",
        "MCP 2026-07-28, Authorization: ",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#",
    ),
    family(
        "MCP-2026-07-28-discovery#",
        "MCP 2026-07-28, Authorization Server Discovery: ",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/authorization-server-discovery#",
    ),
    family(
        "MCP-2026-07-28-registration#",
        "MCP 2026-07-28, Client Registration: ",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/client-registration#",
    ),
    family(
        "MCP-2026-07-28-security#",
        "MCP 2026-07-28, Security Considerations: ",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/security-considerations#",
    ),
    family(
        "MCP-2025-03-26-transports#",
        "MCP 2025-03-26, Transports: ",
        "https://modelcontextprotocol.io/specification/2025-03-26/basic/transports#",
    ),
    family(
        "MCP-2025-06-18-transports#",
        "MCP 2025-06-18, Transports: ",
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#",
    ),
    family(
        "MCP-2025-11-25-transports#",
        "MCP 2025-11-25, Transports: ",
        "https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#",
    ),
    family(
        "MCP-2026-07-28-transports#",
        "MCP 2026-07-28, Streamable HTTP: ",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#",
    ),
    family(
        "MCP-2025-11-25-tools#",
        "MCP 2025-11-25, Tools: ",
        "https://modelcontextprotocol.io/specification/2025-11-25/server/tools#",
    ),
    family(
        "MCP-2025-11-25-lifecycle#",
        "MCP 2025-11-25, Lifecycle: ",
        "https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#",
    ),
    family(
        "MCP-2026-07-28-versioning#",
        "MCP 2026-07-28, Versioning: ",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#",
    ),
    family(
        "MCP-security-best-practices#",
        "MCP security best practices: ",
        "https://modelcontextprotocol.io/docs/tutorials/security/security_best_practices#",
    ),
    family(
        "MCP-ext-client-credentials#",
        "MCP extension, OAuth Client Credentials: ",
        "https://modelcontextprotocol.io/extensions/auth/oauth-client-credentials#",
    ),
    family(
        "MCP-ext-enterprise#",
        "MCP extension, Enterprise-Managed Authorization: ",
        "https://modelcontextprotocol.io/extensions/auth/enterprise-managed-authorization#",
    ),
    family(
        "RFC6749-",
        "RFC 6749 §",
        "https://www.rfc-editor.org/rfc/rfc6749#section-",
    ),
    family(
        "RFC6749-A",
        "RFC 6749 Appendix A",
        "https://www.rfc-editor.org/rfc/rfc6749#appendix-A",
    ),
    family(
        "RFC6749-B",
        "RFC 6749 Appendix B",
        "https://www.rfc-editor.org/rfc/rfc6749#appendix-B",
    ),
    family(
        "RFC6750-",
        "RFC 6750 §",
        "https://www.rfc-editor.org/rfc/rfc6750#section-",
    ),
    family(
        "RFC7009-",
        "RFC 7009 §",
        "https://www.rfc-editor.org/rfc/rfc7009#section-",
    ),
    family(
        "RFC7515-",
        "RFC 7515 §",
        "https://www.rfc-editor.org/rfc/rfc7515#section-",
    ),
    family(
        "RFC7517-",
        "RFC 7517 §",
        "https://www.rfc-editor.org/rfc/rfc7517#section-",
    ),
    family(
        "RFC7519-",
        "RFC 7519 §",
        "https://www.rfc-editor.org/rfc/rfc7519#section-",
    ),
    family(
        "RFC7523-",
        "RFC 7523 §",
        "https://www.rfc-editor.org/rfc/rfc7523#section-",
    ),
    family(
        "RFC7591-",
        "RFC 7591 §",
        "https://www.rfc-editor.org/rfc/rfc7591#section-",
    ),
    family(
        "RFC7592-",
        "RFC 7592 §",
        "https://www.rfc-editor.org/rfc/rfc7592#section-",
    ),
    family(
        "RFC7636-",
        "RFC 7636 §",
        "https://www.rfc-editor.org/rfc/rfc7636#section-",
    ),
    family(
        "RFC7662-",
        "RFC 7662 §",
        "https://www.rfc-editor.org/rfc/rfc7662#section-",
    ),
    family(
        "RFC8252-",
        "RFC 8252 §",
        "https://www.rfc-editor.org/rfc/rfc8252#section-",
    ),
    family(
        "RFC8259-",
        "RFC 8259 §",
        "https://www.rfc-editor.org/rfc/rfc8259#section-",
    ),
    family(
        "RFC8414-",
        "RFC 8414 §",
        "https://www.rfc-editor.org/rfc/rfc8414#section-",
    ),
    family(
        "RFC8628-",
        "RFC 8628 §",
        "https://www.rfc-editor.org/rfc/rfc8628#section-",
    ),
    family(
        "RFC8693-",
        "RFC 8693 §",
        "https://www.rfc-editor.org/rfc/rfc8693#section-",
    ),
    family(
        "RFC8707-",
        "RFC 8707 §",
        "https://www.rfc-editor.org/rfc/rfc8707#section-",
    ),
    family(
        "RFC8725-",
        "RFC 8725 §",
        "https://www.rfc-editor.org/rfc/rfc8725#section-",
    ),
    family(
        "RFC9068-",
        "RFC 9068 §",
        "https://www.rfc-editor.org/rfc/rfc9068#section-",
    ),
    family(
        "RFC9101-",
        "RFC 9101 §",
        "https://www.rfc-editor.org/rfc/rfc9101#section-",
    ),
    family(
        "RFC9110-",
        "RFC 9110 §",
        "https://www.rfc-editor.org/rfc/rfc9110#section-",
    ),
    family(
        "RFC9126-",
        "RFC 9126 §",
        "https://www.rfc-editor.org/rfc/rfc9126#section-",
    ),
    family(
        "RFC9207-",
        "RFC 9207 §",
        "https://www.rfc-editor.org/rfc/rfc9207#section-",
    ),
    family(
        "RFC9449-",
        "RFC 9449 §",
        "https://www.rfc-editor.org/rfc/rfc9449#section-",
    ),
    family(
        "RFC9700-",
        "RFC 9700 §",
        "https://www.rfc-editor.org/rfc/rfc9700#section-",
    ),
    family(
        "RFC9728-",
        "RFC 9728 §",
        "https://www.rfc-editor.org/rfc/rfc9728#section-",
    ),
    family(
        "OAuth-2.1-",
        "OAuth 2.1 (draft) §",
        "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13#section-",
    ),
    family(
        "CIMD-",
        "OAuth Client ID Metadata Document (draft) §",
        "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-00#section-",
    ),
    family(
        "OIDC-Discovery-",
        "OpenID Connect Discovery 1.0 §",
        "https://openid.net/specs/openid-connect-discovery-1_0.html#rfc.section.",
    ),
    family(
        "OIDC-Core-",
        "OpenID Connect Core 1.0 §",
        "https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.",
    ),
    family(
        "OIDC-Registration-",
        "OpenID Connect Dynamic Client Registration 1.0 §",
        "https://openid.net/specs/openid-connect-registration-1_0.html#rfc.section.",
    ),
    family(
        "Fetch#",
        "Fetch standard: ",
        "https://fetch.spec.whatwg.org/#",
    ),
    family(
        "CSP3#",
        "Content Security Policy Level 3: ",
        "https://www.w3.org/TR/CSP3/#",
    ),
    family(
        "Entra#",
        "Microsoft Entra error codes: ",
        "https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#",
    ),
];

/// The reference with an id; `None` when no row of the table matches or nothing follows the prefix.
#[must_use]
pub fn reference(id: &str) -> Option<Reference> {
    let family = FAMILIES
        .iter()
        .filter(|f| id.starts_with(f.prefix))
        .max_by_key(|f| f.prefix.len())?;
    let rest = id.strip_prefix(family.prefix)?;
    // A row whose URL ends in a separator needs something after it.
    if rest.is_empty() && family.url.ends_with(['#', '-', '.']) {
        return None;
    }
    let words = if family.prefix.ends_with('#') {
        rest.replace('-', " ")
    } else {
        rest.to_owned()
    };
    Some(Reference {
        id: id.to_owned(),
        title: format!("{}{words}", family.title),
        url: format!("{}{rest}", family.url),
    })
}

/// The references of a rule in a revision: of pages of the MCP specification only those of that revision,
/// or, when the rule names none, the nearest it names.
#[must_use]
pub fn references_of(ids: &[&str], revision: Revision) -> Vec<Reference> {
    let dated = |id: &str| {
        Revision::ALL
            .into_iter()
            .find(|r| id.starts_with(&format!("MCP-{r}-")))
    };
    let own = ids.iter().any(|id| dated(id) == Some(revision));
    let nearest = ids
        .iter()
        .filter_map(|id| dated(id))
        .max_by_key(|r| (*r <= revision, *r));
    let wanted = if own { Some(revision) } else { nearest };
    ids.iter()
        .filter(|id| dated(id).is_none() || dated(id) == wanted)
        .filter_map(|id| reference(id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_anchors_resolve() {
        let found = reference("RFC9728-3.3").unwrap();
        assert_eq!(found.title, "RFC 9728 §3.3");
        assert_eq!(
            found.url,
            "https://www.rfc-editor.org/rfc/rfc9728#section-3.3"
        );
        let found = reference("MCP-2025-11-25-authorization#token-handling").unwrap();
        assert_eq!(found.title, "MCP 2025-11-25, Authorization: token handling");
        assert_eq!(reference("RFC6749-B").unwrap().title, "RFC 6749 Appendix B");
        assert_eq!(reference("RFC9999-1"), None);
        assert_eq!(reference("RFC9728-"), None);
    }

    #[test]
    fn only_the_pages_of_the_revision_are_kept() {
        let ids = [
            "RFC9728-5.1",
            "MCP-2025-06-18-authorization#authorization-server-location",
            "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        ];
        let of = |revision| -> Vec<String> {
            references_of(&ids, revision)
                .into_iter()
                .map(|r| r.id)
                .collect()
        };
        assert_eq!(of(Revision::V2025_06_18), ids[..2]);
        assert_eq!(of(Revision::V2025_11_25), [ids[0], ids[2]]);
        assert_eq!(of(Revision::V2026_07_28), [ids[0], ids[2]]);
    }
}
