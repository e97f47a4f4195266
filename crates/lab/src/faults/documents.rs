//! Faults around client id metadata documents, and of clients that are known beforehand.

use super::{AUTHORIZATION_SERVER, Fault, Party, Shows};
use crate::authz::redirect_uri::RedirectPolicy;
use crate::behaviour::Behaviour;

/// Leaves client documents as the only way, so that a client takes it.
fn only_way(b: &mut Behaviour) {
    b.metadata.registration = false;
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "client-documents-advertised-only",
        title: "Client documents advertised and not supported",
        summary: "The metadata says client_id_metadata_document_supported, the authorization endpoint does not know any URL as client.",
        rules: &["cimd-document-not-fetched"],
        apply: |b| {
            only_way(b);
            b.clients.documents.refused = Some("invalid_client: unknown client_id");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "client-document-fetch-fails",
        title: "Client document cannot be fetched",
        summary: "The authorization server's way out is blocked, so that it can read no client document.",
        rules: &["cimd-document-unreachable"],
        apply: |b| {
            only_way(b);
            b.clients.documents.refused = Some(
                "invalid_client: client_id metadata document fetch failed: upstream answered 403",
            );
        },
        // On loopback the address of the document is the reason, and that is the client's.
        party: Party::Client,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "client-document-domain-refused",
        title: "Client document's domain is not trusted",
        summary: "The authorization server trusts documents of some domains only.",
        rules: &["cimd-fetch-failed"],
        apply: |b| {
            only_way(b);
            b.clients.documents.refused =
                Some("invalid_client: the domain of this client_id is not on the trust list");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "client-document-same-domain-rule",
        title: "Redirects must be on the document's domain",
        summary: "The authorization server wants redirect URIs on the document's own domain, which rules out loopback.",
        rules: &["redirect-uri-refused"],
        apply: |b| {
            only_way(b);
            b.clients.documents.refused =
                Some("invalid_redirect_uri: redirect_uris must have the same origin as client_id");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "client-document-port-compared",
        title: "Loopback port compared",
        summary: "The authorization server compares the port of loopback redirect URIs, which RFC 8252 leaves free.",
        rules: &["loopback-port-compared"],
        shows: Shows::Probe,
        apply: |b| b.authorize.redirect = RedirectPolicy::PortIncluded,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "client-document-needs-secret",
        title: "A secret demanded of a document client",
        summary: "The token endpoint demands a client secret of a client that can have none.",
        rules: &["client-authentication-refused"],
        apply: |b| {
            only_way(b);
            b.clients.secret_demanded = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "client-document-mismatch-accepted",
        title: "A client document of another client is taken",
        summary: "The authorization server does not compare the document's client_id with its URL.",
        rules: &["cimd-mismatch-accepted"],
        shows: Shows::Probe,
        apply: |b| {
            only_way(b);
            b.clients.documents.mismatch_accepted = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "public-client-needs-secret",
        title: "A secret demanded of a public client",
        summary: "The token endpoint demands a client secret though the client registered with the method none.",
        rules: &["client-authentication-refused"],
        apply: |b| {
            b.metadata.client_documents = false;
            b.clients.secret_demanded = true;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "basic-authentication-unread",
        title: "HTTP Basic advertised and not read",
        summary: "Registration gives a secret for client_secret_basic, and the token endpoint does not look into the header.",
        rules: &["client-authentication-refused"],
        apply: |b| {
            b.metadata.client_documents = false;
            b.metadata.auth_methods = &["client_secret_basic"];
            b.registration.auth_method = |_| "client_secret_basic".to_owned();
            b.clients.basic_read = false;
        },
        ..AUTHORIZATION_SERVER
    },
];
