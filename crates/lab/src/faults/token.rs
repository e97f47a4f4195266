//! Faults of the token endpoint: PKCE, codes, and the form of its answers.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{AUTHORIZATION_SERVER, Fault};
use crate::authz::pkce;
use crate::keys::sha256;
use crate::pages::Page;

/// A JSON object written as a form.
fn as_form(document: &Value) -> Vec<u8> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let pairs = document
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), text(value)));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
        .into_bytes()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "token-with-scheme",
        title: "The scheme stands in the token",
        summary: "access_token begins with the word Bearer, which the client writes into the header again.",
        rules: &["token-value-unfit"],
        apply: |b| {
            b.token.success.rewrite(|mut document| {
                let bare = document.get("access_token").and_then(Value::as_str);
                if let Some(token) = bare.map(|token| format!("Bearer {token}")) {
                    document["access_token"] = token.into();
                }
                document
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-verification-failed",
        title: "PKCE check in the wrong Base64",
        summary: "The token endpoint computes the challenge in standard Base64 with padding, so that no verifier ever matches.",
        rules: &["pkce-verification-failed"],
        apply: |b| b.token.pkce.compute = |verifier| STANDARD.encode(sha256(verifier)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-check-padded",
        title: "PKCE check with padding",
        summary: "The token endpoint computes the challenge in Base64url and leaves the padding on.",
        rules: &["pkce-verification-failed"],
        apply: |b| b.token.pkce.compute = |verifier| URL_SAFE.encode(sha256(verifier)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-check-hexadecimal",
        title: "PKCE check of a hexadecimal hash",
        summary: "The token endpoint encodes the hash's hexadecimal text instead of its bytes.",
        rules: &["pkce-verification-failed"],
        apply: |b| {
            b.token.pkce.compute = |verifier| STANDARD_NO_PAD.encode(hexadecimal(&sha256(verifier)))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-check-twice-hashed",
        title: "PKCE check hashes twice",
        summary: "A proxy hashes the verifier and the authorization server hashes the result again.",
        rules: &["pkce-verification-failed"],
        apply: |b| b.token.pkce.compute = |verifier| pkce::s256(&pkce::s256(verifier)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-check-plain",
        title: "PKCE check without hashing",
        summary: "The token endpoint compares the verifier itself with the S256 challenge.",
        rules: &["pkce-verification-failed"],
        apply: |b| b.token.pkce.compute = str::to_owned,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "code-expires-at-once",
        title: "Codes expire at once",
        summary: "An authorization code has expired by the time it comes back.",
        rules: &["code-refused"],
        apply: |b| b.token.code_lifetime = 0,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "redirect-uri-compared-wrongly",
        title: "The token endpoint compares another redirect URI",
        summary: "The redirect URI of the authorization request is stored with a slash added and compared at the token endpoint.",
        rules: &["code-refused"],
        apply: |b| b.token.stored_redirect_uri = |uri| format!("{uri}/"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-resource-refused",
        title: "The token endpoint refuses resource",
        summary: "The token endpoint calls the resource parameter unknown, which MCP requires.",
        rules: &["resource-refused"],
        apply: |b| b.token.resource_refused = true,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-wants-json",
        title: "The token endpoint wants JSON",
        summary: "The token endpoint reads JSON bodies only and answers 422 to a form.",
        rules: &["token-request-not-form"],
        apply: |b| b.token.json_only = true,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-response-html",
        title: "Token endpoint answers HTML",
        summary: "The token endpoint answers with the web site's page instead of a token response.",
        rules: &["token-response-not-json"],
        apply: |b| b.token.any.instead = Some(Page::Spa),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-endpoint-not-found",
        title: "Token endpoint not found",
        summary: "The token endpoint of the metadata answers 404.",
        rules: &["token-endpoint-misrouted"],
        apply: |b| b.token.any.instead = Some(Page::NotFound),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-endpoint-405",
        title: "Token endpoint without POST",
        summary: "The token endpoint answers 405 to POST.",
        rules: &["token-endpoint-misrouted"],
        apply: |b| b.token.any.instead = Some(Page::Status(405, "Method Not Allowed")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-endpoint-redirects",
        title: "Token endpoint redirects",
        summary: "The token endpoint redirects to the same path with a slash, which turns the POST into a GET.",
        rules: &["token-endpoint-misrouted"],
        apply: |b| {
            b.token.any.instead = Some(Page::Moved(301, |v| format!("{}/token/", v.endpoint_base)))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-endpoint-firewall",
        title: "A firewall in front of the token endpoint",
        summary: "Bot protection answers the token request with a challenge page for browsers.",
        rules: &["bot-protection"],
        apply: |b| b.token.any.instead = Some(Page::Firewall),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-endpoint-rate-limited",
        title: "Token endpoint is rate-limited",
        summary: "The token endpoint answers 429.",
        rules: &["rate-limited"],
        apply: |b| b.token.any.instead = Some(Page::TooManyRequests),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-form-encoded",
        title: "Token response as a form",
        summary: "The token response is form-encoded instead of JSON.",
        rules: &["token-response-form-encoded"],
        apply: |b| {
            b.token.success.write = Some(as_form);
            b.token.success.set_header("Content-Type", |_| {
                "application/x-www-form-urlencoded".to_owned()
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-content-type",
        title: "Token response as text/html",
        summary: "The token response is right, its Content-Type says text/html.",
        rules: &["json-content-type-wrong"],
        apply: |b| {
            b.token
                .success
                .set_header("Content-Type", |_| "text/html; charset=utf-8".to_owned())
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-status-201",
        title: "Token response with 201",
        summary: "A successful token response has status 201 in place of 200.",
        rules: &["token-response-status"],
        apply: |b| b.token.success.status = Some(201),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-cacheable",
        title: "Token response without no-store",
        summary: "The token response lacks Cache-Control: no-store, so that caches may keep tokens.",
        rules: &["token-response-cacheable"],
        apply: |b| {
            b.token.success.remove_header("Cache-Control");
            b.token.success.remove_header("Pragma");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-missing-access-token",
        title: "Token response without access_token",
        summary: "The token response has everything but an access token.",
        rules: &["token-response-incomplete"],
        apply: |b| b.token.success.remove("access_token"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-camel-case",
        title: "Token response in camel case",
        summary: "The token response says accessToken, so that no client finds it.",
        rules: &["token-response-incomplete"],
        apply: |b| {
            b.token.success.rename("access_token", "accessToken");
            b.token.success.rename("token_type", "tokenType");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-nested",
        title: "Token response in an envelope",
        summary: "The token response is the data member of an envelope.",
        rules: &["token-response-incomplete"],
        apply: |b| {
            b.token
                .success
                .rewrite(|document| json!({ "ok": true, "data": document }))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-type-missing",
        title: "Token response without token_type",
        summary: "The token response lacks the required member token_type.",
        rules: &["token-response-incomplete"],
        apply: |b| b.token.success.remove("token_type"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-type-mac",
        title: "token_type is mac",
        summary: "The token response gives a token type other than Bearer.",
        rules: &["token-type-unknown"],
        apply: |b| b.token.success.set("token_type", |_| json!("mac")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-expires-string",
        title: "expires_in is a string",
        summary: "The token response gives expires_in as a string where a number belongs.",
        rules: &["token-response-types"],
        apply: |b| b.token.success.set("expires_in", |_| json!("3600")),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-expires-missing",
        title: "Token response without expires_in",
        summary: "The token response does not say how long the token lives.",
        rules: &["token-expiry-missing"],
        apply: |b| b.token.success.remove("expires_in"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-expires-zero",
        title: "expires_in is zero",
        summary: "The token response says that the token has expired already.",
        rules: &["token-expiry-wrong"],
        apply: |b| b.token.success.set("expires_in", |_| json!(0)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-null-members",
        title: "Null members in the token response",
        summary: "Members that do not apply are null instead of absent, refresh_token and scope among them.",
        rules: &["token-response-types"],
        apply: |b| {
            b.token.success.set("refresh_token", |_| json!(null));
            b.token.success.set("scope", |_| json!(null));
        },
        ..AUTHORIZATION_SERVER
    },
];
