//! Who takes part in a flow, its phases, and the kinds of steps.
//!
//! To add a step: a [`StepKind`] variant with its row in [`StepKind::phase`] and [`StepKind::title`],
//! and a file in `protocol::flow::steps` that prepares and absorbs it.

use serde::{Deserialize, Serialize};

/// A lifeline of the diagram, in fixed order from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Participant {
    /// The person and their browser.
    You,
    /// authscope, in the role of the MCP client.
    Client,
    /// The MCP server (OAuth resource server).
    McpServer,
    /// The authorization server in use.
    AuthorizationServer,
    /// An identity provider that issues an assertion (enterprise-managed authorization).
    IdentityProvider,
    /// A host that is none of the above (a redirect target, a document host).
    Other,
}

impl Participant {
    /// Every participant, left to right.
    pub const ALL: [Self; 6] = [
        Self::You,
        Self::Client,
        Self::McpServer,
        Self::AuthorizationServer,
        Self::IdentityProvider,
        Self::Other,
    ];

    /// The name shown above the lifeline.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::You => "You",
            Self::Client => "authscope",
            Self::McpServer => "MCP server",
            Self::AuthorizationServer => "Authorization server",
            Self::IdentityProvider => "Identity provider",
            Self::Other => "Other host",
        }
    }

    /// Initials for narrow screens.
    #[must_use]
    pub const fn initials(self) -> &'static str {
        match self {
            Self::You => "You",
            Self::Client => "a",
            Self::McpServer => "MCP",
            Self::AuthorizationServer => "AS",
            Self::IdentityProvider => "IdP",
            Self::Other => "?",
        }
    }
}

/// A phase of the flow, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Phase {
    /// The unauthenticated MCP request and its challenge.
    Probe,
    /// Protected resource metadata.
    DiscoverResource,
    /// Authorization server metadata.
    DiscoverAuthorizationServer,
    /// Client registration.
    Register,
    /// The authorization request; the person's turn.
    Authorize,
    /// The authorization response.
    Callback,
    /// Code for token.
    Token,
    /// The MCP server called with the token.
    Call,
    /// Refresh, revocation, introspection, userinfo.
    Lifecycle,
    /// More scopes for one operation.
    StepUp,
    /// Opt-in negative probes.
    NegativeProbes,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 11] = [
        Self::Probe,
        Self::DiscoverResource,
        Self::DiscoverAuthorizationServer,
        Self::Register,
        Self::Authorize,
        Self::Callback,
        Self::Token,
        Self::Call,
        Self::Lifecycle,
        Self::StepUp,
        Self::NegativeProbes,
    ];

    /// The heading of the phase.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Probe => "Probe",
            Self::DiscoverResource => "Discover resource",
            Self::DiscoverAuthorizationServer => "Discover authorization server",
            Self::Register => "Register",
            Self::Authorize => "Authorize",
            Self::Callback => "Callback",
            Self::Token => "Token",
            Self::Call => "Call the MCP server",
            Self::Lifecycle => "Token life",
            Self::StepUp => "Step-up",
            Self::NegativeProbes => "Negative probes",
        }
    }
}

/// The kind of one step. Every exchange has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StepKind {
    /// First MCP request, without a token.
    Probe,
    /// PRM at the URL of the challenge.
    PrmFromChallenge,
    /// PRM at the path-inserted well-known URI.
    PrmPathInserted,
    /// PRM at the root well-known URI.
    PrmRoot,
    /// Authorization server metadata, RFC 8414 at the origin (2025-03-26).
    AsMetadataOrigin,
    /// Authorization server metadata, RFC 8414 with path insertion.
    AsMetadataRfc8414,
    /// Authorization server metadata, OpenID discovery with path insertion.
    AsMetadataOidcInsertion,
    /// Authorization server metadata, OpenID discovery appended to the issuer.
    AsMetadataOidcAppending,
    /// Dynamic client registration (RFC 7591).
    Register,
    /// Reading the registration back (RFC 7592).
    RegistrationRead,
    /// Updating the registration (RFC 7592).
    RegistrationUpdate,
    /// Deleting the registration (RFC 7592).
    RegistrationDelete,
    /// We read the client document of the person's own as an authorization server does.
    ClientDocumentCheck,
    /// The authorization server fetches our client document (CIMD).
    ClientDocumentFetch,
    /// The authorization server fetches our JWKS.
    ClientJwksFetch,
    /// Pushed authorization request (RFC 9126).
    PushedAuthorization,
    /// The authorization request, tried without a browser before a person is sent there; hops included.
    DryRun,
    /// The authorization request, through the browser.
    Authorize,
    /// A hop of the authorization leg that we followed ourselves.
    AuthorizeHop,
    /// The authorization response at our redirect URI.
    Callback,
    /// Code for token.
    Token,
    /// Client credentials grant.
    ClientCredentials,
    /// Token exchange at the identity provider (RFC 8693).
    TokenExchange,
    /// JWT bearer grant (RFC 7523).
    JwtBearer,
    /// Device authorization request (RFC 8628).
    DeviceAuthorization,
    /// Polling the token endpoint for a device code.
    DevicePoll,
    /// The authorization server's keys.
    Jwks,
    /// Authenticated `initialize`.
    McpInitialize,
    /// `notifications/initialized`.
    McpInitialized,
    /// `server/discover` (stateless MCP).
    McpDiscover,
    /// `tools/list`.
    McpToolsList,
    /// `tools/call`.
    McpToolsCall,
    /// `resources/list`.
    McpResourcesList,
    /// `prompts/list`.
    McpPromptsList,
    /// Refresh.
    Refresh,
    /// Revocation (RFC 7009).
    Revoke,
    /// Introspection (RFC 7662).
    Introspect,
    /// OpenID Connect userinfo.
    Userinfo,
    /// An edited request a person sent again.
    Resend,
    /// An opt-in negative probe.
    NegativeProbe,
    /// A step this version does not know (a newer recording).
    #[serde(other)]
    Unknown,
}

impl StepKind {
    /// The phase the step belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Probe => Phase::Probe,
            Self::PrmFromChallenge | Self::PrmPathInserted | Self::PrmRoot => {
                Phase::DiscoverResource
            }
            Self::AsMetadataOrigin
            | Self::AsMetadataRfc8414
            | Self::AsMetadataOidcInsertion
            | Self::AsMetadataOidcAppending => Phase::DiscoverAuthorizationServer,
            Self::Register
            | Self::RegistrationRead
            | Self::RegistrationUpdate
            | Self::RegistrationDelete
            | Self::ClientDocumentCheck => Phase::Register,
            Self::ClientDocumentFetch
            | Self::ClientJwksFetch
            | Self::PushedAuthorization
            | Self::DryRun
            | Self::Authorize
            | Self::AuthorizeHop
            | Self::DeviceAuthorization => Phase::Authorize,
            Self::Callback => Phase::Callback,
            Self::Token
            | Self::ClientCredentials
            | Self::TokenExchange
            | Self::JwtBearer
            | Self::DevicePoll
            | Self::Jwks => Phase::Token,
            Self::McpInitialize
            | Self::McpInitialized
            | Self::McpDiscover
            | Self::McpToolsList
            | Self::McpToolsCall
            | Self::McpResourcesList
            | Self::McpPromptsList => Phase::Call,
            Self::Refresh
            | Self::Revoke
            | Self::Introspect
            | Self::Userinfo
            | Self::Resend
            | Self::Unknown => Phase::Lifecycle,
            Self::NegativeProbe => Phase::NegativeProbes,
        }
    }

    /// What the step is, in a few words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Probe => "MCP request without a token",
            Self::PrmFromChallenge => "Protected resource metadata named by the challenge",
            Self::PrmPathInserted => {
                "Protected resource metadata at the path-inserted well-known URI"
            }
            Self::PrmRoot => "Protected resource metadata at the root well-known URI",
            Self::AsMetadataOrigin => "Authorization server metadata at the MCP origin",
            Self::AsMetadataRfc8414 => "Authorization server metadata (RFC 8414)",
            Self::AsMetadataOidcInsertion => "OpenID discovery, path inserted",
            Self::AsMetadataOidcAppending => "OpenID discovery, path appended",
            Self::Register => "Dynamic client registration",
            Self::RegistrationRead => "Registration read back",
            Self::RegistrationUpdate => "Registration updated",
            Self::RegistrationDelete => "Registration deleted",
            Self::ClientDocumentCheck => "Client document read as an authorization server does",
            Self::ClientDocumentFetch => "Client document fetched by the authorization server",
            Self::ClientJwksFetch => "Client keys fetched by the authorization server",
            Self::PushedAuthorization => "Pushed authorization request",
            Self::DryRun => "Authorization request, dry run",
            Self::Authorize => "Authorization request in the browser",
            Self::AuthorizeHop => "Authorization request followed",
            Self::Callback => "Authorization response at the redirect URI",
            Self::Token => "Token request",
            Self::ClientCredentials => "Token request with client credentials",
            Self::TokenExchange => "Token exchange at the identity provider",
            Self::JwtBearer => "Token request with a JWT assertion",
            Self::DeviceAuthorization => "Device authorization request",
            Self::DevicePoll => "Token request with the device code",
            Self::Jwks => "Signing keys of the authorization server",
            Self::McpInitialize => "initialize with the token",
            Self::McpInitialized => "notifications/initialized",
            Self::McpDiscover => "server/discover with the token",
            Self::McpToolsList => "tools/list with the token",
            Self::McpToolsCall => "tools/call with the token",
            Self::McpResourcesList => "resources/list with the token",
            Self::McpPromptsList => "prompts/list with the token",
            Self::Refresh => "Token refresh",
            Self::Revoke => "Token revocation",
            Self::Introspect => "Token introspection",
            Self::Userinfo => "Userinfo",
            Self::Resend => "Edited request sent again",
            Self::NegativeProbe => "Negative probe",
            Self::Unknown => "Other request",
        }
    }

    /// Whether the step is an MCP request that carries the token.
    #[must_use]
    pub const fn is_authenticated_mcp(self) -> bool {
        matches!(self.phase(), Phase::Call)
    }

    /// Whether the step reads protected resource metadata.
    #[must_use]
    pub const fn is_prm(self) -> bool {
        matches!(self.phase(), Phase::DiscoverResource)
    }

    /// Whether the step reads authorization server metadata.
    #[must_use]
    pub const fn is_as_metadata(self) -> bool {
        matches!(self.phase(), Phase::DiscoverAuthorizationServer)
    }
}
