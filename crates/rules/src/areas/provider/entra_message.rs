//! Messages of Microsoft Entra ID (AADSTS codes) and of its .NET libraries (IDX codes).

use super::{Message, Provider};
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "entra-message",
    summary: "Microsoft Entra ID gives an error code that names the setting to change",
    area: Area::Provider,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "Entra#aadsts-error-codes",
        "RFC6749-4.1.2.1",
        "RFC6749-5.2",
    ],
    confidence: Confidence::Likely,
    explains: super::EXPLAINS_BY_CODE,
    corpus: &["PRE-02", "PRE-03", "PRE-05", "AUD-05", "AUD-06", "SC-05", "SC-07", "AR-03", "TE-15", "AUD-09", "ISS-09"],
    ..RuleInfo::BASE
};

const PROVIDER: Provider = Provider {
    name: "Microsoft Entra ID",
    hosts: &[],
    at_mcp_server: true,
};

const MESSAGES: &[Message] = &[
    Message {
        marks: &["aadsts50011"],
        cause: "the redirect URI of the request is not registered for this app (port and host count, except the port of `http://localhost`)",
        fix: "App registration, Authentication: add the redirect URI of the request under \"Mobile and desktop applications\"; for loopback register `http://localhost/…` (the port is ignored for `localhost`, not for 127.0.0.1).",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts500113"],
        cause: "no reply address is registered for this app at all",
        fix: "App registration, Authentication: add a platform with the redirect URI of the request.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts9010010"],
        cause: "`resource` names the MCP server while the scopes belong to another application id URI; the two must be the same resource",
        fix: "Make the Application ID URI of the app registration equal to `resource` of the protected resource metadata, and advertise scopes of that resource; or put an authorization server in front that maps `resource` to scopes.",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts901002"],
        cause: "the v2.0 endpoint does not take the parameter `resource`, which MCP clients must send",
        fix: "Put an authorization server (proxy) in front of Entra ID that takes `resource` and asks Entra ID with scopes of the form `api://…/scope`.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["aadsts500011"],
        cause: "a scope or resource names an identifier URI that the tenant does not know",
        fix: "Advertise scopes of an app registration that exists in this tenant, with its exact Application ID URI, and create its service principal (grant admin consent once).",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts650053"],
        cause: "a scope without `api://…/` is looked up at Microsoft Graph, where it does not exist",
        fix: "Advertise scopes with the full prefix: `api://CLIENT-ID/scope-name` in the challenge and in `scopes_supported`.",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts70011"],
        cause: "the scopes are malformed: unknown, of several resources at once, or `.default` mixed with others",
        fix: "Advertise scopes of one resource only, with their full prefix, and either single scopes or `.default`.",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts900144", "aadsts90014"],
        cause: "a required parameter is missing, usually `scope`, because the MCP server names no scopes",
        fix: "Name the scopes: `scope` in the challenge and `scopes_supported` in the protected resource metadata.",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts65001", "aadsts90094"],
        cause: "nobody has consented to these permissions for this app, and the person may not",
        fix: "Enterprise applications: grant admin consent for the permissions, or allow users to consent.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["aadsts50105"],
        cause: "the person is not assigned to the application",
        fix: "Enterprise applications, Users and groups: assign the person, or turn \"Assignment required\" off.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["aadsts53003", "aadsts53000", "aadsts50076", "aadsts50079"],
        cause: "a conditional access policy wants more (multi-factor authentication, a managed device) or blocks the sign-in",
        fix: "Satisfy the policy in the browser, or exempt this app from it.",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["aadsts700025"],
        cause: "the client is public, and a secret was sent",
        fix: "Leave the secret out, or move the redirect URI to the platform \"Web\".",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts7000218"],
        cause: "the client is confidential (platform \"Web\", or public client flows not allowed), and no secret was sent",
        fix: "Enter the client secret; or move the redirect URI to \"Mobile and desktop applications\" and allow public client flows.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts7000215"],
        cause: "the client secret is wrong: often its id was pasted in place of its value",
        fix: "Certificates and secrets: create a new secret and copy its value, not its id.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts7000222"],
        cause: "the client secret has expired",
        fix: "Certificates and secrets: create a new secret.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts9002326"],
        cause: "the code was redeemed from a browser, which is allowed for the platform \"Single-page application\" only",
        fix: "Redeem the code from a server or desktop client, or move the redirect URI to the platform \"Single-page application\".",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts9002327"],
        cause: "the redirect URI is of the platform \"Single-page application\", so only a browser may redeem its codes",
        fix: "Move the redirect URI to \"Mobile and desktop applications\" or \"Web\".",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts9002325"],
        cause: "PKCE is required for this kind of redirect URI",
        fix: "Send `code_challenge` with method S256.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts54005", "aadsts70000", "aadsts70008"],
        cause: "the code or refresh token was used already or has expired",
        fix: "Redeem a code once and within minutes; sign in again.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts700082", "aadsts50173"],
        cause: "the refresh token has expired or was revoked, for instance by a change of password",
        fix: "Sign in again.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts700016"],
        cause: "the tenant does not know this client id: wrong id, or wrong tenant in the issuer",
        fix: "Check client id and tenant; register the app in this tenant, or make it multi-tenant.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts90002"],
        cause: "the tenant in the issuer does not exist",
        fix: "Correct the tenant in `authorization_servers` of the protected resource metadata.",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts50194"],
        cause: "the issuer is `/common`, and the app is single-tenant",
        fix: "Use the issuer of the tenant, `https://login.microsoftonline.com/TENANT-ID/v2.0`, in `authorization_servers`.",
        party: Party::McpServer,
    },
    Message {
        marks: &["aadsts50020"],
        cause: "the person signed in with an account of another tenant",
        fix: "Sign in with an account of this tenant, or invite the account as a guest.",
        party: Party::Client,
    },
    Message {
        marks: &["aadsts65002"],
        cause: "the client is one of Microsoft's own and is not pre-authorized for this resource",
        fix: "App registration, Expose an API: add the client id under \"Authorized client applications\".",
        party: Party::AuthorizationServer,
    },
    Message {
        marks: &["aadsts700054"],
        cause: "`response_type` asks for an id_token, which is not enabled",
        fix: "Ask for `response_type=code`.",
        party: Party::Client,
    },
    Message {
        marks: &["idx10214"],
        cause: "the .NET token validator refuses the audience: it knows `api://…` or the GUID, and the token has the other",
        fix: "Set the valid audiences of the MCP server to both, the client id (GUID) and the Application ID URI.",
        party: Party::McpServer,
    },
    Message {
        marks: &["idx10205"],
        cause: "the .NET token validator refuses the issuer: v1.0 tokens come from `sts.windows.net`, v2.0 tokens from `login.microsoftonline.com/…/v2.0`",
        fix: "Set `accessTokenAcceptedVersion` (requestedAccessTokenVersion) to 2 in the app's manifest, or accept both issuers.",
        party: Party::McpServer,
    },
    Message {
        marks: &["idx10511", "idx10500", "idx10503"],
        cause: "the .NET token validator has no key for the signature: the token is for Microsoft Graph, or the keys of another tenant are used",
        fix: "Ask for a scope of your own API, not of Microsoft Graph, and read the keys of the issuer in the token.",
        party: Party::McpServer,
    },
    Message {
        marks: &["idx10223"],
        cause: "the token has expired by the clock of the MCP server",
        fix: "Set the clocks by NTP, and answer 401 `invalid_token` so that clients refresh.",
        party: Party::McpServer,
    },
];

/// What the code means where the scopes were asked for.
const SCOPED: &[Message] = &[Message {
    marks: &["aadsts900144", "aadsts90014"],
    cause: "a required parameter is missing, although the authorization request named the scopes",
    fix: "Let the endpoint (or the proxy before Entra ID) pass on every parameter it gets, and add `scope` to the token request where Entra ID asks for it.",
    party: Party::AuthorizationServer,
}];

/// What the code means where the issuer is that of a tenant.
const OF_TENANT: &[Message] = &[Message {
    marks: &["aadsts50194"],
    cause: "the app is single-tenant, and the request came to an endpoint for all tenants",
    fix: "App registration, Authentication: choose multi-tenant, or use the endpoints of the tenant (`https://login.microsoftonline.com/TENANT-ID/…`) in the metadata.",
    party: Party::AuthorizationServer,
}];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let scoped = context.attempt().and_then(|a| a.param("scope")).is_some_and(|s| !s.is_empty());
    let tenant = context.issuer().is_some_and(|i| !i.contains("/common") && !i.contains("/organizations"));
    let special = [(scoped, SCOPED), (tenant, OF_TENANT)].into_iter().filter(|(applies, _)| *applies);
    let mut hits: Vec<Hit> = special.flat_map(|(_, messages)| super::hits(context, &PROVIDER, messages)).collect();
    if hits.is_empty() {
        hits = super::hits(context, &PROVIDER, MESSAGES);
    }
    if hits.is_empty() {
        hits.extend(unknown(context));
    }
    hits
}

/// A code that is not in the table: where to look it up.
fn unknown(context: &Context<'_>) -> Option<Hit> {
    let said = super::sayings::of(context);
    let (saying, number) = said.iter().find_map(|s| s.number_after("aadsts").map(|n| (s, n)))?;
    Some(
        Hit::new(saying.spot.clone(), format!("Microsoft Entra ID refuses with AADSTS{number} ({}).", saying.said))
            .expected("the request is accepted")
            .received(saying.said.clone())
            .party(Party::AuthorizationServer)
            .fix(format!("Look the code up: https://login.microsoftonline.com/error?code={number}")),
    )
}
