//! Healthy targets that differ in where metadata is and what it says.

use serde_json::json;

use super::{HEALTHY, Preset};
use crate::authz::metadata::{ServerPaths, Serves};

/// Nothing below the issuer's path, one path for everything.
const TENANT: &[ServerPaths] = &[ServerPaths {
    issuer: "/tenants/acme",
    endpoints: "/tenants/acme",
}];

const OPENID: &str = "openid profile files:read files:write files:admin";

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "path-scoped-issuer",
        title: "Issuer with a path",
        summary: "The authorization server is one tenant of many: issuer, metadata and endpoints carry a path.",
        configure: |b| b.metadata.servers = TENANT,
        ..HEALTHY
    },
    Preset {
        id: "endpoints-elsewhere",
        title: "Endpoints beside the issuer's path",
        summary: "The issuer has one path, its endpoints have another, as metadata says.",
        configure: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/tenants/acme",
                endpoints: "/oauth2/v1",
            }];
        },
        ..HEALTHY
    },
    Preset {
        id: "openid-only",
        title: "OpenID Connect discovery only",
        summary: "Metadata is found at the issuer plus /.well-known/openid-configuration and nowhere else.",
        configure: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/realms/acme",
                endpoints: "/realms/acme/protocol",
            }];
            b.metadata.serves = Serves {
                oauth: false,
                openid_inserted: false,
                openid_appended: true,
                oauth_appended: false,
            };
            b.scopes.grantable = OPENID;
        },
        ..HEALTHY
    },
    Preset {
        id: "openid-inserted",
        title: "OpenID Connect discovery, path inserted",
        summary: "Metadata is found at /.well-known/openid-configuration followed by the issuer's path.",
        configure: |b| {
            b.metadata.servers = TENANT;
            b.metadata.serves = Serves {
                oauth: false,
                openid_inserted: true,
                openid_appended: false,
                oauth_appended: false,
            };
            b.scopes.grantable = OPENID;
        },
        ..HEALTHY
    },
    Preset {
        id: "issuer-ends-in-slash",
        title: "Issuer that ends in a slash",
        summary: "The issuer ends in a slash everywhere it is written, so nothing mismatches.",
        configure: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/",
                endpoints: "",
            }]
        },
        ..HEALTHY
    },
    Preset {
        id: "several-authorization-servers",
        title: "Two authorization servers",
        summary: "The resource trusts two authorization servers; either one will do.",
        configure: |b| {
            b.metadata.servers = &[
                ServerPaths {
                    issuer: "",
                    endpoints: "",
                },
                ServerPaths {
                    issuer: "/backup",
                    endpoints: "/backup",
                },
            ];
        },
        ..HEALTHY
    },
    Preset {
        id: "multi-tenant",
        title: "One endpoint per tenant",
        summary: "The MCP endpoint's path names a tenant, and the resource metadata address carries it.",
        configure: |b| b.mcp.path = "/tenants/acme/mcp",
        ..HEALTHY
    },
    Preset {
        id: "endpoint-ends-in-slash",
        title: "Endpoint that ends in a slash",
        summary: "The MCP endpoint and its resource identifier end in a slash, which is part of their names.",
        configure: |b| b.mcp.path = "/mcp/",
        ..HEALTHY
    },
    Preset {
        id: "endpoint-at-root",
        title: "Endpoint at the root",
        summary: "The resource identifier is a bare origin without a slash, and must be sent so.",
        own_origin: true,
        configure: |b| b.mcp.path = "",
        ..HEALTHY
    },
    Preset {
        id: "root-metadata",
        title: "Resource metadata at the root",
        summary: "The metadata sits at the origin's root, names the origin as resource, and only the ladder finds it.",
        own_origin: true,
        configure: |b| {
            b.mcp.resource_path = Some("");
            b.prm.at_path = false;
            b.prm.at_root = true;
            b.challenge.edit(|c, v| {
                let root = format!("{}/.well-known/oauth-protected-resource", v.mcp_origin);
                c.set("resource_metadata", &root);
            });
        },
        ..HEALTHY
    },
    Preset {
        id: "metadata-by-header-only",
        title: "Resource metadata at an address of its own",
        summary: "Only the challenge tells where the resource metadata is; the well-known addresses answer 404.",
        configure: |b| {
            b.prm.at_path = false;
            b.prm.also_at = Some("/about/resource.json");
            b.challenge.edit(|c, v| {
                c.set(
                    "resource_metadata",
                    &format!("{}/about/resource.json", v.mcp_base),
                )
            });
        },
        ..HEALTHY
    },
    Preset {
        id: "several-challenges",
        title: "Several challenges",
        summary: "The 401 offers HTTP Basic in one header line and Bearer, in another case and order, in the next.",
        configure: |b| {
            b.challenge.edit(|c, _| {
                c.before.push((
                    "WWW-Authenticate".to_owned(),
                    "Basic realm=\"for machines, only\"".to_owned(),
                ));
                c.scheme = "bearer";
                c.params.reverse();
                c.params.insert(
                    0,
                    (
                        "realm".to_owned(),
                        "the \\\"lab\\\", second floor".to_owned(),
                    ),
                );
            });
        },
        ..HEALTHY
    },
    Preset {
        id: "unknown-members",
        title: "Members nobody knows",
        summary: "Every document has members beyond the specifications, which a client ignores.",
        configure: |b| {
            b.prm.shape.set(
                "x_acme_tier",
                |_| json!({ "name": "gold", "limits": [1, 2, null] }),
            );
            b.metadata.shape.set("x_acme_region", |_| json!("eu-1"));
            b.registration.shape.set("x_acme_owner", |_| json!(null));
            b.token.success.set("x_acme_session", |_| json!(17));
        },
        ..HEALTHY
    },
];
