//! Faults of what access tokens say: audience, issuer, times, signature.

use serde_json::{Value, json};

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER};
use crate::authz::issue::Signature;

fn copy_claim(mut claims: Value, from: &str, to: &str) -> Value {
    claims[to] = claims.get(from).cloned().unwrap_or(Value::Null);
    claims
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "token-audience-mismatch",
        title: "Token for another resource",
        summary: "The access token's audience is another resource than the one that was asked for, and the MCP server turns it away.",
        rules: &["token-audience-mismatch"],
        apply: |b| {
            b.access_token
                .claims
                .set("aud", |_| json!("https://api.acme.example"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-audience-missing",
        title: "Token without an audience",
        summary: "The access token has no aud claim, as if no resource had been asked for.",
        rules: &["token-without-audience"],
        apply: |b| b.access_token.claims.remove("aud"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-audience-client",
        title: "Token for the client itself",
        summary: "The authorization server ignores the resource parameter and makes the client id the audience.",
        rules: &["token-audience-mismatch"],
        apply: |b| {
            b.access_token
                .claims
                .rewrite(|claims| copy_claim(claims, "client_id", "aud"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-audience-issuer",
        title: "Token for the authorization server",
        summary: "The access token's audience is the authorization server that made it.",
        rules: &["token-audience-mismatch"],
        apply: |b| {
            b.access_token
                .claims
                .rewrite(|claims| copy_claim(claims, "iss", "aud"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-audience-origin",
        title: "Token for the origin only",
        summary: "The access token's audience is the MCP server's origin without the endpoint's path.",
        rules: &["token-audience-mismatch"],
        apply: |b| b.access_token.claims.set("aud", |v| json!(v.mcp_origin)),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-audience-slash",
        title: "Audience with an extra slash",
        summary: "The access token's audience has a slash at its end that the resource has not.",
        rules: &["token-audience-mismatch"],
        apply: |b| {
            b.access_token
                .claims
                .set("aud", |v| json!(format!("{}/", v.resource)))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "server-expects-other-audience",
        title: "The MCP server expects another audience",
        summary: "The token is made for the resource as the metadata names it; the MCP server's validator wants its base URL.",
        rules: &["audience-refused-though-right"],
        apply: |b| b.access.audience = |v| v.mcp_base.clone(),
        ..MCP_SERVER
    },
    Fault {
        id: "token-issuer-mismatch",
        title: "Token of another issuer",
        summary: "The access token's iss claim is not the issuer, as with the two token versions of one provider.",
        rules: &["token-issuer-mismatch"],
        apply: |b| {
            b.access_token
                .claims
                .set("iss", |_| json!("https://sts.acme.example/7d1f/"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-issuer-slash",
        title: "Token issuer with an extra slash",
        summary: "The access token's iss claim has a slash more than the issuer in the metadata.",
        rules: &["token-issuer-mismatch"],
        apply: |b| {
            b.access_token
                .claims
                .set("iss", |v| json!(format!("{}/", v.issuer)))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-expired-at-birth",
        title: "Token that has expired already",
        summary: "The authorization server's clock is two hours slow, so that tokens have expired when they are made.",
        rules: &["token-expiry-wrong"],
        apply: |b| b.access_token.clock_offset = -7_200,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-from-the-future",
        title: "Token that is not valid yet",
        summary: "The authorization server's clock is ten minutes fast, so that tokens are not valid yet.",
        rules: &["clock-skew"],
        apply: |b| b.access_token.clock_offset = 600,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-key-unknown",
        title: "Token signed with an unknown key",
        summary: "The access token is signed with a key whose kid the key set does not have.",
        rules: &["jwks-unusable"],
        apply: |b| b.access_token.signature = Signature::Stranger,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-signature-wrong",
        title: "Token whose signature does not verify",
        summary: "The access token names a key of the key set and is signed with another.",
        rules: &["token-key-refused"],
        apply: |b| b.access_token.signature = Signature::Forged,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-unsigned",
        title: "Unsigned token",
        summary: "The access token is a JWT with algorithm none and no signature.",
        rules: &["token-signature-invalid"],
        apply: |b| b.access_token.signature = Signature::None,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-opaque-not-understood",
        title: "Opaque token where a JWT is wanted",
        summary: "The authorization server gives opaque tokens, and the MCP server can only read JWTs.",
        rules: &["token-not-a-jwt-refused"],
        apply: |b| {
            b.access_token.opaque = true;
            b.access.opaque_known = false;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-encrypted",
        title: "Encrypted token",
        summary: "The access token is a JWE of five parts that only the authorization server can open.",
        rules: &["token-not-a-jwt-refused"],
        apply: |b| {
            b.token.success.set("access_token", |_| {
                let header = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiaXNzIjoibGFiIn0";
                json!(format!(
                    "{header}..Vm9uIGRlciBMYWI.c2VhbGVkIGNvbnRlbnQ.dGFnIG9mIHRoZSBsYWI"
                ))
            });
        },
        ..AUTHORIZATION_SERVER
    },
];
