//! Faults of the 401 challenge: the `WWW-Authenticate` header and what it says.

use super::{Fault, MCP_SERVER, Shows};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "challenge-without-resource-metadata",
        title: "Challenge without resource_metadata",
        summary: "The 401 challenge does not say where the protected resource metadata is.",
        rules: &["challenge-without-resource-metadata"],
        apply: |b| b.challenge.edit(|c, _| c.remove("resource_metadata")),
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-url-not-found",
        title: "resource_metadata leads to a 404",
        summary: "The 401 challenge points to protected resource metadata at an address where there is none.",
        rules: &["resource-metadata-url-not-found"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                let nowhere = format!(
                    "{}/.well-known/oauth-protected-resource/nowhere",
                    v.mcp_base
                );
                c.set("resource_metadata", &nowhere);
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-missing",
        title: "401 without WWW-Authenticate",
        summary: "The 401 carries no challenge at all, as when a generic middleware answers before the MCP one.",
        rules: &["unauthorized-without-challenge"],
        apply: |b| b.challenge.edit(|c, _| c.omitted = true),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-scheme-basic",
        title: "Challenge for HTTP Basic",
        summary: "The 401 asks for a user name and password instead of a bearer token.",
        rules: &["challenge-scheme-not-bearer"],
        apply: |b| {
            b.challenge.edit(|c, _| {
                c.scheme = "Basic";
                c.params = vec![("realm".to_owned(), "mcp".to_owned())];
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-scheme-oauth",
        title: "Challenge with scheme OAuth",
        summary: "The challenge has the right parameters under the scheme OAuth, which no client knows.",
        rules: &["challenge-scheme-not-bearer"],
        apply: |b| b.challenge.edit(|c, _| c.scheme = "OAuth"),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-scheme-missing",
        title: "Challenge without a scheme",
        summary: "The header lists parameters without the word Bearer in front.",
        rules: &["challenge-scheme-not-bearer"],
        apply: |b| b.challenge.edit(|c, _| c.scheme = ""),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-parameter-misspelt",
        title: "resource_metadata written resource-metadata",
        summary: "The parameter is written with a hyphen, so that no client finds it.",
        rules: &["challenge-parameter-misnamed"],
        apply: |b| {
            b.challenge
                .edit(|c, _| c.rename("resource_metadata", "resource-metadata"))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-parameter-camel-case",
        title: "resource_metadata written resourceMetadata",
        summary: "The parameter is written in camel case, so that no client finds it.",
        rules: &["challenge-parameter-misnamed"],
        apply: |b| {
            b.challenge
                .edit(|c, _| c.rename("resource_metadata", "resourceMetadata"))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-parameter-uri",
        title: "resource_metadata written resource_metadata_uri",
        summary: "The parameter has a word too many, so that no client finds it.",
        rules: &["challenge-parameter-misnamed"],
        apply: |b| {
            b.challenge
                .edit(|c, _| c.rename("resource_metadata", "resource_metadata_uri"))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-parameter-resource",
        title: "resource in place of resource_metadata",
        summary: "The challenge names the resource where the address of its metadata belongs.",
        rules: &["challenge-parameter-misnamed"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                c.remove("resource_metadata");
                c.set("resource", &v.resource);
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-names-server-metadata",
        title: "resource_metadata leads to the authorization server",
        summary: "The challenge points to the authorization server's metadata instead of the resource's.",
        rules: &["prm-is-other-document"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                let path = v
                    .issuer
                    .strip_prefix(&v.authorization_origin)
                    .unwrap_or_default();
                let url = format!(
                    "{}/.well-known/oauth-authorization-server{path}",
                    v.authorization_origin
                );
                c.set("resource_metadata", &url);
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-parameter-duplicated",
        title: "resource_metadata twice",
        summary: "Two layers each add a resource_metadata parameter; the first one leads nowhere.",
        rules: &["challenge-parameter-repeated"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                let wrong = format!(
                    "{}/.well-known/oauth-protected-resource/mcp/mcp",
                    v.mcp_base
                );
                c.params.insert(0, ("resource_metadata".to_owned(), wrong));
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-lines-disagree",
        title: "Two Bearer challenges that disagree",
        summary: "Two header lines challenge for Bearer, each with another metadata address.",
        rules: &["challenges-disagree"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                let wrong = format!(
                    "Bearer resource_metadata=\"{}/old/resource.json\"",
                    v.mcp_base
                );
                c.before.push(("WWW-Authenticate".to_owned(), wrong));
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-unquoted",
        title: "Unquoted challenge values",
        summary: "The metadata URL is not in quotes, though it has characters a bare token may not have.",
        rules: &["challenge-malformed"],
        apply: |b| b.challenge.edit(|c, _| c.quotes = ("", "")),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-single-quotes",
        title: "Challenge values in single quotes",
        summary: "Values stand in single quotes, which are part of the value for any parser.",
        rules: &["challenge-malformed"],
        apply: |b| b.challenge.edit(|c, _| c.quotes = ("'", "'")),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-quotes-unclosed",
        title: "Challenge with an open quote",
        summary: "The quotes around values are opened and never closed.",
        rules: &["challenge-malformed"],
        apply: |b| b.challenge.edit(|c, _| c.quotes = ("\"", "")),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-semicolons",
        title: "Challenge parameters parted by semicolons",
        summary: "Parameters are parted by semicolons where the grammar wants commas.",
        rules: &["challenge-malformed"],
        apply: |b| b.challenge.edit(|c, _| c.separator = "; "),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-without-commas",
        title: "Challenge parameters parted by spaces",
        summary: "Parameters are parted by spaces where the grammar wants commas.",
        rules: &["challenge-malformed"],
        apply: |b| b.challenge.edit(|c, _| c.separator = " "),
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-relative",
        title: "resource_metadata is a relative path",
        summary: "The challenge gives a path where an absolute URL is needed.",
        rules: &["resource-metadata-url-unfit"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                let path = v.prm_url.strip_prefix(&v.mcp_origin).unwrap_or(&v.prm_url);
                c.set("resource_metadata", path);
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-internal-host",
        title: "resource_metadata names an internal host",
        summary: "Behind a proxy the server writes its inner address into the challenge.",
        rules: &["resource-metadata-elsewhere"],
        apply: |b| {
            b.challenge.edit(|c, _| {
                c.set(
                    "resource_metadata",
                    "http://mcp-internal.invalid:8080/.well-known/oauth-protected-resource/mcp",
                );
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-wrong-scheme",
        title: "resource_metadata with the wrong scheme",
        summary: "The challenge changes http to https (or the reverse), and nobody listens there.",
        rules: &["resource-metadata-elsewhere"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                let other = match v.prm_url.strip_prefix("http://") {
                    Some(rest) => format!("https://{rest}"),
                    None => v.prm_url.replacen("https://", "http://", 1),
                };
                c.set("resource_metadata", &other);
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-appended",
        title: "Well-known path appended instead of inserted",
        summary: "The challenge appends the well-known path to the endpoint, where nothing is served.",
        rules: &["resource-metadata-url-not-found"],
        apply: |b| {
            b.challenge.edit(|c, v| {
                c.set(
                    "resource_metadata",
                    &format!("{}/.well-known/oauth-protected-resource", v.mcp_url),
                );
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "resource-metadata-path-doubled",
        title: "Mount path twice in resource_metadata",
        summary: "The endpoint's path is inserted twice, as happens when a mounted app adds its prefix again.",
        rules: &["resource-metadata-url-not-found"],
        apply: |b| {
            b.challenge
                .edit(|c, v| c.set("resource_metadata", &format!("{}/mcp", v.prm_url)))
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-header-remapped",
        title: "Challenge header renamed by a gateway",
        summary: "An API gateway renames the header to x-amzn-remapped-www-authenticate.",
        rules: &["challenge-header-renamed"],
        apply: |b| {
            b.challenge
                .edit(|c, _| c.header = "x-amzn-Remapped-WWW-Authenticate")
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-header-x-prefixed",
        title: "Challenge header with X- in front",
        summary: "The challenge is in X-WWW-Authenticate, kept from browsers and from everybody else.",
        rules: &["challenge-header-renamed"],
        apply: |b| b.challenge.edit(|c, _| c.header = "X-WWW-Authenticate"),
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-in-body-only",
        title: "Challenge in the body only",
        summary: "The metadata URL is in the JSON body of the 401; the header only says Bearer.",
        rules: &["challenge-without-resource-metadata"],
        apply: |b| {
            b.challenge.body_names_metadata = true;
            b.challenge.edit(|c, _| c.params.clear());
        },
        ..MCP_SERVER
    },
    Fault {
        id: "challenge-error-without-token",
        title: "invalid_token though none was sent",
        summary: "The challenge complains of an invalid token in answer to a request that carried none.",
        rules: &["challenge-error-without-token"],
        apply: |b| {
            b.challenge.anonymous.push(|c, _| {
                c.params
                    .insert(0, ("error".to_owned(), "invalid_token".to_owned()));
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "bad-token-without-challenge",
        title: "Bad token without a challenge",
        summary: "Requests without a token are challenged; those with a bad one get a bare 401.",
        rules: &["invalid-token-challenge-weak"],
        shows: Shows::Probe,
        apply: |b| b.challenge.rejected.push(|c, _| c.omitted = true),
        ..MCP_SERVER
    },
    Fault {
        id: "bad-token-without-error-code",
        title: "Bad token without error code",
        summary: "The challenge for a bad token lacks error=\"invalid_token\", so a client cannot tell it from none.",
        rules: &["invalid-token-challenge-weak"],
        shows: Shows::Probe,
        apply: |b| {
            b.challenge.rejected.push(|c, _| {
                c.remove("error");
                c.remove("error_description");
            });
        },
        ..MCP_SERVER
    },
];
