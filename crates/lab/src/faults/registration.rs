//! Faults of dynamic client registration.

use serde_json::{Value, json};

use super::{AUTHORIZATION_SERVER, Fault, Shows};
use crate::authz::cimd;
use crate::authz::redirect_uri::is_loopback_http;
use crate::authz::register::Refusal;
use crate::behaviour::Behaviour;
use crate::pages::Page;

/// Leaves dynamic registration as the only way, so that a client takes it.
fn only_way(b: &mut Behaviour) {
    b.metadata.client_documents = false;
}

fn invalid(description: &str) -> Result<(), Refusal> {
    Err((400, "invalid_client_metadata", description.to_owned()))
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "registered-redirect-uri-slash",
        title: "Registered redirect URI gains a slash",
        summary: "Registration stores the redirect URI with a slash added, and the authorization endpoint then refuses the one that was sent.",
        rules: &["registered-redirect-uri-differs"],
        apply: |b| {
            only_way(b);
            b.registration.store_redirect_uri = |uri| format!("{uri}/");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registered-redirect-uri-host",
        title: "Registered redirect URI changes its host",
        summary: "Registration turns 127.0.0.1 into localhost (or the reverse), and then compares exactly.",
        rules: &["registered-redirect-uri-differs"],
        apply: |b| {
            only_way(b);
            b.registration.store_redirect_uri = |uri| {
                if uri.contains("//127.0.0.1") {
                    uri.replacen("//127.0.0.1", "//localhost", 1)
                } else if uri.contains("//localhost") {
                    uri.replacen("//localhost", "//127.0.0.1", 1)
                } else {
                    uri.replacen("//", "//www.", 1)
                }
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registered-redirect-uri-upper-case",
        title: "Registered redirect URI changes its case",
        summary: "Registration stores the redirect URI in capitals, and then compares exactly.",
        rules: &["registered-redirect-uri-differs"],
        apply: |b| {
            only_way(b);
            b.registration.store_redirect_uri = |uri| match uri
                .find("://")
                .and_then(|at| uri[at + 3..].find('/').map(|path| at + 3 + path))
            {
                Some(path) => format!("{}{}", &uri[..path], uri[path..].to_uppercase()),
                None => uri.to_uppercase(),
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-drops-redirect-uris",
        title: "Registration forgets the redirect URIs",
        summary: "The answer has an empty list of redirect URIs, and the authorization endpoint knows none.",
        rules: &["registered-redirect-uri-differs"],
        apply: |b| {
            only_way(b);
            b.registration.shape.set("redirect_uris", |_| json!([]));
            b.registration.store_redirect_uri = |_| String::new();
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-status-200",
        title: "Registration answers 200",
        summary: "A successful registration is answered 200 OK in place of 201 Created.",
        rules: &["registration-status-not-created"],
        apply: |b| {
            only_way(b);
            b.registration.shape.status = Some(200);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-forbidden",
        title: "Registration is for chosen clients",
        summary: "The advertised registration endpoint answers 403 in plain text to clients that are not on a list.",
        rules: &["registration-forbidden"],
        apply: |b| {
            only_way(b);
            b.registration.shape.instead = Some(Page::Status(403, "Forbidden"));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-needs-initial-token",
        title: "Registration needs an initial access token",
        summary: "The advertised registration endpoint answers 401 to clients that were not given a token beforehand.",
        rules: &["registration-forbidden"],
        apply: |b| {
            only_way(b);
            b.registration.initial_token = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-not-found",
        title: "Registration endpoint not found",
        summary: "The metadata advertises a registration endpoint that answers 404.",
        rules: &["registration-endpoint-dead"],
        apply: |b| {
            only_way(b);
            b.registration.shape.instead = Some(Page::NotFound);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-method-not-allowed",
        title: "Registration endpoint without POST",
        summary: "The metadata advertises a registration endpoint that answers 405 to POST.",
        rules: &["registration-endpoint-dead"],
        apply: |b| {
            only_way(b);
            b.registration.shape.instead = Some(Page::Status(405, "Method Not Allowed"));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-html",
        title: "Registration answers HTML",
        summary: "The registration endpoint falls through to the web application: 200 and HTML.",
        rules: &["registration-endpoint-dead"],
        apply: |b| {
            only_way(b);
            b.registration.shape.instead = Some(Page::Spa);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-fails",
        title: "Registration fails",
        summary: "The registration endpoint answers 500.",
        rules: &["registration-server-error"],
        apply: |b| {
            only_way(b);
            b.registration.shape.instead = Some(Page::ServerError(500));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-rate-limited",
        title: "Registration is rate-limited",
        summary: "The registration endpoint answers 429, as when many users share one address.",
        rules: &["rate-limited"],
        apply: |b| {
            only_way(b);
            b.registration.shape.instead = Some(Page::TooManyRequests);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-without-client-id",
        title: "Registration answer without client_id",
        summary: "The registration answer names the client clientId, so that it has no client_id.",
        rules: &["registration-reply-incomplete"],
        apply: |b| {
            only_way(b);
            b.registration.shape.rename("client_id", "clientId");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-client-id-number",
        title: "client_id is a number",
        summary: "The registration answer gives the client id as a number where a string belongs.",
        rules: &["registration-reply-incomplete"],
        apply: |b| {
            only_way(b);
            b.registration.shape.set("client_id", |_| json!(4711));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-enveloped",
        title: "Registration answer in an envelope",
        summary: "The registration answer is wrapped as the result of a JSON-RPC message.",
        rules: &["registration-reply-incomplete"],
        apply: |b| {
            only_way(b);
            b.registration
                .shape
                .rewrite(|document| json!({ "jsonrpc": "2.0", "id": 1, "result": document }));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-secret-with-none",
        title: "A secret for a public client",
        summary: "Registration answers method none and a secret all the same; sending the secret is then refused.",
        rules: &["registration-secret-with-none"],
        apply: |b| {
            only_way(b);
            b.registration.secret_for_public = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-secret-expired",
        title: "A secret that has expired",
        summary: "Registration gives a client secret whose expiry date is in the past.",
        rules: &[
            "registration-secret-expired",
            "registration-auth-method-changed",
        ],
        apply: |b| {
            only_way(b);
            b.registration.auth_method = |_| "client_secret_basic".to_owned();
            b.registration
                .shape
                .set("client_secret_expires_at", |_| json!(1_600_000_000));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-method-without-secret",
        title: "A secret method without a secret",
        summary: "Registration answers client_secret_basic and gives no secret.",
        rules: &["registration-secret-missing"],
        apply: |b| {
            only_way(b);
            b.registration.auth_method = |_| "client_secret_basic".to_owned();
            b.registration.shape.remove("client_secret");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-refuses-none",
        title: "Public clients refused",
        summary: "The metadata lists the method none, and registration refuses it.",
        rules: &["registration-auth-method-refused"],
        apply: |b| {
            only_way(b);
            b.registration.policy = |request| match request
                .get("token_endpoint_auth_method")
                .and_then(Value::as_str)
            {
                Some("none") => invalid("token_endpoint_auth_method none is not allowed"),
                _ => Ok(()),
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-refuses-loopback",
        title: "Loopback redirect URIs refused",
        summary: "Registration refuses plain http redirect URIs to this machine, which native clients need.",
        rules: &["registration-redirect-uri-refused"],
        apply: |b| {
            only_way(b);
            b.registration.policy = |request| {
                let uris = cimd::strings(request.get("redirect_uris"));
                match uris.iter().find(|uri| is_loopback_http(uri)) {
                    Some(uri) => {
                        Err((400, "invalid_redirect_uri", format!("{uri} must use https")))
                    }
                    None => Ok(()),
                }
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-wants-exact-grants",
        title: "Registration wants an exact set of grants",
        summary: "Registration refuses any grant_types but authorization_code with refresh_token in this order and one more.",
        rules: &["registration-grant-types-refused"],
        apply: |b| {
            only_way(b);
            b.registration.policy = |request| {
                let wanted = ["authorization_code", "refresh_token", "urn:acme:grant"];
                if cimd::grant_types(request) == wanted {
                    Ok(())
                } else {
                    invalid(
                        "grant_types must be authorization_code, refresh_token and urn:acme:grant",
                    )
                }
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-refuses-scope",
        title: "Registration refuses its own scopes",
        summary: "Registration refuses requests with a scope member, though the metadata lists those scopes.",
        rules: &["registration-scope-refused"],
        apply: |b| {
            only_way(b);
            b.registration.policy = |request| match request.get("scope").and_then(Value::as_str) {
                Some(scope) => invalid(&format!(
                    "Policy 'Allowed Client Scopes' rejected request: {scope}"
                )),
                None => Ok(()),
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registered-client-forgotten",
        title: "The registered client is unknown",
        summary: "Registration succeeds, and the authorization endpoint does not know the client a moment later.",
        rules: &["client-unknown"],
        apply: |b| {
            only_way(b);
            b.registration.forgets = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registered-redirect-uri-not-allowed",
        title: "Registered and then not allowed",
        summary: "Registration takes any redirect URI, the authorization endpoint has an allow-list of its own.",
        rules: &["redirect-uri-refused-after-registration"],
        apply: |b| {
            only_way(b);
            b.authorize.allow_list = Some(|uri| uri.starts_with("https://claude.ai/"));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-loses-refresh-grant",
        title: "Registration drops the refresh grant",
        summary: "The client registers for refresh_token, the answer leaves it out, and no refresh token comes.",
        rules: &["registration-grants-dropped"],
        apply: |b| {
            only_way(b);
            b.registration.grant_types = |mut asked| {
                asked.retain(|grant| grant != "refresh_token");
                asked
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-management-refused",
        title: "The management token is refused",
        summary: "The registration answer names an address to manage the client and a token for it, which is then refused there.",
        rules: &["registration-management-refused"],
        shows: Shows::Probe,
        apply: |b| {
            only_way(b);
            b.registration.manages = false;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "registration-takes-plain-http",
        title: "Registration takes plain http anywhere",
        summary: "Registration accepts a plain http redirect URI on a host that is not loopback.",
        rules: &["dcr-http-redirect-accepted"],
        shows: Shows::Probe,
        apply: |b| {
            only_way(b);
            b.registration.plain_http = true;
        },
        ..AUTHORIZATION_SERVER
    },
];
