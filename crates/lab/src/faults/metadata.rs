//! Faults of the authorization server metadata: where it is, what it says, and its key set.

use serde_json::json;

use super::{AUTHORIZATION_SERVER, Fault};
use crate::authz::metadata::{ServerPaths, Serves};
use crate::pages::Page;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "pkce-support-not-advertised",
        title: "PKCE support not advertised",
        summary: "The metadata lacks code_challenge_methods_supported, so a conforming client must refuse to go on.",
        rules: &["pkce-support-not-advertised"],
        apply: |b| b.metadata.pkce_methods = None,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-only-plain-advertised",
        title: "Only plain PKCE advertised",
        summary: "The metadata lists the challenge method plain and not S256.",
        rules: &["pkce-s256-not-advertised"],
        apply: |b| b.metadata.pkce_methods = Some(&["plain"]),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-not-found",
        title: "No authorization server metadata",
        summary: "The issuer has metadata at none of its well-known addresses.",
        rules: &["as-metadata-not-found"],
        apply: |b| b.metadata.serves.oauth = false,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-appended",
        title: "Metadata under the issuer's path",
        summary: "The RFC 8414 document is appended to the issuer's path instead of inserted before it.",
        rules: &["as-metadata-not-found"],
        apply: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/tenants/acme",
                endpoints: "/tenants/acme",
            }];
            b.metadata.serves = Serves {
                oauth: false,
                openid_inserted: false,
                openid_appended: false,
                oauth_appended: true,
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-web-app",
        title: "The web application answers for the metadata",
        summary: "Every address of the authorization server falls through to the single-page application: 200 and HTML.",
        rules: &["as-metadata-answers-html"],
        apply: |b| {
            b.metadata.serves.oauth = false;
            b.metadata.elsewhere = Page::Spa;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-behind-authentication",
        title: "Metadata asks for authentication",
        summary: "The authorization server's metadata is only given to those who have signed in.",
        rules: &["discovery-behind-authentication"],
        apply: |b| {
            b.metadata.shape.instead = Some(Page::Json(401, r#"{"message":"Unauthorized"}"#))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-server-error",
        title: "Metadata fails",
        summary: "The metadata address answers 500.",
        rules: &["discovery-server-error"],
        apply: |b| b.metadata.shape.instead = Some(Page::ServerError(500)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-firewall",
        title: "A firewall in front of the metadata",
        summary: "Bot protection answers the metadata request with a challenge page for browsers.",
        rules: &["bot-protection"],
        apply: |b| b.metadata.shape.instead = Some(Page::Firewall),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-redirects-to-login",
        title: "Metadata redirects to sign-in",
        summary: "The metadata address redirects to a sign-in page.",
        rules: &["discovery-behind-authentication"],
        apply: |b| b.metadata.shape.instead = Some(Page::LoginRedirect),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-broken-json",
        title: "Metadata is cut off",
        summary: "The metadata document ends in the middle of a string.",
        rules: &["as-metadata-malformed"],
        apply: |b| b.metadata.shape.instead = Some(Page::BrokenJson),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-empty-object",
        title: "Metadata is an empty object",
        summary: "A gateway answers {} for metadata it could not read.",
        rules: &["as-metadata-member-missing"],
        apply: |b| b.metadata.shape.instead = Some(Page::EmptyObject),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-content-type",
        title: "Metadata as text/plain",
        summary: "The metadata document is right, its Content-Type says text/plain.",
        rules: &["json-content-type-wrong"],
        apply: |b| {
            b.metadata
                .shape
                .set_header("Content-Type", |_| "text/plain".to_owned())
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-without-issuer",
        title: "Metadata without issuer",
        summary: "The metadata lacks the required member issuer.",
        rules: &["as-metadata-member-missing"],
        apply: |b| b.metadata.shape.remove("issuer"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-without-authorization-endpoint",
        title: "Metadata without authorization endpoint",
        summary: "The metadata lacks authorization_endpoint, so nobody can be sent to sign in.",
        rules: &["as-metadata-member-missing"],
        apply: |b| b.metadata.shape.remove("authorization_endpoint"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-without-token-endpoint",
        title: "Metadata without token endpoint",
        summary: "The metadata lacks token_endpoint, so no code can be redeemed.",
        rules: &["as-metadata-member-missing"],
        apply: |b| b.metadata.shape.remove("token_endpoint"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-without-response-types",
        title: "Metadata without response types",
        summary: "The metadata lacks the required member response_types_supported.",
        rules: &["as-metadata-member-missing"],
        apply: |b| b.metadata.shape.remove("response_types_supported"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-null-member",
        title: "Null members in metadata",
        summary: "Members that do not apply are null instead of absent, which strict parsers refuse.",
        rules: &["as-metadata-malformed"],
        apply: |b| {
            b.metadata.shape.set("revocation_endpoint", |_| json!(null));
            b.metadata
                .shape
                .set("introspection_endpoint", |_| json!(null));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-strings-for-lists",
        title: "Strings where metadata wants lists",
        summary: "response_types_supported and the challenge methods are strings instead of lists.",
        rules: &["as-metadata-malformed"],
        apply: |b| {
            b.metadata
                .shape
                .set("response_types_supported", |_| json!("code"));
            b.metadata
                .shape
                .set("code_challenge_methods_supported", |_| json!("S256"));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-camel-case",
        title: "Metadata in camel case",
        summary: "Member names are written in camel case, tokenEndpoint say, so that no client finds them.",
        rules: &["as-metadata-member-missing"],
        apply: |b| {
            b.metadata
                .shape
                .rename("authorization_endpoint", "authorizationEndpoint");
            b.metadata.shape.rename("token_endpoint", "tokenEndpoint");
            b.metadata
                .shape
                .rename("registration_endpoint", "registrationEndpoint");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-without-code-response",
        title: "Response type code not supported",
        summary: "The metadata lists the implicit response type token only.",
        rules: &["code-flow-not-advertised"],
        apply: |b| {
            b.metadata
                .shape
                .set("response_types_supported", |_| json!(["token"]))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-without-code-grant",
        title: "Grant authorization_code not supported",
        summary: "The metadata lists client_credentials as the only grant type.",
        rules: &["code-flow-not-advertised"],
        apply: |b| {
            b.metadata
                .shape
                .set("grant_types_supported", |_| json!(["client_credentials"]))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "metadata-offers-password-grant",
        title: "Password and implicit grants advertised",
        summary: "The metadata offers grants that OAuth 2.1 has removed.",
        rules: &["outdated-grants-advertised"],
        apply: |b| {
            b.metadata.shape.set("grant_types_supported", |_| {
                json!([
                    "authorization_code",
                    "refresh_token",
                    "password",
                    "implicit"
                ])
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "endpoints-relative",
        title: "Relative endpoints",
        summary: "The metadata gives endpoints as paths where absolute URLs are needed.",
        rules: &["endpoint-url-unfit"],
        apply: |b| {
            b.metadata
                .shape
                .set("authorization_endpoint", |_| json!("/authorize"));
            b.metadata.shape.set("token_endpoint", |_| json!("/token"));
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "endpoints-under-wrong-prefix",
        title: "Endpoints under a prefix that does not exist",
        summary: "The metadata repeats the mount path in its endpoints, where nothing is served.",
        rules: &["registration-endpoint-dead"],
        apply: |b| {
            b.metadata.shape.set("authorization_endpoint", |v| {
                json!(format!("{}/mcp/authorize", v.endpoint_base))
            });
            b.metadata.shape.set("token_endpoint", |v| {
                json!(format!("{}/mcp/token", v.endpoint_base))
            });
            b.metadata.shape.set("registration_endpoint", |v| {
                json!(format!("{}/mcp/register", v.endpoint_base))
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "endpoints-internal",
        title: "Endpoints on an internal host",
        summary: "The metadata names endpoints by a host only the containers know.",
        rules: &["endpoint-unreachable"],
        apply: |b| {
            b.metadata.shape.set("token_endpoint", |_| {
                json!("http://auth-internal.invalid:8080/token")
            });
            b.metadata.shape.set("registration_endpoint", |_| {
                json!("http://auth-internal.invalid:8080/register")
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "authorization-endpoint-script",
        title: "Authorization endpoint is a script",
        summary: "The metadata gives a javascript: URL as authorization endpoint, which must never be opened.",
        rules: &["endpoint-url-unfit"],
        apply: |b| {
            b.metadata.shape.set("authorization_endpoint", |_| {
                json!("javascript:alert(document.domain)//")
            })
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "no-way-to-register",
        title: "No way to register is advertised",
        summary: "The metadata offers neither client documents nor a registration endpoint.",
        rules: &["registration-not-possible"],
        apply: |b| {
            b.metadata.registration = false;
            b.metadata.client_documents = false;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "jwks-not-found",
        title: "Key set not found",
        summary: "jwks_uri leads to a 404, so the MCP server cannot verify any token.",
        rules: &["jwks-unusable"],
        apply: |b| {
            b.metadata.jwks.instead = Some(Page::NotFound);
            b.access.rejects_valid = Some("the key set could not be fetched");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "jwks-empty",
        title: "Key set without keys",
        summary: "The key set is empty, so the MCP server cannot verify any token.",
        rules: &["jwks-unusable"],
        apply: |b| {
            b.metadata.jwks.set("keys", |_| json!([]));
            b.access.rejects_valid = Some("the key set has no key with this kid");
        },
        ..AUTHORIZATION_SERVER
    },
];
