//! Faults of the authorization server metadata.

use super::{AUTHORIZATION_SERVER, Fault};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "issuer-extra-slash",
        title: "issuer with an extra slash",
        summary: "The authorization server calls itself by its issuer with a slash added at the end.",
        rules: &["issuer-mismatch"],
        apply: |b| b.metadata.own_issuer = |v| format!("{}/", v.issuer),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pkce-support-not-advertised",
        title: "PKCE support not advertised",
        summary: "The metadata lacks code_challenge_methods_supported, so a conforming client must refuse to go on.",
        rules: &["pkce-support-not-advertised"],
        apply: |b| b.metadata.pkce_methods = None,
        ..AUTHORIZATION_SERVER
    },
];
