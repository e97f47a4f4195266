//! Faults of scopes: the same right under different names, and what is granted.

use super::{Fault, MCP_SERVER};

pub(super) const FAULTS: &[Fault] = &[Fault {
    id: "scope-near-miss",
    title: "Scope misspelt in the challenge",
    summary: "The challenge asks for org:write, while the authorization server only grants orgs:write.",
    rules: &["scope-near-miss"],
    apply: |b| {
        b.scopes.challenged = Some("org:write");
        b.scopes.resource = Some("orgs:read orgs:write");
        b.scopes.grantable = "orgs:read orgs:write orgs:admin";
        b.scopes.required = "orgs:write";
        b.scopes.default = "orgs:write";
        b.scopes.admin = "orgs:admin";
    },
    ..MCP_SERVER
}];
