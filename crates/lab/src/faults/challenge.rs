//! Faults of the 401 answer and its challenge.

use super::{Fault, MCP_SERVER};

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
                c.set(
                    "resource_metadata",
                    &format!(
                        "{}/.well-known/oauth-protected-resource/nowhere",
                        v.mcp_base
                    ),
                )
            });
        },
        ..MCP_SERVER
    },
];
