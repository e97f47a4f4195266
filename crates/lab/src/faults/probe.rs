//! Faults only a probe brings out: what is accepted though it must be refused.

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER, Shows};
use crate::authz::authorize::ResourceCheck;
use crate::authz::redirect_uri::RedirectPolicy;

const SERVER: Fault = Fault {
    shows: Shows::Probe,
    ..AUTHORIZATION_SERVER
};
const RESOURCE: Fault = Fault {
    shows: Shows::Probe,
    ..MCP_SERVER
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "accepts-wrong-verifier",
        title: "A wrong verifier is accepted",
        summary: "The token endpoint takes any code_verifier.",
        rules: &["pkce-wrong-verifier-accepted"],
        apply: |b| b.token.pkce.verified = false,
        ..SERVER
    },
    Fault {
        id: "accepts-missing-verifier",
        title: "A missing verifier is accepted",
        summary: "The token endpoint redeems a code without the code_verifier its challenge calls for.",
        rules: &["pkce-missing-verifier-accepted"],
        apply: |b| b.token.pkce.verifier_required = false,
        ..SERVER
    },
    Fault {
        id: "accepts-missing-challenge",
        title: "A request without PKCE is accepted",
        summary: "The authorization endpoint gives a public client a code without a code_challenge.",
        rules: &["pkce-not-required"],
        apply: |b| b.token.pkce.challenge_required = false,
        ..SERVER
    },
    Fault {
        id: "accepts-plain-challenge",
        title: "PKCE method plain is accepted",
        summary: "The authorization endpoint takes code_challenge_method=plain, though it is not advertised.",
        rules: &["pkce-plain-accepted"],
        apply: |b| b.token.pkce.plain_allowed = true,
        ..SERVER
    },
    Fault {
        id: "accepts-used-code",
        title: "A used code is accepted",
        summary: "The token endpoint redeems the same code twice.",
        rules: &["authorization-code-reuse-accepted"],
        apply: |b| b.token.code_reusable = true,
        ..SERVER
    },
    Fault {
        id: "accepts-changed-redirect-uri",
        title: "Another redirect URI is accepted at the token endpoint",
        summary: "The token endpoint does not compare redirect_uri with that of the authorization request.",
        rules: &["token-redirect-uri-not-checked"],
        apply: |b| b.token.redirect_uri_checked = false,
        ..SERVER
    },
    Fault {
        id: "accepts-unregistered-redirect-uri",
        title: "An unregistered redirect URI is accepted",
        summary: "The authorization endpoint redirects to whatever URI the request names.",
        rules: &["unregistered-redirect-accepted"],
        apply: |b| b.authorize.redirect = RedirectPolicy::Unchecked,
        ..SERVER
    },
    Fault {
        id: "accepts-code-of-other-client",
        title: "A code of another client is accepted",
        summary: "The token endpoint redeems a code for a client it was not issued to.",
        rules: &["authorization-code-client-not-checked"],
        apply: |b| b.token.client_checked = false,
        ..SERVER
    },
    Fault {
        id: "accepts-any-resource",
        title: "Any resource is accepted",
        summary: "The authorization server makes tokens for whatever resource is named.",
        rules: &["any-resource-accepted"],
        apply: |b| b.authorize.resource = ResourceCheck::Anything,
        ..SERVER
    },
    Fault {
        id: "accepts-garbage-token",
        title: "Any bearer token is accepted",
        summary: "The MCP server takes any bearer token at all.",
        rules: &["garbage-token-accepted"],
        apply: |b| b.access.garbage_accepted = true,
        ..RESOURCE
    },
    Fault {
        id: "accepts-empty-token",
        title: "An empty bearer token is accepted",
        summary: "The MCP server takes the word Bearer with nothing behind it.",
        rules: &["empty-token-accepted"],
        apply: |b| b.access.empty_accepted = true,
        ..RESOURCE
    },
    Fault {
        id: "accepts-expired-token",
        title: "An expired token is accepted",
        summary: "The MCP server does not look at the token's expiry.",
        rules: &["expired-token-accepted"],
        apply: |b| {
            b.access.expiry_checked = false;
            // Short enough to be waited for.
            b.access_token.lifetime = 3;
        },
        ..RESOURCE
    },
    Fault {
        id: "accepts-unsigned-token",
        title: "An unsigned token is accepted",
        summary: "The MCP server does not verify signatures, so that anybody can write a token.",
        rules: &["unsigned-token-accepted"],
        apply: |b| b.access.signature_checked = false,
        ..RESOURCE
    },
    Fault {
        id: "accepts-token-for-others",
        title: "A token for another resource is accepted",
        summary: "The MCP server does not look at the token's audience.",
        rules: &["audience-not-validated"],
        apply: |b| {
            b.access.audience_checked = false;
            b.authorize.resource = ResourceCheck::Anything;
        },
        ..RESOURCE
    },
    Fault {
        id: "accepts-token-in-query",
        title: "A token in the query is accepted",
        summary: "The MCP server takes the token from the query string, which ends up in logs.",
        rules: &["query-token-accepted"],
        apply: |b| b.access.query_read = true,
        ..RESOURCE
    },
    Fault {
        id: "accepts-any-origin",
        title: "Any Origin is accepted",
        summary: "The MCP server does not look at the Origin header, which protects against DNS rebinding.",
        rules: &["origin-not-validated"],
        apply: |b| b.mcp.origin_checked = false,
        ..RESOURCE
    },
];
