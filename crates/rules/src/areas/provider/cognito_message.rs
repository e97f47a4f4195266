//! Messages of Amazon Cognito.

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cognito-message",
    summary: "Amazon Cognito gives a message that names the app client setting to change",
    area: Area::Provider,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC6749-4.1.2.1",
        "RFC6749-5.2",
    ],
    confidence: Confidence::Likely,
    explains: super::EXPLAINS,
    corpus: &["SC-04", "AR-03", "RED-02"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "Amazon Cognito",
    hosts: &["amazoncognito.com", "cognito-idp"],
    at_mcp_server: false,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["invalid_scope"],
        cause: "a scope is not allowed for this app client, or does not exist in the pool",
        fix: "App client, Login pages: allow the scope (custom scopes have the form `resource-server/scope`), or advertise only those that are allowed.",
        party: Party::McpServer,
    },
    Message {
        marks: &["redirect_mismatch"],
        cause: "the redirect URI is not one of the app client's allowed callback URLs (http for `localhost` only)",
        fix: "App client, Login pages: add it to \"Allowed callback URLs\"; use `localhost`, not 127.0.0.1.",
        party: Party::Client,
    },
    Message {
        marks: &["unauthorized_client"],
        cause: "the app client does not allow this flow",
        fix: "App client, Login pages: allow \"Authorization code grant\".",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["invalid_client"],
        cause: "the app client has a secret that was not sent, or a wrong one",
        fix: "Enter the secret of the app client, or make an app client without one.",
        party: Party::Client,
    },
    Message {
        marks: &["invalid_grant"],
        cause: "the code cannot be redeemed: with Cognito also when the authorization request had no scope",
        fix: "Name scopes in the challenge and in `scopes_supported`, so that clients ask for them.",
        party: Party::McpServer,
    },
    Message {
        marks: &["identity pool", "invalid identity provider", "identity provider"],
        cause: "the identity provider is not enabled for the app client",
        fix: "App client, Login pages: choose the identity providers.",
        party: Party::AuthorizationServer,
    },
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::hits(context, &PROVIDER, MESSAGES)
}
