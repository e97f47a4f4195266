//! Protected resource metadata (RFC 9728).

use serde_json::{Map, Value, json};

use crate::http::Reply;
use crate::scopes;
use crate::shape::Shape;
use crate::target::{Target, Vars};

/// Which documents exist and what they say.
#[derive(Debug, Clone)]
pub(crate) struct PrmBehaviour {
    /// Whether the path-inserted document exists.
    pub(crate) at_path: bool,
    /// Whether the document at the root of the mount exists.
    pub(crate) at_root: bool,
    pub(crate) shape: Shape,
    /// Besides its own, a resource identifier the authorization server and the MCP server take.
    pub(crate) also_resource: Option<fn(&Vars) -> String>,
    /// Whether `scopes_supported` is listed.
    pub(crate) lists_scopes: bool,
}

impl Default for PrmBehaviour {
    fn default() -> Self {
        Self {
            at_path: true,
            at_root: false,
            shape: Shape::default(),
            also_resource: None,
            lists_scopes: true,
        }
    }
}

/// The document for the resource at `rest` below the mount.
pub(crate) fn answer(target: &Target, rest: &str) -> Reply {
    let behaviour = &target.behaviour.prm;
    let served = (behaviour.at_path && rest == target.behaviour.mcp.path)
        || (behaviour.at_root && rest.is_empty());
    if !served {
        return target.behaviour.mcp.elsewhere.reply(&target.vars);
    }
    let reply = Reply::json(200, &document(target)).with("Cache-Control", "max-age=60");
    behaviour.shape.apply(reply, &target.vars)
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
    if let Some(listed) = target
        .behaviour
        .scopes
        .resource
        .filter(|_| target.behaviour.prm.lists_scopes)
    {
        members.insert(
            "scopes_supported".to_owned(),
            json!(scopes::words(listed).collect::<Vec<_>>()),
        );
    }
    members.insert("bearer_methods_supported".to_owned(), json!(["header"]));
    members.insert("resource_name".to_owned(), json!("authscope lab"));
    Value::Object(members)
}
