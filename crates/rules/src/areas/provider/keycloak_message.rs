//! Messages of Keycloak.

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "keycloak-message",
    summary: "Keycloak gives a message that names the policy or setting to change",
    area: Area::Provider,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC7591-3.2.2",
        "RFC6749-4.1.2.1",
        "RFC8707-2",
    ],
    confidence: Confidence::Likely,
    explains: super::EXPLAINS,
    corpus: &["DCR-11", "DCR-10", "AUD-11", "CIMD-05"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "Keycloak",
    hosts: &["/realms/", "keycloak"],
    at_mcp_server: false,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["policy 'trusted hosts' rejected", "trusted hosts", "host not trusted"],
        cause: "the policy \"Trusted Hosts\" does not know the host of the client or of its redirect URIs",
        fix: "Clients, Client registration, Anonymous access policies, \"Trusted Hosts\": add the host, or turn \"Host sending client registration request must match\" and \"Client URIs must match\" off.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["policy 'allowed client scopes' rejected", "not permitted to use specified clientscope"],
        cause: "the policy \"Allowed Client Scopes\" forbids a scope of the registration",
        fix: "Clients, Client registration, Anonymous access policies, \"Allowed Client Scopes\": add the scope; or let the MCP server advertise fewer scopes.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["policy 'max clients' rejected", "policy 'max clients limit'", "max clients"],
        cause: "the policy \"Max Clients Limit\" is reached",
        fix: "Raise the limit, or delete clients that registered themselves and are no longer used.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["policy 'consent required'", "policy 'full scope disabled'", "policy 'allowed protocol mapper"],
        cause: "a policy for anonymous registration refuses a member of the request",
        fix: "Clients, Client registration, Anonymous access policies: loosen the policy that the message names.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["initial access token", "rejected request to client-registration service"],
        cause: "anonymous registration is not allowed here; it wants an initial access token",
        fix: "Create an initial access token and give it to clients, or loosen the anonymous access policies.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["invalid parameter: redirect_uri", "invalid_redirect_uri"],
        cause: "the redirect URI is not one of the client's valid redirect URIs",
        fix: "Clients, the client, Settings: add it to \"Valid redirect URIs\" (a wildcard is allowed at the end only).",
        party: Party::Client,
    },
    Message {
        marks: &["invalid resource", "resource indicator"],
        cause: "the resource is not one that the feature resource-indicators knows",
        fix: "Turn the feature on (`--features=resource-indicators`) and register the MCP server's URL as a resource; without it add an audience mapper.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["client not found", "client_not_found"],
        cause: "the realm does not know the client",
        fix: "Check realm and client id; clients that registered themselves are lost when the realm is imported anew.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["account is not fully set up"],
        cause: "the account has required actions left",
        fix: "Sign in once in a browser and finish the required actions.",
        party: Party::Client,
    },
    Message {
        marks: &["https required"],
        cause: "the realm wants https and sees http: the proxy in front does not tell it",
        fix: "Set `KC_PROXY_HEADERS=xforwarded` and `KC_HOSTNAME`, and send `X-Forwarded-Proto`.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["missing parameter: code_challenge", "invalid parameter: code_challenge"],
        cause: "the client requires PKCE with another method",
        fix: "Send `code_challenge_method=S256`; Clients, Advanced, \"Proof Key for Code Exchange Code Challenge Method\".",
        party: Party::Client,
    },
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::hits(context, &PROVIDER, MESSAGES)
}
