//! Faults of client registration: dynamic registration and client id metadata documents.

use super::{AUTHORIZATION_SERVER, Fault};

pub(super) const FAULTS: &[Fault] = &[Fault {
    id: "registered-redirect-uri-slash",
    title: "Registered redirect URI gains a slash",
    summary: "Registration stores the redirect URI with a slash added, and the authorization endpoint then refuses the one that was sent.",
    rules: &["registered-redirect-uri-differs"],
    apply: |b| {
        b.metadata.client_documents = false;
        b.registration.store_redirect_uri = |uri| format!("{uri}/");
    },
    ..AUTHORIZATION_SERVER
}];
