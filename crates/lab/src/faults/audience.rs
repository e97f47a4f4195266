//! Faults of what access tokens say: audience, issuer, times, signature.

use serde_json::json;

use super::{AUTHORIZATION_SERVER, Fault};

pub(super) const FAULTS: &[Fault] = &[Fault {
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
}];
