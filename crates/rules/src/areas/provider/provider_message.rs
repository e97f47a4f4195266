//! Messages of other providers and authorization server products.

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "provider-message",
    summary: "A known provider gives a message that names the setting to change",
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
    corpus: &["AR-02", "SC-03", "DCR-08", "TE-03", "TE-02", "DCR-02", "DCR-05", "DCR-14", "DCR-17", "AR-07", "AUD-11", "PRE-04", "PRE-06", "DCR-09"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "The provider",
    hosts: &[],
    at_mcp_server: false,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["insufficient entropy", "request parameter 'state' must be at least be 8"],
        cause: "Ory Hydra, Authelia: `state` is missing or shorter than 8 characters",
        fix: "Send a random `state` of at least 8 characters.",
        party: Party::Client,
    },
    Message {
        marks: &["not allowed to request scope", "oauth 2.0 client is not allowed to request scope"],
        cause: "Ory Hydra, Authelia: the client was registered without this scope",
        fix: "Add the scope to the client, or let clients register with the scopes they will ask for.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["not allowed to use authorization grant 'refresh_token'", "is not allowed to use authorization grant"],
        cause: "Ory Hydra, Authelia: the client was registered without this grant",
        fix: "Register the client with `grant_types` that include it (`authorization_code`, `refresh_token`).",
        party: Party::Client,
    },
    Message {
        marks: &["determined to be using 'token_endpoint_auth_method'", "supports client authentication method"],
        cause: "Ory Hydra, Authelia: the client authenticates by another method than it is registered with",
        fix: "Use the registered `token_endpoint_auth_method`.",
        party: Party::Client,
    },
    Message {
        marks: &["redirect url is using an insecure protocol"],
        cause: "Ory Hydra: http redirect URIs are for loopback addresses only",
        fix: "Use https, or http on 127.0.0.1 or localhost.",
        party: Party::Client,
    },
    Message {
        marks: &["incorrect_client_credentials"],
        cause: "GitHub: the code exchange wants the client secret, also with PKCE",
        fix: "Enter client id and secret of the GitHub app; GitHub has no public clients for this grant.",
        party: Party::Client,
    },
    Message {
        marks: &["bad_verification_code"],
        cause: "GitHub: the code is wrong, used or expired",
        fix: "Redeem each code once, within ten minutes.",
        party: Party::Client,
    },
    Message {
        marks: &["please specify `client_id`", "please specify client_id", "invalid client_id parameter", "bad_client_secret"],
        cause: "Slack: the client id or secret is not one of a Slack app, and Slack has no dynamic registration",
        fix: "Make a Slack app and enter its client id and secret.",
        party: Party::Client,
    },
    Message {
        marks: &["invalid_team_for_non_distributed_app"],
        cause: "Slack: the app is not distributed, and the person is in another workspace",
        fix: "Distribute the app publicly, or sign in to its own workspace.",
        party: Party::Client,
    },
    Message {
        marks: &["the provided redirect uris are not approved"],
        cause: "Vercel: only loopback http redirect URIs and approved ones may be registered",
        fix: "Register a redirect URI on 127.0.0.1, or ask Vercel to approve the client.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["unrecognized client_id"],
        cause: "Supabase: the registration is gone or of another project",
        fix: "Register again; clients must keep registrations by issuer.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["resource must be a valid mcp endpoint"],
        cause: "Supabase: `resource` is not the MCP URL, often because its own query was not percent-encoded",
        fix: "Send `resource` as in the protected resource metadata, percent-encoded once.",
        party: Party::Client,
    },
    Message {
        marks: &["client must not use multiple authentication methods", "multiple authentication methods"],
        cause: "Notion and others: the client authenticates twice, by header and in the body",
        fix: "Use one method: Basic, or `client_secret` in the body.",
        party: Party::Client,
    },
    Message {
        marks: &["is not registered for client"],
        cause: "Atlassian: the authorization endpoint allows fewer redirect URIs than registration accepts (loopback and port)",
        fix: "Use a redirect URI on Atlassian's allow-list; registration should refuse what authorization will.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["client secret is required"],
        cause: "Figma and others: registration gave a confidential client, or demands a secret of a public one",
        fix: "Register with `token_endpoint_auth_method` as the server supports, and send the secret that came back.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["oauth_ec_app_not_found", "oauth_approval_error_generic", "app_not_installed"],
        cause: "Salesforce: the connected app is not known or not installed in this org",
        fix: "Install the connected app in the org and allow users to authorize themselves.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["invalid app id"],
        cause: "Meta: the client id is not an app id",
        fix: "Enter the numeric app id as client id.",
        party: Party::Client,
    },
    Message {
        marks: &["unknown oauth scope"],
        cause: "Cloudflare: the request has OpenID Connect scopes that the server does not know",
        fix: "Ask only for the scopes of the challenge or of `scopes_supported`.",
        party: Party::Client,
    },
    Message {
        marks: &["dynamic_client_registration_disabled", "dynamic client registration is not enabled", "dynamic client registration is disabled", "dcr is not enabled", "dcr is disabled"],
        cause: "dynamic registration is turned off (WorkOS AuthKit, Stytch, Descope, Scalekit and Clerk have a switch for it)",
        fix: "Turn dynamic client registration (or client id metadata documents) on in the dashboard, or take `registration_endpoint` out of the metadata.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["unknown resource", "resource indicator is not", "invalid resource indicator", "resource_not_found", "resource not found"],
        cause: "the resource is not registered (WorkOS, Scalekit and Descope want each MCP server registered with its URL)",
        fix: "Register the MCP server's URL as a resource in the dashboard, exactly as `resource` of the protected resource metadata.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["e061004", "e062108", "e061003"],
        cause: "Descope: the inbound app or its scopes do not allow this request",
        fix: "Check the inbound app (MCP server) in the Descope console: scopes, redirect URIs, consent flow.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["oauth_client_not_found", "connected_app_not_found", "idp_oauth_client"],
        cause: "Stytch: the connected app does not exist in this project or environment",
        fix: "Use the project (test or live) that registered the client, or register again.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["authorization_invalid", "oauth_consent_not_granted"],
        cause: "Clerk: consent or session is missing for this application",
        fix: "Turn the consent screen on for the OAuth application and sign in again.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["application_not_found"],
        cause: "WorkOS: the client id is not one of this environment",
        fix: "Check the environment (staging or production) and the client id.",
        party: Party::Client,
    },
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::hits(context, &PROVIDER, MESSAGES)
}
