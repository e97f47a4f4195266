//! One line on what each step, parameter and header is for.

use authscope_model::StepKind;

/// What a step is for.
pub(crate) const fn step(kind: StepKind) -> &'static str {
    use StepKind as S;
    match kind {
        S::Probe => {
            "The first MCP request, without a token. A protected server answers 401 and says in WWW-Authenticate where its metadata is."
        }
        S::PrmFromChallenge => {
            "Protected resource metadata (RFC 9728) at the URL that the challenge names. It says which resource this is and which authorization servers may issue tokens for it."
        }
        S::PrmPathInserted => {
            "Protected resource metadata at the well-known URI with the server's path behind it. Tried when the challenge names no URL."
        }
        S::PrmRoot => {
            "Protected resource metadata at the well-known URI of the host. The last place to look."
        }
        S::AsMetadataOrigin | S::AsMetadataRfc8414 => {
            "Authorization server metadata (RFC 8414). It lists the endpoints and what the server supports."
        }
        S::AsMetadataOidcInsertion => {
            "OpenID Connect discovery, with the issuer's path behind the well-known part."
        }
        S::AsMetadataOidcAppending => {
            "OpenID Connect discovery, with the well-known part appended to the issuer."
        }
        S::Register => {
            "Dynamic client registration (RFC 7591): the client introduces itself and is given a client id."
        }
        S::RegistrationRead => "Reads the registration back (RFC 7592).",
        S::RegistrationUpdate => "Changes the registration (RFC 7592).",
        S::RegistrationDelete => "Deletes the registration (RFC 7592).",
        S::ClientDocumentFetch => {
            "The authorization server fetches the client's metadata document: with this way of registration the client id is its URL."
        }
        S::ClientJwksFetch => {
            "The authorization server fetches the client's public keys to check its signed assertions."
        }
        S::PushedAuthorization => {
            "The authorization request is handed over directly first (RFC 9126); the browser then carries only a reference."
        }
        S::Authorize => {
            "The browser is sent to the authorization server, where you sign in and consent. PKCE and state tie the answer to this request."
        }
        S::AuthorizeHop => "A hop of the sign-in that authscope followed itself.",
        S::Callback => {
            "The authorization server sends the browser back with a code (or an error). State and iss are compared with what was sent."
        }
        S::Token => {
            "The code is exchanged for tokens. The code verifier proves that this is the client that asked for it."
        }
        S::ClientCredentials => "The client asks for a token in its own name, without a person.",
        S::TokenExchange => {
            "The identity provider exchanges the person's token for an assertion (RFC 8693)."
        }
        S::JwtBearer => "A signed assertion is exchanged for a token (RFC 7523).",
        S::DeviceAuthorization => {
            "Asks for a code that a person enters on another device (RFC 8628)."
        }
        S::DevicePoll => "Asks whether the person has entered the code yet.",
        S::Jwks => "The authorization server's public keys, to check the token's signature.",
        S::McpInitialize => "The MCP session begins, now with the token.",
        S::McpInitialized => {
            "The client says that it is ready. 202 without a body is the right answer."
        }
        S::McpDiscover => "Asks what the server speaks (stateless MCP), with the token.",
        S::McpToolsList => "Lists the tools: the token works.",
        S::McpToolsCall => {
            "Calls a tool with the token. 403 with insufficient_scope starts a step-up."
        }
        S::McpResourcesList => "Lists the resources with the token.",
        S::McpPromptsList => "Lists the prompts with the token.",
        S::Refresh => "The refresh token is exchanged for a new access token.",
        S::Revoke => "The token is revoked (RFC 7009).",
        S::Introspect => "Asks the authorization server about the token (RFC 7662).",
        S::Userinfo => "Claims about the signed-in person (OpenID Connect).",
        S::Resend => "A recorded request, edited and sent again.",
        S::NegativeProbe => "A request that must be refused; it is sent only when asked for.",
        S::Unknown => "A step of a newer authscope.",
    }
}

/// What a parameter, claim or metadata member is for.
pub(crate) fn parameter(name: &str) -> Option<&'static str> {
    PARAMETERS
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, meaning)| *meaning)
}

/// What a header is for.
pub(crate) fn header(name: &str) -> Option<&'static str> {
    HEADERS
        .iter()
        .find(|(key, _)| name.eq_ignore_ascii_case(key))
        .map(|(_, meaning)| *meaning)
}

const PARAMETERS: [(&str, &str); 62] = [
    ("access_token", "The credential for the MCP server."),
    (
        "application_type",
        "Whether the client is a web or a native application; decides which redirect URIs are allowed.",
    ),
    ("assertion", "A signed statement exchanged for a token."),
    (
        "authorization_endpoint",
        "Where the browser is sent to sign in.",
    ),
    (
        "authorization_response_iss_parameter_supported",
        "Whether the callback carries iss (RFC 9207).",
    ),
    (
        "authorization_servers",
        "Issuers that may issue tokens for this resource.",
    ),
    (
        "bearer_methods_supported",
        "How the token may be sent; MCP uses the header only.",
    ),
    (
        "client_assertion",
        "A signed statement by which the client authenticates.",
    ),
    (
        "client_id",
        "Who the client is, as the authorization server knows it.",
    ),
    (
        "client_id_metadata_document_supported",
        "Whether a URL may serve as client id (CIMD).",
    ),
    ("client_name", "The name people see when they consent."),
    ("client_secret", "The client's password."),
    (
        "client_secret_expires_at",
        "When the secret expires; 0 means never.",
    ),
    (
        "code",
        "The authorization code: good for one exchange, for a short time.",
    ),
    ("code_challenge", "Hash of the code verifier (PKCE)."),
    (
        "code_challenge_method",
        "How the challenge was made; MCP asks for S256.",
    ),
    (
        "code_challenge_methods_supported",
        "PKCE methods; without S256 here a client must not go on.",
    ),
    (
        "code_verifier",
        "The secret behind the code challenge; proves who asked for the code.",
    ),
    ("device_code", "The secret half of the device flow."),
    ("error", "A code that says what went wrong."),
    ("error_description", "What went wrong, for developers."),
    ("error_uri", "A page about the error."),
    ("expires_in", "Seconds the access token is good for."),
    ("grant_type", "By what right a token is asked for."),
    ("grant_types", "The grants the client will use."),
    ("grant_types_supported", "The grants the server knows."),
    (
        "id_token",
        "Who signed in (OpenID Connect); not for the MCP server.",
    ),
    (
        "introspection_endpoint",
        "Where a token can be asked about.",
    ),
    (
        "iss",
        "The issuer that answers; tells mixed-up servers apart (RFC 9207).",
    ),
    (
        "issuer",
        "The authorization server's identifier; must be the string that led here.",
    ),
    ("jsonrpc", "Version of JSON-RPC."),
    ("jwks_uri", "Where the public keys are."),
    ("method", "The MCP method called."),
    ("nonce", "Ties an ID token to its request."),
    (
        "prompt",
        "Whether to ask the person to sign in or consent again.",
    ),
    ("protocolVersion", "The MCP revision spoken."),
    ("realm", "Names the protected area; for display."),
    (
        "redirect_uri",
        "Where the browser returns; compared character by character with the registered one.",
    ),
    ("redirect_uris", "Where the browser may return."),
    ("refresh_token", "Gets new access tokens without a person."),
    (
        "registration_endpoint",
        "Where a client can register itself (RFC 7591).",
    ),
    (
        "require_pushed_authorization_requests",
        "Whether authorization requests must be pushed first.",
    ),
    (
        "resource",
        "The MCP server the token is for (RFC 8707); must be its exact identifier.",
    ),
    (
        "resource_metadata",
        "Where the protected resource metadata is (RFC 9728).",
    ),
    (
        "response_type",
        "What the authorization server should answer with; code.",
    ),
    ("response_types", "The answers the client can take."),
    (
        "response_types_supported",
        "The answers the server can give.",
    ),
    ("revocation_endpoint", "Where a token can be revoked."),
    ("scope", "What the token may be used for."),
    ("scopes_supported", "Scopes that can be asked for."),
    (
        "software_id",
        "Names the software, whichever instance it is.",
    ),
    (
        "state",
        "Comes back unchanged; ties the callback to this request.",
    ),
    ("subject_token", "The token that is exchanged."),
    ("token_endpoint", "Where codes are exchanged for tokens."),
    (
        "token_endpoint_auth_method",
        "How the client authenticates at the token endpoint.",
    ),
    (
        "token_endpoint_auth_methods_supported",
        "How clients may authenticate at the token endpoint.",
    ),
    ("token_type", "How the token is used; Bearer or DPoP."),
    ("user_code", "What the person enters on the other device."),
    ("userinfo_endpoint", "Where claims about the person are."),
    ("verification_uri", "Where the person enters the code."),
    ("logo_uri", "A picture people see when they consent."),
    ("client_uri", "The client's home page."),
];

const HEADERS: [(&str, &str); 18] = [
    (
        "accept",
        "The media types the client can read; MCP asks for JSON and event streams.",
    ),
    ("authorization", "The credential."),
    (
        "cache-control",
        "Whether the answer may be kept; tokens never.",
    ),
    ("connection", "Whether the connection stays open."),
    ("content-length", "Bytes of the body."),
    ("content-type", "What the body is."),
    ("cookie", "Cookies; an MCP client has none."),
    ("date", "When the server answered."),
    (
        "dpop",
        "Proof that the sender holds the key the token is bound to (RFC 9449).",
    ),
    ("host", "The host asked."),
    ("location", "Where a redirect leads."),
    ("mcp-protocol-version", "The MCP revision agreed on."),
    ("mcp-session-id", "The MCP session, given by the server."),
    (
        "origin",
        "The page a browser asks from; servers check it against rebinding attacks.",
    ),
    ("server", "The software that answered; tells proxies apart."),
    ("transfer-encoding", "How the body is cut into pieces."),
    ("user-agent", "The software that asks."),
    (
        "www-authenticate",
        "The challenge: how to authenticate, and where the metadata is.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_people_write_them() {
        assert!(parameter("resource_metadata").is_some_and(|m| m.contains("RFC 9728")));
        assert!(header("WWW-Authenticate").is_some());
        assert_eq!(parameter("x-unknown"), None);
    }

    #[test]
    fn every_name_is_explained_once() {
        let mut names: Vec<_> = PARAMETERS
            .iter()
            .chain(&HEADERS)
            .map(|(name, _)| name)
            .collect();
        let before = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
