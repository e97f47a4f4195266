//! Protected resource metadata (RFC 9728).

use serde_json::{Map, Value, json};

use crate::http::Reply;
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// Which documents exist and what they say.
#[derive(Debug, Clone)]
pub(crate) struct PrmBehaviour {
    /// Whether the path-inserted document exists.
    pub(crate) at_path: bool,
    /// Whether the document at the root of the mount exists.
    pub(crate) at_root: bool,
    pub(crate) shape: Shape,
    /// A further path of the document, for challenges that point there.
    pub(crate) also_at: Option<&'static str>,
    /// Bends the well-known document only.
    pub(crate) well_known: Shape,
}

impl Default for PrmBehaviour {
    fn default() -> Self {
        Self {
            at_path: true,
            at_root: false,
            shape: Shape::default(),
            also_at: None,
            well_known: Shape::default(),
        }
    }
}

/// The document at the well-known address for the resource at `rest` below the mount.
pub(crate) fn well_known(target: &Target, rest: &str) -> Reply {
    let behaviour = &target.behaviour.prm;
    let path = target.behaviour.mcp.path;
    let inserted = rest == path || rest == path.trim_end_matches('/');
    if (behaviour.at_path && inserted) || (behaviour.at_root && rest.is_empty()) {
        behaviour.well_known.apply(answer(target), &target.vars)
    } else {
        target.behaviour.mcp.elsewhere.reply(&target.vars)
    }
}

/// The document, wherever it was asked for.
pub(crate) fn answer(target: &Target) -> Reply {
    let reply = Reply::json(200, &document(target)).with("Cache-Control", "max-age=60");
    target.behaviour.prm.shape.apply(reply, &target.vars)
}

fn document(target: &Target) -> Value {
    let issuers: Vec<&str> = target
        .servers
        .iter()
        .map(|server| server.vars.issuer.as_str())
        .collect();
    let mut members = Map::new();
    members.insert("resource".to_owned(), json!(target.vars.resource));
    members.insert("authorization_servers".to_owned(), json!(issuers));
    if let Some(listed) = target.behaviour.scopes.resource {
        members.insert(
            "scopes_supported".to_owned(),
            json!(scopes::words(listed).collect::<Vec<_>>()),
        );
    }
    members.insert("bearer_methods_supported".to_owned(), json!(["header"]));
    if target.behaviour.dpop.offered {
        members.insert(
            "dpop_signing_alg_values_supported".to_owned(),
            json!(["ES256"]),
        );
    }
    members.insert("resource_name".to_owned(), json!("authscope lab"));
    Value::Object(members)
}
