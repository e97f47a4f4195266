//! The probes by name: what each is called, what it tries, what it may leave behind.

use serde::{Deserialize, Serialize};

/// One probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProbeKind {
    /// A made-up bearer token.
    GarbageToken,
    /// `Authorization: Bearer` without a token.
    EmptyBearer,
    /// The JWT with `alg: none` and no signature.
    UnsignedToken,
    /// The JWT with a changed claim under the old signature.
    TamperedToken,
    /// The token in the query string.
    TokenInQuery,
    /// GET without a token.
    GetWithoutToken,
    /// DELETE without a token.
    DeleteWithoutToken,
    /// POST without a token to the URL with its trailing slash toggled.
    TrailingSlash,
    /// POST `tools/list` without a token, in the session that the token opened.
    OpenCall,
    /// The token under the scheme name `bearer`.
    LowerCaseScheme,
    /// The well-known protected resource metadata, where the challenge named another document.
    WellKnownPrm,
    /// Preflight of the MCP endpoint.
    CorsMcp,
    /// Preflight of the protected resource metadata.
    CorsPrm,
    /// Preflight of the authorization server metadata.
    CorsAsMetadata,
    /// Preflight of the token endpoint.
    CorsToken,
    /// Registration of a plain-http redirect URI on another host.
    DcrHttpRedirect,
    /// Authorization request of a client nobody registered.
    UnknownClient,
    /// Authorization request with a redirect URI nobody registered.
    ForeignRedirect,
    /// Authorization request with a client document whose `client_id` is another URL.
    MismatchedDocument,
    /// Authorization request with another port of the loopback redirect URI.
    OtherLoopbackPort,
    /// Authorization request without `code_challenge`.
    MissingChallenge,
    /// Authorization request with `code_challenge_method=plain`.
    PlainChallenge,
    /// Token request with another verifier.
    WrongVerifier,
    /// Token request without verifier.
    MissingVerifier,
    /// Token request with another redirect URI.
    ForeignRedirectAtToken,
    /// A code redeemed twice.
    ReusedCode,
    /// A token for another resource, used here.
    ForeignResource,
    /// A refresh token that was rotated out.
    OldRefreshToken,
    /// A token that has expired, where it lives short enough to wait for.
    ExpiredToken,
    /// The token with the `Origin` of somebody else's web page.
    ForeignOrigin,
    /// The protected resource metadata a second time.
    PrmParity,
    /// The authorization server metadata a second time.
    AsMetadataParity,
    /// Authorization request with a `state` of awkward characters.
    StateEcho,
    /// Authorization and token request without `resource`, and the token used here.
    MissingResource,
    /// A code redeemed by another client.
    OtherClient,
}

impl ProbeKind {
    /// All, in the order they run: those that end sessions last, and before them the expired token: what a server
    /// revokes is refused for another reason.
    pub const ALL: [Self; 35] = [
        Self::GetWithoutToken,
        Self::DeleteWithoutToken,
        Self::TrailingSlash,
        Self::OpenCall,
        Self::LowerCaseScheme,
        Self::EmptyBearer,
        Self::GarbageToken,
        Self::UnsignedToken,
        Self::TamperedToken,
        Self::TokenInQuery,
        Self::ForeignOrigin,
        Self::WellKnownPrm,
        Self::PrmParity,
        Self::AsMetadataParity,
        Self::CorsMcp,
        Self::CorsPrm,
        Self::CorsAsMetadata,
        Self::CorsToken,
        Self::UnknownClient,
        Self::ForeignRedirect,
        Self::MismatchedDocument,
        Self::OtherLoopbackPort,
        Self::MissingChallenge,
        Self::PlainChallenge,
        Self::StateEcho,
        Self::DcrHttpRedirect,
        Self::WrongVerifier,
        Self::MissingVerifier,
        Self::ForeignRedirectAtToken,
        Self::ForeignResource,
        Self::MissingResource,
        Self::OtherClient,
        Self::ExpiredToken,
        Self::ReusedCode,
        Self::OldRefreshToken,
    ];

    /// Stable name, used in facts and rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GarbageToken => "garbage-token",
            Self::EmptyBearer => "empty-bearer",
            Self::UnsignedToken => "unsigned-token",
            Self::TamperedToken => "tampered-token",
            Self::TokenInQuery => "token-in-query",
            Self::GetWithoutToken => "get-without-token",
            Self::DeleteWithoutToken => "delete-without-token",
            Self::TrailingSlash => "trailing-slash-without-token",
            Self::OpenCall => "call-without-token",
            Self::LowerCaseScheme => "lower-case-scheme",
            Self::WellKnownPrm => "well-known-metadata",
            Self::CorsMcp => "cors-mcp",
            Self::CorsPrm => "cors-prm",
            Self::CorsAsMetadata => "cors-as-metadata",
            Self::CorsToken => "cors-token",
            Self::DcrHttpRedirect => "dcr-http-redirect",
            Self::UnknownClient => "unknown-client",
            Self::ForeignRedirect => "unregistered-redirect",
            Self::MismatchedDocument => "mismatched-client-document",
            Self::OtherLoopbackPort => "other-loopback-port",
            Self::MissingChallenge => "missing-challenge",
            Self::PlainChallenge => "plain-challenge",
            Self::WrongVerifier => "wrong-verifier",
            Self::MissingVerifier => "missing-verifier",
            Self::ForeignRedirectAtToken => "changed-redirect-at-token",
            Self::ReusedCode => "reused-code",
            Self::ForeignResource => "token-for-other-resource",
            Self::OldRefreshToken => "old-refresh-token",
            Self::ExpiredToken => "expired-token",
            Self::ForeignOrigin => "foreign-origin",
            Self::PrmParity => "prm-again",
            Self::AsMetadataParity => "as-metadata-again",
            Self::StateEcho => "state-echo",
            Self::MissingResource => "token-without-resource",
            Self::OtherClient => "code-of-other-client",
        }
    }

    /// What is tried, in a few words.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::GarbageToken => "a made-up token at the MCP server",
            Self::EmptyBearer => "an empty Bearer credential at the MCP server",
            Self::UnsignedToken => "the token with alg=none and no signature",
            Self::TamperedToken => "the token with a changed expiry under the old signature",
            Self::TokenInQuery => "the token in the query string",
            Self::GetWithoutToken => "GET without a token",
            Self::DeleteWithoutToken => "DELETE without a token",
            Self::TrailingSlash => {
                "POST without a token to the URL with the trailing slash toggled"
            }
            Self::OpenCall => "tools/list without a token, in the session of the token",
            Self::LowerCaseScheme => "the token under the scheme name `bearer`",
            Self::WellKnownPrm => "the well-known metadata beside the one of the challenge",
            Self::CorsMcp => "CORS preflight of the MCP endpoint",
            Self::CorsPrm => "CORS preflight of the protected resource metadata",
            Self::CorsAsMetadata => "CORS preflight of the authorization server metadata",
            Self::CorsToken => "CORS preflight of the token endpoint",
            Self::DcrHttpRedirect => "registering a plain-http redirect URI of another host",
            Self::UnknownClient => "an authorization request of an unknown client",
            Self::ForeignRedirect => "an authorization request with an unregistered redirect URI",
            Self::MismatchedDocument => {
                "an authorization request with a client document of another client_id"
            }
            Self::OtherLoopbackPort => {
                "an authorization request with another port of the loopback redirect URI"
            }
            Self::MissingChallenge => "an authorization request without code_challenge",
            Self::PlainChallenge => "an authorization request with code_challenge_method=plain",
            Self::WrongVerifier => "a token request with another code_verifier",
            Self::MissingVerifier => "a token request without code_verifier",
            Self::ForeignRedirectAtToken => "a token request with another redirect_uri",
            Self::ReusedCode => "a code redeemed twice",
            Self::ForeignResource => "a token for another resource at this MCP server",
            Self::OldRefreshToken => "a refresh token that was already used",
            Self::ExpiredToken => "the token after it has expired",
            Self::ForeignOrigin => "the token with the Origin of a foreign web page",
            Self::PrmParity => "the protected resource metadata a second time",
            Self::AsMetadataParity => "the authorization server metadata a second time",
            Self::StateEcho => "an authorization request with special characters in state",
            Self::MissingResource => "a token asked for without resource at this MCP server",
            Self::OtherClient => "a code redeemed by another client",
        }
    }

    /// What it may do to the server, for the person who decides whether to run it.
    #[must_use]
    pub const fn side_effect(self) -> &'static str {
        match self {
            Self::LowerCaseScheme => "The real access token is used once more, as any client may.",
            Self::WellKnownPrm | Self::PrmParity | Self::AsMetadataParity => {
                "Reads a public document."
            }
            Self::ForeignOrigin => "The real access token is used once more, as from a web page.",
            Self::ExpiredToken => {
                "Waits until the access token has expired, for 45 seconds at most, and uses it once more."
            }
            Self::MissingResource => {
                "A further token, asked for without resource, is sent to this MCP server. Runs only where no person has to sign in."
            }
            Self::OtherClient => {
                "A client named \"authscope probe\" stays registered, and one code is spent. Runs only where no person has to sign in."
            }
            Self::MismatchedDocument => {
                "One authorization request without cookies; the authorization server may fetch a client document from authscope."
            }
            Self::GetWithoutToken | Self::TrailingSlash | Self::OpenCall | Self::EmptyBearer => {
                "One request that has to be refused; it may show in the server's log."
            }
            Self::DeleteWithoutToken => {
                "No session is named, so nothing is deleted; a server without any check might end one."
            }
            Self::GarbageToken | Self::UnsignedToken | Self::TamperedToken => {
                "One refused token; a server may count it as an attack and slow this address down."
            }
            Self::TokenInQuery => {
                "The real access token travels in the URL and may stay in logs of the server and of proxies. Revoke it afterwards."
            }
            Self::CorsMcp | Self::CorsPrm | Self::CorsAsMetadata | Self::CorsToken => {
                "A preflight changes nothing."
            }
            Self::UnknownClient
            | Self::ForeignRedirect
            | Self::OtherLoopbackPort
            | Self::MissingChallenge
            | Self::StateEcho
            | Self::PlainChallenge => {
                "One authorization request without cookies; nobody is signed in. The server may log it as an attempt."
            }
            Self::DcrHttpRedirect => {
                "Where it is not refused, a client named \"authscope probe\" stays registered. Remove it by hand."
            }
            Self::WrongVerifier | Self::MissingVerifier | Self::ForeignRedirectAtToken => {
                "One authorization and one code, which is spent without a token. Runs only where no person has to sign in."
            }
            Self::ForeignResource => {
                "A token for another resource, if the server issues it, is sent to this MCP server. Runs only where no person has to sign in."
            }
            Self::ReusedCode => {
                "A correct server revokes the tokens of a code that comes twice. Runs only where no person has to sign in, on a code of its own."
            }
            Self::OldRefreshToken => {
                "A correct server may revoke every token of this sign-in: afterwards you have to sign in again."
            }
        }
    }

    /// Name and purpose, as recorded with its exchanges.
    #[must_use]
    pub fn label(self) -> String {
        format!("{}: {}", self.name(), self.purpose())
    }

    /// Whether a right answer is a success: the others must be refused.
    pub(super) const fn wants_success(self) -> bool {
        matches!(
            self,
            Self::LowerCaseScheme
                | Self::WellKnownPrm
                | Self::OtherLoopbackPort
                | Self::PrmParity
                | Self::AsMetadataParity
                | Self::StateEcho
                | Self::CorsMcp
                | Self::CorsPrm
                | Self::CorsAsMetadata
                | Self::CorsToken
        )
    }

    /// Whether the probe needs an authorization of its own.
    pub(super) const fn needs_code(self) -> bool {
        matches!(
            self,
            Self::WrongVerifier
                | Self::MissingVerifier
                | Self::ForeignRedirectAtToken
                | Self::ReusedCode
                | Self::ForeignResource
                | Self::MissingResource
                | Self::OtherClient
        )
    }
}
