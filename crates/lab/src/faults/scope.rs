//! Faults of scopes: the same right under different names, and what is granted.

use serde_json::{Value, json};

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER};
use crate::behaviour::Behaviour;

/// Two scopes, both needed, so that lists have more than one item.
fn two_scopes(b: &mut Behaviour) {
    b.scopes.challenged = Some("files:read files:write");
    b.scopes.required = "files:read files:write";
    b.scopes.default = "files:read files:write";
}

/// Scopes of a Microsoft-like kind: asked for with the application's prefix.
fn prefixed(b: &mut Behaviour) {
    b.scopes.challenged = Some("api://lab/files.read");
    b.scopes.resource = Some("api://lab/files.read");
    b.scopes.grantable = "api://lab/files.read api://lab/files.admin";
    b.scopes.default = "api://lab/files.read";
    b.scopes.admin = "api://lab/files.admin";
}

fn scope_of(document: &Value) -> String {
    document
        .get("scope")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
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
    },
    Fault {
        id: "scope-case",
        title: "Scope in another case",
        summary: "The challenge asks for Files:Read, while the authorization server grants files:read.",
        rules: &["scope-near-miss"],
        apply: |b| b.scopes.challenged = Some("Files:Read"),
        ..MCP_SERVER
    },
    Fault {
        id: "scope-separator",
        title: "Scope with another separator",
        summary: "The challenge asks for files.read, while the authorization server grants files:read.",
        rules: &["scope-near-miss"],
        apply: |b| b.scopes.challenged = Some("files.read"),
        ..MCP_SERVER
    },
    Fault {
        id: "scope-word-order",
        title: "Scope the other way round",
        summary: "The challenge asks for read:files, while the authorization server grants files:read.",
        rules: &["scope-near-miss"],
        apply: |b| b.scopes.challenged = Some("read:files"),
        ..MCP_SERVER
    },
    Fault {
        id: "scope-unqualified",
        title: "Scope without the application's prefix",
        summary: "The challenge asks for files.read, while the authorization server wants api://lab/files.read.",
        rules: &["scope-near-miss"],
        apply: |b| {
            prefixed(b);
            b.scopes.required = "api://lab/files.read";
            b.scopes.challenged = Some("files.read");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-prefix-compared",
        title: "Scope compared with its prefix",
        summary: "The token carries the scope without the prefix it was asked for with, and the MCP server compares the two as they are.",
        rules: &["scope-near-miss"],
        apply: |b| {
            prefixed(b);
            b.scopes.required = "api://lab/files.read";
            b.scopes.grant = |asked| asked.replace("api://lab/", "");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-commas-in-challenge",
        title: "Scopes parted by commas in the challenge",
        summary: "The challenge lists its scopes with commas, so that they read as one.",
        rules: &["scope-format"],
        apply: |b| {
            two_scopes(b);
            b.challenge
                .edit(|c, _| c.set("scope", "files:read,files:write"));
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-list-in-challenge",
        title: "Scopes as a JSON list in the challenge",
        summary: "The challenge writes its scopes as a JSON list.",
        rules: &["scope-format"],
        apply: |b| {
            two_scopes(b);
            b.challenge
                .edit(|c, _| c.set("scope", "['files:read', 'files:write']"));
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-empty-in-challenge",
        title: "An empty scope in the challenge",
        summary: "The challenge has scope=\"\", which is no scope list.",
        rules: &["scope-format"],
        apply: |b| b.challenge.edit(|c, _| c.set("scope", "")),
        ..MCP_SERVER
    },
    Fault {
        id: "scope-unknown-in-metadata",
        title: "Resource metadata lists a scope nobody grants",
        summary: "The resource metadata lists mcp:tools, which the authorization server does not know.",
        rules: &["registration-scope-refused"],
        apply: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = Some("mcp:tools");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-wildcard",
        title: "A wildcard scope",
        summary: "The resource metadata lists the scope *, which nobody grants.",
        rules: &["registration-scope-refused", "scope-wildcard"],
        apply: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = Some("*");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-offline-access-listed",
        title: "offline_access in the resource metadata",
        summary: "The resource metadata lists offline_access, which is the client's affair and unknown to the authorization server.",
        rules: &["offline-access-misplaced"],
        apply: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = Some("files:read offline_access");
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-silently-reduced",
        title: "Less granted than asked, silently",
        summary: "The authorization server grants one of two scopes and does not say so; the MCP server then misses the other.",
        rules: &["scope-not-granted", "scope-change-not-told"],
        apply: |b| {
            two_scopes(b);
            b.scopes.grant = |_| "files:read".to_owned();
            b.token.scope_told = false;
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-reduced-below-need",
        title: "Less granted than needed",
        summary: "The authorization server grants one of two scopes and says so; the MCP server needs both.",
        rules: &["scope-not-granted"],
        apply: |b| {
            two_scopes(b);
            b.scopes.grant = |_| "files:read".to_owned();
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-granted-empty",
        title: "No scope granted",
        summary: "The token response grants the empty scope whatever was asked for.",
        rules: &["scope-not-granted"],
        apply: |b| b.scopes.grant = |_| String::new(),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-granted-wider",
        title: "More granted than asked",
        summary: "The token carries an administrator's scope nobody asked for.",
        rules: &["scope-widened"],
        apply: |b| b.scopes.grant = |asked| format!("{asked} files:admin"),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-commas-in-response",
        title: "Scopes parted by commas in the token response",
        summary: "The token response lists the granted scopes with commas.",
        rules: &["scope-format"],
        apply: |b| {
            two_scopes(b);
            b.token.success.rewrite(|mut document| {
                document["scope"] = json!(scope_of(&document).replace(' ', ","));
                document
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-list-in-response",
        title: "Scopes as a list in the token response",
        summary: "The token response gives scope as a JSON list where a string belongs.",
        rules: &["token-response-types"],
        apply: |b| {
            b.token.success.rewrite(|mut document| {
                document["scope"] = json!(scope_of(&document).split(' ').collect::<Vec<_>>());
                document
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "scope-in-scp-claim",
        title: "Scope in a claim the MCP server does not read",
        summary: "The token carries its scopes as a list in the claim scp; the MCP server reads scope and finds none.",
        rules: &["scope-claim-unread"],
        apply: |b| {
            b.access_token.claims.rewrite(|mut claims| {
                claims["scp"] = json!(scope_of(&claims).split(' ').collect::<Vec<_>>());
                if let Some(claims) = claims.as_object_mut() {
                    claims.shift_remove("scope");
                }
                claims
            });
        },
        ..MCP_SERVER
    },
    Fault {
        id: "scope-needed-never-named",
        title: "A scope is needed that nobody names",
        summary: "Neither challenge nor metadata name a scope, the token gets a default, and the MCP server wants another.",
        rules: &["step-up-scope-missing"],
        apply: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = None;
            b.scopes.default = "files:write";
            b.step_up.edits.push(|c, _| c.remove("scope"));
        },
        ..MCP_SERVER
    },
];
