//! Faults of the protected resource metadata.

use serde_json::json;

use super::{Fault, MCP_SERVER};

pub(super) const FAULTS: &[Fault] = &[Fault {
    id: "prm-resource-other-host",
    title: "resource names another host",
    summary: "The protected resource metadata describes a resource on another host than the one it was asked about.",
    rules: &["resource-mismatch"],
    apply: |b| {
        b.prm
            .shape
            .set("resource", |_| json!("https://mcp.acme.example/mcp"))
    },
    ..MCP_SERVER
}];
