//! Messages of Google.

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "google-message",
    summary: "Google gives a message that names the setting to change in its console",
    area: Area::Provider,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC6749-4.1.2.1",
        "RFC6749-5.2",
        "RFC8252-7.3",
    ],
    confidence: Confidence::Likely,
    explains: super::EXPLAINS,
    corpus: &["RED-02", "AR-03", "PKCE-03", "PKCE-06"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "Google",
    hosts: &["accounts.google.com", "googleapis.com"],
    at_mcp_server: false,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["redirect_uri_mismatch"],
        cause: "the redirect URI is not one of the client's authorized redirect URIs, character by character",
        fix: "Credentials, the OAuth client: add it to \"Authorized redirect URIs\" (not JavaScript origins), or use a client of type \"Desktop app\" for loopback addresses.",
        party: Party::Client,
    },
    Message {
        marks: &["missing required parameter: scope"],
        cause: "the request has no scope, because the MCP server names none",
        fix: "Name the scopes in the challenge and in `scopes_supported` of the protected resource metadata.",
        party: Party::McpServer,
    },
    Message {
        marks: &["code_verifier or verifier is not needed"],
        cause: "a `code_verifier` was sent for a request that had no `code_challenge`",
        fix: "Send both or none; MCP wants both.",
        party: Party::Client,
    },
    Message {
        marks: &["missing code verifier"],
        cause: "the request had a `code_challenge`, and no `code_verifier` came with the code",
        fix: "Send the `code_verifier` of this authorization request.",
        party: Party::Client,
    },
    Message {
        marks: &["org_internal"],
        cause: "the app is for members of one organization only",
        fix: "OAuth consent screen: set the user type to \"External\", or sign in with an account of the organization.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["admin_policy_enforced"],
        cause: "the administrator of the organization blocks this app or scope",
        fix: "Admin console, Security, API controls: trust the app.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["disallowed_useragent"],
        cause: "Google refuses sign-in in embedded browsers",
        fix: "Open the authorization URL in the system's browser.",
        party: Party::Client,
    },
    Message {
        marks: &["deleted_client"],
        cause: "the OAuth client was deleted",
        fix: "Make a new OAuth client and enter its id.",
        party: Party::Client,
    },
    Message {
        marks: &["access blocked", "has not completed the google verification", "access_denied"],
        cause: "the app is in testing, and the account is not one of its test users",
        fix: "OAuth consent screen: add the account to the test users, or publish the app.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["client_secret is missing", "unauthorized_client", "invalid_client"],
        cause: "Google wants the client secret also with PKCE, or the client is unknown",
        fix: "Enter client id and secret of the OAuth client (desktop clients have one too).",
        party: Party::Client,
    },
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::hits(context, &PROVIDER, MESSAGES)
}
