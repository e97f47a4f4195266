//! The MCP spec revisions and the one table of what differs between them.
//!
//! Adding a revision is: a variant of [`Revision`], a [`Behaviour`] row here, requirement rows in the
//! rules crate. No other code compares revisions: it reads the table.

use serde::{Deserialize, Serialize};

/// A published revision of the Model Context Protocol specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Revision {
    /// The MCP server is its own authorization server, found at its origin.
    #[serde(rename = "2025-03-26")]
    V2025_03_26,
    /// Protected resource metadata (RFC 9728) and resource indicators (RFC 8707) arrive.
    #[serde(rename = "2025-06-18")]
    V2025_06_18,
    /// OIDC discovery, client id metadata documents, scope selection, step-up.
    #[serde(rename = "2025-11-25")]
    V2025_11_25,
    /// Stateless MCP, exact issuers, `iss` validation (RFC 9207), credentials bound to an issuer.
    #[serde(rename = "2026-07-28")]
    V2026_07_28,
}

/// How an MCP session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handshake {
    /// `initialize` then `notifications/initialized` (lifecycle).
    Initialize,
    /// No handshake: every request carries `_meta`; `server/discover` tells what the server speaks.
    Stateless,
}

/// When `MCP-Protocol-Version` is sent to the MCP server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionHeader {
    /// Never (the header did not exist).
    Never,
    /// On every request after `initialize`.
    AfterInitialize,
    /// On every POST.
    Always,
}

/// Where protected resource metadata is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrmDiscovery {
    /// The revision has no PRM: the MCP origin is the authorization base URL.
    None,
    /// `resource_metadata` in the challenge is required of the server; the well-known URIs are a courtesy.
    HeaderRequired,
    /// The challenge, else the path-inserted well-known URI, else the root one.
    HeaderThenWellKnown,
}

/// One way to build an authorization server metadata URL from an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MetadataCandidate {
    /// `/.well-known/oauth-authorization-server` at the origin, path dropped (2025-03-26).
    Rfc8414Origin,
    /// `/.well-known/oauth-authorization-server/{path}` (RFC 8414 §3.1; root issuer: no path).
    Rfc8414Insertion,
    /// `/.well-known/openid-configuration/{path}`.
    OidcInsertion,
    /// `{issuer}/.well-known/openid-configuration` (OpenID Connect Discovery §4.1).
    OidcAppending,
}

/// Which scopes a step-up authorization asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUp {
    /// The revision does not describe step-up.
    None,
    /// The challenged scopes, by the scope selection strategy.
    Challenged,
    /// The union of previously requested and challenged scopes.
    Union,
}

/// Strength of a requirement in a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Keyword {
    /// Good practice; no clause demands it.
    Practice,
    /// MAY.
    May,
    /// SHOULD or SHOULD NOT.
    Should,
    /// MUST, MUST NOT or REQUIRED.
    Must,
}

/// What a revision asks of a client, as one row of the behaviour table.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour {
    /// How an MCP session begins.
    pub handshake: Handshake,
    /// When `MCP-Protocol-Version` is sent to the MCP server.
    pub version_header: VersionHeader,
    /// Whether discovery requests carry `MCP-Protocol-Version` (2025-03-26 "Server Metadata Discovery Headers").
    pub version_header_on_metadata: bool,
    /// Where protected resource metadata is looked for.
    pub prm: PrmDiscovery,
    /// Metadata URLs to try, in order. For an issuer without a path, duplicates collapse.
    pub metadata_ladder: &'static [MetadataCandidate],
    /// `/authorize`, `/token`, `/register` at the origin when there is no metadata.
    pub default_endpoints: bool,
    /// Whether metadata whose `issuer` differs must not be used (from RFC 8414 §3.3 or MCP itself).
    pub issuer_must_match: bool,
    /// `resource` in authorization and token requests (RFC 8707).
    pub resource_parameter: bool,
    /// Refuse when `code_challenge_methods_supported` is absent.
    pub pkce_must_be_advertised: bool,
    /// Client id metadata documents are known.
    pub cimd: bool,
    /// DCR is deprecated.
    pub dcr_deprecated: bool,
    /// `application_type` in registration requests.
    pub application_type: bool,
    /// Scope: challenge, else PRM `scopes_supported`, else omitted.
    pub scope_selection: bool,
    /// Which scopes a step-up asks for.
    pub step_up: StepUp,
    /// `iss` of the authorization response is validated by the four-row table.
    pub iss_validation: bool,
    /// `offline_access` is added when the authorization server lists it.
    pub offline_access: bool,
    /// Registered credentials are bound to their issuer and never used with another.
    pub credentials_by_issuer: bool,
}

use MetadataCandidate::{OidcAppending, OidcInsertion, Rfc8414Insertion, Rfc8414Origin};

const V2025_03_26: Behaviour = Behaviour {
    handshake: Handshake::Initialize,
    version_header: VersionHeader::Never,
    version_header_on_metadata: true,
    prm: PrmDiscovery::None,
    metadata_ladder: &[Rfc8414Origin],
    default_endpoints: true,
    issuer_must_match: false,
    resource_parameter: false,
    pkce_must_be_advertised: false,
    cimd: false,
    dcr_deprecated: false,
    application_type: false,
    scope_selection: false,
    step_up: StepUp::None,
    iss_validation: false,
    offline_access: false,
    credentials_by_issuer: false,
};

const V2025_06_18: Behaviour = Behaviour {
    version_header: VersionHeader::AfterInitialize,
    version_header_on_metadata: false,
    prm: PrmDiscovery::HeaderRequired,
    metadata_ladder: &[Rfc8414Insertion],
    default_endpoints: false,
    issuer_must_match: true,
    resource_parameter: true,
    ..V2025_03_26
};

const V2025_11_25: Behaviour = Behaviour {
    prm: PrmDiscovery::HeaderThenWellKnown,
    metadata_ladder: &[Rfc8414Insertion, OidcInsertion, OidcAppending],
    pkce_must_be_advertised: true,
    cimd: true,
    scope_selection: true,
    step_up: StepUp::Challenged,
    ..V2025_06_18
};

const V2026_07_28: Behaviour = Behaviour {
    handshake: Handshake::Stateless,
    version_header: VersionHeader::Always,
    dcr_deprecated: true,
    application_type: true,
    step_up: StepUp::Union,
    iss_validation: true,
    offline_access: true,
    credentials_by_issuer: true,
    ..V2025_11_25
};

impl Revision {
    /// Every revision, oldest first.
    pub const ALL: [Self; 4] = [
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
        Self::V2026_07_28,
    ];

    /// What `auto` uses until the server tells otherwise.
    pub const DEFAULT: Self = Self::V2025_11_25;

    /// The row of the behaviour table.
    #[must_use]
    pub const fn behaviour(self) -> &'static Behaviour {
        match self {
            Self::V2025_03_26 => &V2025_03_26,
            Self::V2025_06_18 => &V2025_06_18,
            Self::V2025_11_25 => &V2025_11_25,
            Self::V2026_07_28 => &V2026_07_28,
        }
    }

    /// The revision's date, as it stands in `protocolVersion`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Reads a revision from its date; `None` when it is not one of the four.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|revision| revision.as_str() == text)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_round_trip() {
        for revision in Revision::ALL {
            assert_eq!(Revision::parse(revision.as_str()), Some(revision));
            let json = serde_json::to_string(&revision).unwrap();
            assert_eq!(json, format!("\"{revision}\""));
        }
        assert_eq!(Revision::parse("2024-11-05"), None);
    }

    #[test]
    fn only_the_first_revision_falls_back_to_default_endpoints() {
        let with: Vec<_> = Revision::ALL
            .into_iter()
            .filter(|r| r.behaviour().default_endpoints)
            .collect();
        assert_eq!(with, [Revision::V2025_03_26]);
    }
}
