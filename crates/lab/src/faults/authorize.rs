//! Faults of the authorization endpoint and its redirect.

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER, Shows};
use crate::authz::authorize::{ResourceCheck, ResponseMode};
use crate::keys::random;
use crate::pages::Page;

type Pairs = Vec<(String, String)>;

/// Changes the value of a parameter of the response.
fn change(pairs: &mut Pairs, name: &str, change: impl Fn(&str) -> String) {
    for (_, value) in pairs.iter_mut().filter(|(key, _)| key == name) {
        *value = change(value);
    }
}

/// Adds a parameter to responses that carry a code.
fn add_to_code(pairs: &mut Pairs, name: &str, value: &str) {
    if pairs.iter().any(|(key, _)| key == "code") {
        pairs.push((name.to_owned(), value.to_owned()));
    }
}

fn drop(pairs: &mut Pairs, name: &str) {
    pairs.retain(|(key, _)| key != name);
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "authorize-not-found",
        title: "Authorization endpoint not found",
        summary: "The authorization endpoint of the metadata answers 404.",
        rules: &["authorization-endpoint-dead"],
        apply: |b| b.authorize.shape.instead = Some(Page::NotFound),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "authorize-redirects-with-200",
        title: "Redirect with status 200",
        summary: "The authorization response has a Location and the status 200, so that no browser follows it.",
        rules: &["authorization-response-not-redirected"],
        apply: |b| {
            b.authorize.auto_consent = true;
            b.authorize.shape.status = Some(200);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "authorize-fails",
        title: "Authorization endpoint fails",
        summary: "The authorization endpoint answers 500.",
        rules: &["authorization-server-error"],
        apply: |b| b.authorize.shape.instead = Some(Page::ServerError(500)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "authorize-firewall",
        title: "A firewall in front of the authorization endpoint",
        summary: "Bot protection answers the authorization request with a challenge page.",
        rules: &["bot-protection"],
        apply: |b| b.authorize.shape.instead = Some(Page::Firewall),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "state-not-echoed",
        title: "state is not returned",
        summary: "The redirect back lacks the state parameter, so the client must throw it away.",
        rules: &["state-missing"],
        apply: |b| b.authorize.response.push(|pairs, _| drop(pairs, "state")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "state-double-encoded",
        title: "state is encoded twice",
        summary: "The redirect back percent-encodes the state once more than it came.",
        rules: &["state-altered"],
        apply: |b| {
            b.authorize.response.push(|pairs, _| {
                change(pairs, "state", |state| {
                    let encoded: String =
                        url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
                    if encoded == state {
                        format!("{state}%3D")
                    } else {
                        encoded
                    }
                });
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "state-cut",
        title: "state is cut off",
        summary: "The redirect back returns only the first eight characters of the state.",
        rules: &["state-altered"],
        apply: |b| {
            b.authorize
                .response
                .push(|pairs, _| change(pairs, "state", |state| state.chars().take(8).collect()));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "iss-missing",
        title: "iss advertised and not sent",
        summary: "The metadata promises an iss parameter in the authorization response, which has none.",
        rules: &["iss-missing"],
        apply: |b| b.authorize.response.push(|pairs, _| drop(pairs, "iss")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "iss-of-upstream",
        title: "iss of the upstream provider",
        summary: "The authorization response names the identity provider behind the authorization server as its issuer.",
        rules: &["iss-mismatch"],
        apply: |b| {
            b.authorize.response.push(|pairs, _| {
                change(pairs, "iss", |_| {
                    "https://login.upstream.example".to_owned()
                })
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "iss-extra-slash",
        title: "iss with an extra slash",
        summary: "The authorization response names the issuer with a slash at its end that it does not have.",
        rules: &["iss-mismatch"],
        apply: |b| {
            b.authorize
                .response
                .push(|pairs, _| change(pairs, "iss", |iss| format!("{iss}/")))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "iss-sent-unadvertised",
        title: "iss sent and not advertised",
        summary: "The authorization response has the right iss, and the metadata does not say that it will.",
        rules: &["iss-not-advertised"],
        apply: |b| {
            b.metadata.iss_parameter = false;
            b.authorize
                .response
                .push(|pairs, v| pairs.push(("iss".to_owned(), v.issuer.clone())));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "iss-wrong-unadvertised",
        title: "A wrong iss, not advertised",
        summary: "The authorization response has an iss nobody promised, and it is of another server.",
        rules: &["iss-mismatch"],
        apply: |b| {
            b.metadata.iss_parameter = false;
            let wrong = |pairs: &mut Pairs, _: &_| {
                pairs.push((
                    "iss".to_owned(),
                    "https://login.upstream.example".to_owned(),
                ))
            };
            b.authorize.response.push(wrong);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "code-missing",
        title: "Redirect without code or error",
        summary: "The redirect back has neither a code nor an error.",
        rules: &["callback-without-answer"],
        apply: |b| b.authorize.response.push(|pairs, _| drop(pairs, "code")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "code-duplicated",
        title: "Two codes",
        summary: "The redirect back has the parameter code twice, with different values.",
        rules: &["callback-parameters-repeated"],
        apply: |b| {
            b.authorize
                .response
                .push(|pairs, _| add_to_code(pairs, "code", &random(12)))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "code-with-error",
        title: "A code and an error at once",
        summary: "The redirect back has a code and an error together.",
        rules: &["callback-code-with-error"],
        apply: |b| {
            b.authorize
                .response
                .push(|pairs, _| add_to_code(pairs, "error", "consent_required"));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "code-not-encoded",
        title: "A code with raw special characters",
        summary: "The code holds a plus sign that is not percent-encoded, so that the client reads a space.",
        rules: &["callback-code-not-encoded"],
        apply: |b| {
            b.authorize.mode = ResponseMode::RawQuery;
            b.authorize.code = Some(|| format!("{}+{}/x", random(9), random(9)));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "response-in-fragment",
        title: "Code in the fragment",
        summary: "The redirect back carries its parameters behind a #, where no server-side client sees them.",
        rules: &["callback-in-fragment"],
        apply: |b| b.authorize.mode = ResponseMode::Fragment,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "response-as-form",
        title: "Code by form post",
        summary: "The response comes as a page with a form to post, though nobody asked for form_post.",
        rules: &["callback-posted"],
        apply: |b| b.authorize.mode = ResponseMode::FormPost,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "redirected-elsewhere",
        title: "Redirected to another path",
        summary: "The person is sent to another path than that of the requested redirect URI.",
        rules: &["response-altered-redirect-uri"],
        apply: |b| {
            b.authorize.redirect_to = Some(|uri| match uri.rfind('/') {
                Some(at) if at > 8 => format!("{}/auth/complete", &uri[..at]),
                _ => format!("{uri}/auth/complete"),
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "redirected-to-localhost",
        title: "Redirected to localhost in place of 127.0.0.1",
        summary: "The redirect back swaps 127.0.0.1 and localhost, where perhaps nobody listens.",
        rules: &["response-altered-redirect-uri"],
        apply: |b| {
            b.authorize.redirect_to = Some(|uri| {
                if uri.contains("//127.0.0.1") {
                    uri.replacen("//127.0.0.1", "//localhost", 1)
                } else {
                    uri.replacen("//localhost", "//127.0.0.1", 1)
                }
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "redirect-with-extra-slash",
        title: "Redirected with an extra slash",
        summary: "The redirect back adds a slash before the query.",
        rules: &["response-altered-redirect-uri"],
        apply: |b| b.authorize.redirect_to = Some(|uri| format!("{uri}/")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "access-always-denied",
        title: "Access is denied without a word",
        summary: "Every request ends in access_denied without a description, as when a policy forbids the client.",
        rules: &["authorization-denied"],
        apply: |b| b.authorize.refuse = Some(("access_denied", None)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "authorize-server-error",
        title: "server_error by redirect",
        summary: "Every request ends in server_error, by redirect and without a description.",
        rules: &["authorization-server-error"],
        apply: |b| b.authorize.refuse = Some(("server_error", None)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "no-identity-connection",
        title: "No connection for this client",
        summary: "The tenant has no sign-in method for clients that registered themselves.",
        rules: &["auth0-message"],
        apply: |b| {
            b.authorize.refuse = Some((
                "invalid_request",
                Some("no connections enabled for the client"),
            ));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "errors-never-redirected",
        title: "Errors stay on a page",
        summary: "When the upstream provider denies, the authorization server shows a page and never returns to the client.",
        rules: &["authorization-error-not-redirected"],
        apply: |b| {
            b.authorize.refuse = Some((
                "access_denied",
                Some("the upstream provider denied the request"),
            ));
            b.authorize.errors_stay = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "error-code-invented",
        title: "An error code of its own",
        summary: "The redirect back has an error code no specification knows, and no description.",
        rules: &["authorization-error-unknown-code"],
        apply: |b| b.authorize.refuse = Some(("E4012", None)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "resource-parameter-unsupported",
        title: "The resource parameter is refused",
        summary: "The authorization endpoint refuses requests with a resource parameter, which MCP requires.",
        rules: &["resource-refused"],
        apply: |b| b.authorize.resource = ResourceCheck::Unsupported,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "resource-not-registered",
        title: "The resource is unknown to the authorization server",
        summary: "The authorization server answers invalid_target, since nobody registered the MCP server with it.",
        rules: &["resource-refused"],
        apply: |b| b.authorize.resource = ResourceCheck::Unknown,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-demanded-nowhere-named",
        title: "A scope is demanded that nobody names",
        summary: "The authorization server wants a scope parameter, and the MCP server names none to ask for.",
        rules: &["scope-missing-in-request"],
        apply: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = None;
            b.scopes.request_must_name = true;
        },
        ..MCP_SERVER
    },
    Fault {
        id: "consent-page-blocks-redirect",
        title: "The consent page forbids the redirect",
        summary: "The page's content security policy has form-action 'self', which makes Chromium drop the redirect to the client.",
        rules: &["consent-form-blocked"],
        shows: Shows::Browser,
        apply: |b| b.authorize.form_action = Some("'self'"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-advertised-not-understood",
        title: "S256 advertised and refused",
        summary: "The metadata lists S256, and the authorization endpoint says the method is not supported.",
        rules: &["pkce-challenge-refused"],
        apply: |b| {
            b.authorize.refuse = Some((
                "invalid_request",
                Some("Transform algorithm not supported: S256"),
            ));
        },
        ..AUTHORIZATION_SERVER
    },
];
