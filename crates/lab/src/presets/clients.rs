//! Healthy targets that differ in how clients become known.

use super::{HEALTHY, Preset};
use crate::authz::authorize::ResourceCheck;
use crate::how::How;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "client-documents-only",
        title: "Client documents only",
        summary: "Clients are known by their metadata document; there is no registration endpoint.",
        configure: |b| b.metadata.registration = false,
        ..HEALTHY
    },
    Preset {
        id: "registration-only",
        title: "Dynamic registration only",
        summary: "Clients register themselves; client documents are not supported.",
        configure: |b| b.metadata.client_documents = false,
        ..HEALTHY
    },
    Preset {
        id: "preregistered-only",
        title: "Pre-registered clients with a secret",
        summary: "No registration of any kind: use lab-confidential with the secret lab-secret.",
        client: Some(("lab-confidential", "lab-secret")),
        configure: |b| {
            b.metadata.registration = false;
            b.metadata.client_documents = false;
            b.metadata.auth_methods = &["client_secret_basic", "client_secret_post"];
        },
        ..HEALTHY
    },
    Preset {
        id: "registration-gives-secret",
        title: "Registration decides on a secret",
        summary: "Whatever method a client asks for, registration answers client_secret_basic and a secret, and means it.",
        configure: |b| {
            b.metadata.client_documents = false;
            b.metadata.auth_methods = &["client_secret_basic"];
            b.registration.auth_method = |_| "client_secret_basic".to_owned();
        },
        ..HEALTHY
    },
    Preset {
        id: "registration-answers-little",
        title: "A short registration answer",
        summary: "Registration answers the client id and what was registered, and offers no management.",
        configure: |b| {
            b.metadata.client_documents = false;
            for member in [
                "registration_access_token",
                "registration_client_uri",
                "client_id_issued_at",
            ] {
                b.registration.shape.remove(member);
            }
        },
        ..HEALTHY
    },
    Preset {
        id: "pushed-requests",
        title: "Pushed authorization requests required",
        summary: "Authorization requests are pushed ahead of the person (RFC 9126) and refused otherwise.",
        configure: |b| {
            b.metadata.pushed = true;
            b.metadata.pushed_required = true;
        },
        ..HEALTHY
    },
    Preset {
        id: "client-credentials",
        title: "Client credentials",
        summary: "A client may get tokens for itself, without a person: lab-confidential with the secret lab-secret.",
        client: Some(("lab-confidential", "lab-secret")),
        how: How::ClientCredentials,
        configure: |b| {
            b.metadata.grant_types = &["authorization_code", "refresh_token", "client_credentials"]
        },
        ..HEALTHY
    },
    Preset {
        id: "resource-required",
        title: "The resource parameter is required",
        summary: "The authorization server refuses requests that do not name the resource.",
        configure: |b| b.authorize.resource = ResourceCheck::Required,
        ..HEALTHY
    },
];
