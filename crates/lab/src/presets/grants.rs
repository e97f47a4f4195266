//! Healthy targets for the other ways to a token: bound tokens, clients that sign, devices, assertions.

use super::{HEALTHY, Preset};
use crate::authz::{assertion, device};
use crate::behaviour::Behaviour;
use crate::how::{How, KEY_CLIENT};

/// Offers tokens bound to a key of the client.
pub(crate) fn dpop(b: &mut Behaviour) {
    b.dpop.offered = true;
}

/// The same, and both servers want nonces of their own.
pub(crate) fn dpop_nonces(b: &mut Behaviour) {
    dpop(b);
    b.dpop.nonce_at_token = true;
    b.dpop.nonce_at_resource = true;
}

/// Offers the device grant.
pub(crate) fn device(b: &mut Behaviour) {
    b.metadata.grant_types = &["authorization_code", "refresh_token", device::GRANT];
}

/// Takes assertions of the identity provider and of the platform.
pub(crate) fn assertions(b: &mut Behaviour) {
    b.metadata.grant_types = &["authorization_code", "refresh_token", assertion::GRANT];
}

/// Knows clients that sign with a key of their own, and no others.
pub(crate) fn keys(b: &mut Behaviour) {
    b.metadata.grant_types = &["authorization_code", "refresh_token", "client_credentials"];
    b.metadata.auth_methods = &["private_key_jwt"];
    b.metadata.client_documents = false;
}

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "dpop",
        title: "Tokens bound to a key (DPoP)",
        summary: "Clients that send DPoP proofs get tokens bound to their key (RFC 9449); others get bearer tokens.",
        how: How::Dpop,
        configure: dpop,
        ..HEALTHY
    },
    Preset {
        id: "dpop-nonces",
        title: "DPoP with nonces",
        summary: "Both servers answer a DPoP proof without their nonce with use_dpop_nonce and the nonce to use.",
        how: How::Dpop,
        configure: dpop_nonces,
        ..HEALTHY
    },
    Preset {
        id: "client-secret-jwt",
        title: "Client assertion under the secret",
        summary: "The client signs a JWT with its secret (client_secret_jwt): use lab-confidential with the secret lab-secret.",
        how: How::SecretJwt,
        client: Some(("lab-confidential", "lab-secret")),
        configure: |b| {
            b.metadata.registration = false;
            b.metadata.client_documents = false;
            b.metadata.auth_methods = &["client_secret_jwt"];
        },
        ..HEALTHY
    },
    Preset {
        id: "private-key-jwt",
        title: "Client assertion under a key",
        summary: "Clients register a key of their own and sign with it (private_key_jwt); no other way is offered.",
        how: How::KeyJwt,
        configure: keys,
        ..HEALTHY
    },
    Preset {
        id: "client-credentials-key",
        title: "Client credentials with a key",
        summary: "A client gets tokens for itself and signs its requests: use lab-key with the lab's published private key.",
        how: How::ClientCredentialsKey,
        client: Some((KEY_CLIENT, "")),
        configure: keys,
        ..HEALTHY
    },
    Preset {
        id: "device-authorization",
        title: "Device authorization",
        summary: "Devices without a browser get a code to enter elsewhere (RFC 8628); the second poll finds it entered.",
        how: How::Device,
        configure: device,
        ..HEALTHY
    },
    Preset {
        id: "identity-assertion",
        title: "Enterprise-managed authorization",
        summary: "The identity provider at idp/token exchanges an id token for an assertion (ID-JAG) that the authorization server takes: use lab-confidential with lab-secret here and lab-at-the-provider there; idp/id-token gives an id token.",
        how: How::IdentityAssertion,
        client: Some(("lab-confidential", "lab-secret")),
        configure: assertions,
        ..HEALTHY
    },
    Preset {
        id: "workload-identity",
        title: "Workload identity",
        summary: "A workload presents the JWT of its platform (RFC 7523), which platform/token gives: use lab-confidential with the secret lab-secret.",
        how: How::Workload,
        client: Some(("lab-confidential", "lab-secret")),
        configure: assertions,
        ..HEALTHY
    },
];
