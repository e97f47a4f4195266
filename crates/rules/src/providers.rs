//! Identity providers that are recognised by their addresses, and what each demands of redirect URIs.
//!
//! A recording shows hosts and paths; that is all that is looked at. A server of one's own on a provider's path (Keycloak's
//! `/realms/`) is recognised as well.

use crate::context::Context;
use authscope_protocol::url_text;

/// One provider.
pub(crate) struct Provider {
    /// Its name.
    pub(crate) name: &'static str,
    /// Ends of its host names.
    hosts: &'static [&'static str],
    /// Parts of paths that only its servers have.
    paths: &'static [&'static str],
    /// Where redirect URIs are entered and how they are compared.
    pub(crate) redirect: &'static str,
}

const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Entra ID",
        hosts: &[
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "sts.windows.net",
            "ciamlogin.com",
            "b2clogin.com",
        ],
        paths: &["/oauth2/v2.0/authorize"],
        redirect: "enter it in the app registration under Authentication, for a public client on the platform \"Mobile and desktop applications\"; paths are compared with their case; http is accepted for loopback only, the port is ignored for `http://localhost` only, and `http://127.0.0.1` can be entered in the manifest only",
    },
    Provider {
        name: "Google",
        hosts: &["accounts.google.com", "googleapis.com"],
        paths: &[],
        redirect: "enter it under \"Authorized redirect URIs\" (not JavaScript origins) of a client of type \"Web application\", compared as text; a client of type \"Desktop app\" needs no entry and accepts any loopback port",
    },
    Provider {
        name: "Cognito",
        hosts: &["amazoncognito.com"],
        paths: &[],
        redirect: "enter it under \"Allowed callback URLs\" of the app client, compared as text; http is accepted for `localhost` only, and fragments never",
    },
    Provider {
        name: "Okta",
        hosts: &[
            "okta.com",
            "oktapreview.com",
            "okta-emea.com",
            "okta-gov.com",
        ],
        paths: &[],
        redirect: "enter it under \"Sign-in redirect URIs\" of the application, compared as text with its port; the authorization server's access policy must admit the application, too",
    },
    Provider {
        name: "Auth0",
        hosts: &["auth0.com"],
        paths: &[],
        redirect: "enter it under \"Allowed Callback URLs\" of the application, separated by commas; a `*` may stand for a subdomain only",
    },
    Provider {
        name: "WorkOS",
        hosts: &["authkit.app", "workos.com"],
        paths: &[],
        redirect: "enter it in the dashboard under Redirects (for an application of Connect, in that application); http is accepted for loopback in test environments only",
    },
    Provider {
        name: "Descope",
        hosts: &["descope.com"],
        paths: &["/v1/apps/agentic/"],
        redirect: "enter it among the approved redirect URLs of the inbound app or MCP server, compared as text",
    },
    Provider {
        name: "Stytch",
        hosts: &["stytch.com", "stytch.dev"],
        paths: &[],
        redirect: "enter it under Redirect URLs of the connected app, in the environment (test or live) that the issuer belongs to",
    },
    Provider {
        name: "Scalekit",
        hosts: &["scalekit.com", "scalekit.cloud", "scalekit.dev"],
        paths: &[],
        redirect: "enter it under Redirect URIs of the application in the environment that the issuer names, compared as text",
    },
    Provider {
        name: "GitHub",
        hosts: &["github.com"],
        paths: &["/login/oauth/"],
        redirect: "enter it as \"Authorization callback URL\" of the OAuth app: host and port must be equal (the port of a loopback address may differ), and the path must be the one entered or lie below it",
    },
    Provider {
        name: "Clerk",
        hosts: &["clerk.accounts.dev", "clerk.com"],
        paths: &[],
        redirect: "enter it under Redirect URIs of the OAuth application, compared as text",
    },
    Provider {
        name: "Salesforce",
        hosts: &["salesforce.com", "force.com"],
        paths: &[],
        redirect: "enter it as Callback URL of the connected app or external client app, one per line, compared as text; a change takes some minutes",
    },
    Provider {
        name: "Slack",
        hosts: &["slack.com"],
        paths: &[],
        redirect: "enter it under OAuth & Permissions, Redirect URLs; https only, and the path may be longer than the one entered",
    },
    Provider {
        name: "Keycloak",
        hosts: &[],
        paths: &["/realms/", "/protocol/openid-connect/"],
        redirect: "enter it under \"Valid redirect URIs\" of the client; a `*` may stand at the end only, and an entry without one is compared as text",
    },
    Provider {
        name: "Cognito",
        hosts: &[],
        paths: &["cognito-idp."],
        redirect: "enter it under \"Allowed callback URLs\" of the app client, compared as text; http is accepted for `localhost` only, and fragments never",
    },
];

/// The provider of a URL.
pub(crate) fn of_url(url: &str) -> Option<&'static Provider> {
    let host = url_text::split(url)?.host.to_ascii_lowercase();
    let is = |end: &str| host == end || host.strip_suffix(end).is_some_and(|h| h.ends_with('.'));
    PROVIDERS.iter().find(|p| {
        p.hosts.iter().any(|end| is(end)) || p.paths.iter().any(|part| url.contains(part))
    })
}

/// The provider of a flow: of its issuer, else of its authorization endpoint.
pub(crate) fn of(context: &Context<'_>) -> Option<&'static Provider> {
    let metadata = context.metadata();
    let named = metadata.and_then(|d| d.value.issuer.as_deref());
    let endpoint = metadata.and_then(|d| d.value.authorization_endpoint.as_deref());
    let used = context.attempt().map(|a| a.authorize.request.url.as_str());
    let urls = [context.issuer(), named, endpoint, used];
    urls.into_iter().flatten().find_map(of_url)
}

/// What the provider of a flow demands of redirect URIs, as a sentence of its own; empty when it is not known.
pub(crate) fn redirect_rule(context: &Context<'_>) -> String {
    of(context).map_or_else(String::new, |p| format!(" {}: {}.", p.name, p.redirect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_recognised_by_host_and_path() {
        for (url, name) in [
            ("https://login.microsoftonline.com/8f0c/v2.0", "Entra ID"),
            ("https://acme.ciamlogin.com/8f0c/v2.0", "Entra ID"),
            ("https://accounts.google.com", "Google"),
            ("https://acme.auth.eu-west-1.amazoncognito.com", "Cognito"),
            (
                "https://cognito-idp.eu-west-1.amazonaws.com/eu_1",
                "Cognito",
            ),
            ("https://acme.okta.com/oauth2/default", "Okta"),
            ("https://acme.eu.auth0.com/", "Auth0"),
            ("https://acme.authkit.app", "WorkOS"),
            ("https://api.descope.com/v1/apps/agentic/P2/M3", "Descope"),
            ("https://api.stytch.com/v1/public/project-1", "Stytch"),
            ("https://acme.scalekit.com", "Scalekit"),
            ("https://github.com/login/oauth/authorize", "GitHub"),
            ("https://sso.acme.example/realms/acme", "Keycloak"),
        ] {
            assert_eq!(of_url(url).map(|p| p.name), Some(name), "{url}");
        }
        assert!(of_url("https://notokta.com").is_none());
        assert!(of_url("https://okta.com.attacker.example/").is_none());
    }
}
