//! Messages of Okta.

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "okta-message",
    summary: "Okta gives a message that names the policy or setting to change",
    area: Area::Provider,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC6749-4.1.2.1",
        "RFC7591-3.2.2",
        "RFC6749-5.2",
    ],
    confidence: Confidence::Likely,
    explains: super::EXPLAINS,
    corpus: &["DCR-12", "SC-01", "AR-03"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "Okta",
    hosts: &["okta", "oktapreview"],
    at_mcp_server: false,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["e0000005", "e0000011"],
        cause: "registration is for administrators: it wants an Okta API token",
        fix: "Register the client in the admin console and give its client id to users, or put an authorization server with open registration (or client id documents) in front.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["e0000006"],
        cause: "the API token may not register clients",
        fix: "Give the token the right to manage apps, or register the client in the admin console.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["policy evaluation failed"],
        cause: "no access policy of the custom authorization server has a rule for this client, grant, user and scope",
        fix: "Security, API, the authorization server, Access Policies: add a policy for the client with a rule for the authorization code grant and these scopes.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["no scopes were requested"],
        cause: "the request has no scope, because the MCP server names none",
        fix: "Name the scopes in the challenge (`scope`) and in `scopes_supported` of the protected resource metadata.",
        party: Party::McpServer,
    },
    Message {
        marks: &["one or more scopes are not configured"],
        cause: "the MCP server names scopes that the custom authorization server does not have",
        fix: "Security, API, the authorization server, Scopes: add them, or advertise those that exist.",
        party: Party::McpServer,
    },
    Message {
        marks: &["'redirect_uri' parameter must be", "redirect_uri' parameter must be a login redirect uri"],
        cause: "the redirect URI is not one of the app's sign-in redirect URIs",
        fix: "Applications, the app, General: add the redirect URI of the request to \"Sign-in redirect URIs\".",
        party: Party::Client,
    },
    Message {
        marks: &["user is not assigned to the client application"],
        cause: "the person is not assigned to the app",
        fix: "Applications, the app, Assignments: assign the person or the group.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["pkce code verifier is required", "pkce code challenge is required"],
        cause: "the app requires PKCE",
        fix: "Send `code_challenge` and `code_verifier` with method S256.",
        party: Party::Client,
    },
    Message {
        marks: &["the client is not authorized to use the provided grant type"],
        cause: "the app does not allow this grant",
        fix: "Applications, the app, General: turn on \"Authorization Code\" (and \"Refresh Token\").",
        party: Party::Client,
    },
    Message {
        marks: &["client authentication method is not supported", "invalid value for 'client_id'", "invalid client_id"],
        cause: "the app is not known at this authorization server or uses another authentication method",
        fix: "Check client id and org; set the client authentication of the app to \"None\" with PKCE for a public client.",
        party: Party::Client,
    },
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::hits(context, &PROVIDER, MESSAGES)
}
