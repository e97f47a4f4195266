//! Faults of servers of revision 2026-07-28.

use serde_json::{Value, json};

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER};
use crate::presets;

const SERVER: Fault = Fault {
    revision: "2026-07-28",
    ..MCP_SERVER
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "stateless-discover-missing",
        title: "server/discover is not implemented",
        summary: "A server of revision 2026-07-28 does not know the method server/discover.",
        rules: &["server-discover-missing"],
        apply: |b| {
            presets::stateless(b);
            b.mcp.message.rewrite(|message| {
                if message.pointer("/result/supportedVersions").is_none() {
                    return message;
                }
                json!({ "jsonrpc": "2.0", "id": message["id"], "error": { "code": -32601, "message": "Method not found" } })
            });
        },
        ..SERVER
    },
    Fault {
        id: "stateless-versions-missing",
        title: "server/discover without versions",
        summary: "The answer to server/discover lists no supported versions.",
        rules: &["server-discover-incomplete"],
        apply: |b| {
            presets::stateless(b);
            b.mcp.message.rewrite(|mut message| {
                if let Some(result) = message.get_mut("result").and_then(Value::as_object_mut) {
                    result.shift_remove("supportedVersions");
                }
                message
            });
        },
        ..SERVER
    },
    Fault {
        id: "stateless-issuer-mismatch",
        title: "issuer with an extra slash under 2026-07-28",
        summary: "The issuer in the metadata has a slash more than the one in the resource metadata, which this revision forbids to overlook.",
        rules: &["issuer-mismatch"],
        revision: "2026-07-28",
        apply: |b| {
            presets::stateless(b);
            b.metadata.own_issuer = |v| format!("{}/", v.issuer);
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "stateless-iss-missing",
        title: "iss advertised and not sent under 2026-07-28",
        summary: "The metadata promises an iss parameter that the authorization response has not; this revision wants it rejected.",
        rules: &["iss-missing"],
        revision: "2026-07-28",
        apply: |b| {
            presets::stateless(b);
            b.authorize
                .response
                .push(|pairs, _| pairs.retain(|(name, _)| name != "iss"));
        },
        ..AUTHORIZATION_SERVER
    },
];
