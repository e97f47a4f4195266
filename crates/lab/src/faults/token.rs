//! Faults of the token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{AUTHORIZATION_SERVER, Fault};
use crate::keys::sha256;
use crate::pages::Page;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "pkce-verification-failed",
        title: "PKCE check in the wrong Base64",
        summary: "The token endpoint computes the challenge in standard Base64 with padding, so that no verifier ever matches.",
        rules: &["pkce-verification-failed"],
        apply: |b| b.token.pkce.compute = |verifier| STANDARD.encode(sha256(verifier)),
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
];
