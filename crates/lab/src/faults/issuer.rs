//! Faults of the issuer: what the authorization server calls itself against what it is called.

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER};
use crate::authz::metadata::ServerPaths;

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
        id: "issuer-other-host",
        title: "issuer on another host",
        summary: "Behind a proxy the authorization server calls itself by its inner host name.",
        rules: &["issuer-mismatch"],
        apply: |b| b.metadata.own_issuer = |_| "http://auth-internal.invalid:8080".to_owned(),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "issuer-without-path",
        title: "issuer without its path",
        summary: "The metadata found for a tenant's path gives the bare origin as issuer.",
        rules: &["issuer-mismatch"],
        apply: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/tenants/acme",
                endpoints: "/tenants/acme",
            }];
            b.metadata.own_issuer = |v| v.authorization_origin.clone();
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "issuer-other-scheme",
        title: "issuer with another scheme",
        summary: "The authorization server changes http to https (or the reverse) in its issuer.",
        rules: &["issuer-mismatch"],
        apply: |b| {
            b.metadata.own_issuer = |v| match v.issuer.strip_prefix("http://") {
                Some(rest) => format!("https://{rest}"),
                None => v.issuer.replacen("https://", "http://", 1),
            };
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "issuer-upper-case",
        title: "issuer in another case",
        summary: "The issuer's path is written in capitals, and identifiers are compared character by character.",
        rules: &["issuer-mismatch"],
        apply: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/tenants/acme",
                endpoints: "/tenants/acme",
            }];
            b.metadata.own_issuer = |v| v.issuer.replace("/acme", "/ACME");
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "issuer-placeholder",
        title: "issuer with a placeholder",
        summary: "The issuer has {tenantid} in it where a tenant belongs.",
        rules: &["issuer-mismatch"],
        apply: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/tenants/common",
                endpoints: "/tenants/common",
            }];
            b.metadata.own_issuer = |v| v.issuer.replace("/common", "/{tenantid}");
        },
        ..MCP_SERVER
    },
];
