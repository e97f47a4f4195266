//! Faults of the protected resource metadata.

use serde_json::json;

use super::{Fault, MCP_SERVER, Party, Shows};
use crate::authz::metadata::ServerPaths;
use crate::pages::Page;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "prm-resource-other-host",
        title: "resource names another host",
        summary: "The resource metadata describes a resource on another host than the one it was asked about.",
        rules: &["resource-mismatch"],
        apply: |b| {
            b.prm
                .shape
                .set("resource", |_| json!("https://mcp.acme.example/mcp"))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-slash",
        title: "resource with an extra slash",
        summary: "The resource identifier has a slash at its end that the endpoint has not.",
        rules: &["resource-mismatch"],
        apply: |b| {
            b.prm
                .shape
                .set("resource", |v| json!(format!("{}/", v.resource)))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-scheme",
        title: "resource with another scheme",
        summary: "The resource identifier changes http to https (or the reverse), as behind an unconfigured proxy.",
        rules: &["resource-mismatch"],
        apply: |b| {
            b.prm.shape.set("resource", |v| {
                json!(match v.resource.strip_prefix("http://") {
                    Some(rest) => format!("https://{rest}"),
                    None => v.resource.replacen("https://", "http://", 1),
                })
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-other-path",
        title: "resource with another path",
        summary: "The resource identifier names a neighbouring endpoint, /sse say.",
        rules: &["resource-mismatch"],
        apply: |b| {
            b.prm
                .shape
                .set("resource", |v| json!(format!("{}/sse", v.mcp_base)))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-internal",
        title: "resource names an internal address",
        summary: "The resource identifier is the address the server listens on, not the one it is reached at.",
        rules: &["resource-mismatch"],
        apply: |b| {
            b.prm
                .shape
                .set("resource", |_| json!("http://0.0.0.0:3000/mcp"))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-is-issuer",
        title: "resource names the authorization server",
        summary: "The resource identifier is the issuer of the authorization server.",
        rules: &["resource-mismatch"],
        apply: |b| b.prm.shape.set("resource", |v| json!(v.issuer)),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-missing",
        title: "resource is missing",
        summary: "The resource metadata does not say which resource it describes.",
        rules: &["prm-resource-missing"],
        apply: |b| b.prm.shape.remove("resource"),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-list",
        title: "resource is a list",
        summary: "The resource identifier is in a list where a string belongs.",
        rules: &["prm-malformed"],
        apply: |b| b.prm.shape.set("resource", |v| json!([v.resource])),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-not-a-url",
        title: "resource is not a URL",
        summary: "The resource identifier is a name instead of an absolute URL.",
        rules: &["prm-resource-unfit"],
        apply: |b| b.prm.shape.set("resource", |_| json!("acme-mcp-server")),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-resource-fragment",
        title: "resource with a fragment",
        summary: "The resource identifier has a fragment, which RFC 8707 forbids.",
        rules: &["prm-resource-unfit"],
        apply: |b| {
            b.prm
                .shape
                .set("resource", |v| json!(format!("{}#main", v.resource)))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-authorization-servers-missing",
        title: "authorization_servers is missing",
        summary: "The resource metadata names no authorization server.",
        rules: &["prm-authorization-servers-missing"],
        apply: |b| b.prm.shape.remove("authorization_servers"),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-authorization-servers-empty",
        title: "authorization_servers is empty",
        summary: "The list of authorization servers has no entry.",
        rules: &["prm-authorization-servers-missing"],
        apply: |b| b.prm.shape.set("authorization_servers", |_| json!([])),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-authorization-servers-singular",
        title: "authorization_server in the singular",
        summary: "The member is named authorization_server, which no client reads.",
        rules: &["prm-authorization-servers-missing"],
        apply: |b| {
            b.prm
                .shape
                .rename("authorization_servers", "authorization_server")
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-authorization-servers-string",
        title: "authorization_servers is a string",
        summary: "The issuer is given as a string where a list belongs.",
        rules: &["prm-malformed"],
        apply: |b| {
            b.prm
                .shape
                .set("authorization_servers", |v| json!(v.issuer))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-authorization-servers-objects",
        title: "authorization_servers lists objects",
        summary: "The list has objects with an issuer member where strings belong.",
        rules: &["prm-malformed"],
        apply: |b| {
            b.prm
                .shape
                .set("authorization_servers", |v| json!([{ "issuer": v.issuer }]))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-names-metadata-url",
        title: "authorization_servers has a metadata URL",
        summary: "The entry is the address of the metadata document instead of the issuer.",
        rules: &["authorization-server-not-an-issuer"],
        apply: |b| {
            b.prm.shape.set("authorization_servers", |v| {
                let path = v
                    .issuer
                    .strip_prefix(&v.authorization_origin)
                    .unwrap_or_default();
                json!([format!(
                    "{}/.well-known/oauth-authorization-server{path}",
                    v.authorization_origin
                )])
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-names-endpoint",
        title: "authorization_servers has an endpoint",
        summary: "The entry is the authorization endpoint instead of the issuer.",
        rules: &["authorization-server-not-an-issuer"],
        apply: |b| {
            b.prm.shape.set("authorization_servers", |v| {
                json!([format!("{}/authorize", v.endpoint_base)])
            })
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-issuer-slash",
        title: "Issuer written with an extra slash",
        summary: "The resource metadata names the issuer with a slash at its end that it does not have.",
        rules: &["issuer-mismatch"],
        apply: |b| {
            b.prm.shape.set("authorization_servers", |v| {
                json!([format!("{}/", v.issuer)])
            })
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-issuer-without-path",
        title: "Issuer written without its path",
        summary: "The resource metadata names the authorization server's origin and forgets the tenant's path.",
        // From outside, a tenant's path that was forgotten looks like a server without metadata.
        party: Party::AuthorizationServer,
        rules: &["as-metadata-not-found"],
        apply: |b| {
            b.metadata.servers = &[ServerPaths {
                issuer: "/tenants/acme",
                endpoints: "/tenants/acme",
            }];
            b.prm
                .shape
                .set("authorization_servers", |v| json!([v.authorization_origin]));
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-issuer-unreachable",
        title: "Issuer on an inner network",
        summary: "The resource metadata names the authorization server by a host name only its containers know.",
        rules: &["authorization-server-unreachable"],
        apply: |b| {
            b.prm.shape.set("authorization_servers", |_| {
                json!(["http://keycloak.invalid:8080/realms/acme"])
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-issuer-without-scheme",
        title: "Issuer without a scheme",
        summary: "The resource metadata names a bare host where a URL belongs.",
        rules: &["authorization-server-url-unfit"],
        apply: |b| {
            b.prm.shape.set("authorization_servers", |v| {
                json!([v
                    .issuer
                    .split_once("://")
                    .map_or(v.issuer.as_str(), |(_, rest)| rest)])
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-not-found",
        title: "No resource metadata anywhere",
        summary: "The challenge does not name resource metadata, and the well-known addresses have none.",
        rules: &["challenge-without-resource-metadata"],
        apply: |b| {
            b.prm.at_path = false;
            b.challenge.edit(|c, _| c.remove("resource_metadata"));
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-web-app",
        title: "The web application answers for the metadata",
        summary: "The metadata address falls through to the single-page application: 200 and HTML.",
        rules: &["prm-answers-html"],
        apply: |b| b.prm.shape.instead = Some(Page::Spa),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-behind-authentication",
        title: "Resource metadata asks for authentication",
        summary: "The document that says how to get a token is only given to those who have one.",
        rules: &["discovery-behind-authentication"],
        apply: |b| b.prm.shape.instead = Some(Page::Json(401, r#"{"message":"Unauthorized"}"#)),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-redirects-to-login",
        title: "Resource metadata redirects to sign-in",
        summary: "The metadata address redirects to the web site's sign-in page.",
        rules: &["discovery-behind-authentication"],
        apply: |b| b.prm.shape.instead = Some(Page::LoginRedirect),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-redirect-loop",
        title: "Resource metadata redirects in a circle",
        summary: "The metadata address redirects to itself.",
        rules: &["discovery-redirects"],
        apply: |b| b.prm.shape.instead = Some(Page::Moved(301, |v| v.prm_url.clone())),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-server-error",
        title: "Resource metadata fails",
        summary: "The metadata address answers 500.",
        rules: &["discovery-server-error"],
        apply: |b| b.prm.shape.instead = Some(Page::ServerError(500)),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-firewall",
        title: "A firewall in front of the metadata",
        summary: "Bot protection answers the metadata request with a challenge page for browsers.",
        rules: &["bot-protection"],
        apply: |b| b.prm.shape.instead = Some(Page::Firewall),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-content-type",
        title: "Resource metadata as text/html",
        summary: "The document is right, its Content-Type says text/html.",
        rules: &["json-content-type-wrong"],
        apply: |b| {
            b.prm
                .shape
                .set_header("Content-Type", |_| "text/html".to_owned())
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-broken-json",
        title: "Resource metadata is cut off",
        summary: "The document ends in the middle of a string.",
        rules: &["prm-malformed"],
        apply: |b| b.prm.shape.instead = Some(Page::BrokenJson),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-byte-order-mark",
        title: "Resource metadata with a byte order mark",
        summary: "The document starts with a byte order mark, which JSON parsers may refuse.",
        rules: &["json-byte-order-mark"],
        apply: |b| b.prm.shape.write = Some(|document| format!("\u{feff}{document}").into_bytes()),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-empty-object",
        title: "Resource metadata is an empty object",
        summary: "A gateway answers {} for a document it could not read.",
        rules: &["prm-resource-missing", "prm-authorization-servers-missing"],
        apply: |b| b.prm.shape.instead = Some(Page::EmptyObject),
        ..MCP_SERVER
    },
    Fault {
        id: "prm-wrapped",
        title: "Resource metadata inside an envelope",
        summary: "The document is the data member of a response envelope.",
        rules: &["prm-resource-missing", "prm-authorization-servers-missing"],
        apply: |b| {
            b.prm
                .shape
                .rewrite(|document| json!({ "success": true, "data": document }))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-bearer-in-query",
        title: "Tokens in the query advertised",
        summary: "The resource metadata offers to take tokens in the query string, which MCP forbids.",
        rules: &["prm-bearer-method-query"],
        apply: |b| {
            b.prm
                .shape
                .set("bearer_methods_supported", |_| json!(["header", "query"]))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-scopes-string",
        title: "scopes_supported is a string",
        summary: "The scopes are given as one string where a list belongs.",
        rules: &["prm-malformed"],
        apply: |b| {
            b.prm
                .shape
                .set("scopes_supported", |_| json!("files:read files:write"))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "prm-documents-disagree",
        title: "Two resource metadata documents that disagree",
        summary: "The challenge points to one document, the well-known address has another, older one.",
        rules: &["prm-documents-disagree"],
        shows: Shows::Probe,
        apply: |b| {
            b.prm.also_at = Some("/about/resource.json");
            b.challenge.edit(|c, v| {
                c.set(
                    "resource_metadata",
                    &format!("{}/about/resource.json", v.mcp_base),
                )
            });
            b.prm.well_known.set("authorization_servers", |_| {
                json!(["https://old-login.acme.example"])
            });
        },
        ..MCP_SERVER
    },
];
