//! Messages of Auth0.

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "auth0-message",
    summary: "Auth0 gives a message that names the setting to change",
    area: Area::Provider,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC6749-4.1.2.1",
        "RFC6749-5.2",
        "RFC8707-2",
    ],
    confidence: Confidence::Likely,
    explains: super::EXPLAINS,
    corpus: &["DCR-19", "AUD-08", "AUD-01"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "Auth0",
    hosts: &[],
    at_mcp_server: false,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["no connections enabled for the client"],
        cause: "a client that registered itself may use only connections at domain level, and there is none",
        fix: "Promote a connection to domain level (Management API: `is_domain_connection: true`), so that third-party clients can use it.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["service not found: http"],
        cause: "no API with this identifier exists: `resource` (or `audience`) is unknown to the tenant",
        fix: "Applications, APIs: create an API whose identifier is exactly `resource` of the protected resource metadata.",
        party: Party::McpServer,
    },
    Message {
        marks: &["is not authorized to access resource server"],
        cause: "the application is not allowed to use this API",
        fix: "Applications, APIs, the API: allow user access for third-party applications (or grant this application).",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["unauthorized_client: callback url mismatch", "callback url mismatch"],
        cause: "the redirect URI is not one of the application's allowed callback URLs",
        fix: "Applications, the application, Settings: add it to \"Allowed Callback URLs\".",
        party: Party::Client,
    },
    Message {
        marks: &["dynamic client registration is not enabled", "dynamic registration is disabled"],
        cause: "dynamic registration is turned off for the tenant",
        fix: "Settings, Advanced: turn \"OIDC Dynamic Application Registration\" on, or give users a client id.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["grant type 'authorization_code' not allowed", "grant type 'refresh_token' not allowed"],
        cause: "the application does not allow this grant",
        fix: "Applications, the application, Advanced settings, Grant types: allow it.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["parameter 'organization' is required"],
        cause: "the application wants an organization",
        fix: "Send `organization` as an extra parameter of the authorization request.",
        party: Party::Client,
    },
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::hits(context, &PROVIDER, MESSAGES)
}
