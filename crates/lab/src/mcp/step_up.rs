//! A valid token without the scope an operation needs.

use serde_json::{Value, json};

use crate::http::Reply;
use crate::mcp::access::Holder;
use crate::mcp::challenge::{Challenge, ChallengeEdit};
use crate::mcp::rpc;
use crate::pages::Page;
use crate::scopes;
use crate::target::Target;

/// How a missing scope is told.
#[derive(Debug, Clone)]
pub(crate) struct StepUpBehaviour {
    pub(crate) status: u16,
    /// The `error` of the challenge.
    pub(crate) error: Option<&'static str>,
    /// The scopes the challenge names, from those needed and those held.
    pub(crate) scope: fn(&str, &str) -> String,
    pub(crate) edits: Vec<ChallengeEdit>,
    /// Sent instead of a challenge.
    pub(crate) page: Option<Page>,
    /// Told as the result of a tool under status 200.
    pub(crate) as_result: bool,
    /// Whether a token with all scopes is challenged again.
    pub(crate) endless: bool,
}

impl Default for StepUpBehaviour {
    fn default() -> Self {
        Self {
            status: 403,
            error: Some("insufficient_scope"),
            scope: |needed, _| needed.to_owned(),
            edits: Vec::new(),
            page: None,
            as_result: false,
            endless: false,
        }
    }
}

/// Whether the holder lacks a scope; the answer if so. `id` is that of the JSON-RPC request.
pub(crate) fn demand(target: &Target, holder: &Holder, needed: &str, id: &Value) -> Option<Reply> {
    let behaviour = &target.behaviour.step_up;
    let extra = needed != target.behaviour.scopes.required;
    if holder.anonymous || (scopes::covers(&holder.scope, needed) && !(behaviour.endless && extra))
    {
        return None;
    }
    if let Some(page) = behaviour.page {
        return Some(page.reply(&target.vars));
    }
    if behaviour.as_result {
        let text = format!("Error: missing scope, this operation needs {needed}");
        let result = json!({ "content": [{ "type": "text", "text": text }], "isError": true });
        return Some(rpc::carry(
            target,
            &json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        ));
    }
    let named = (behaviour.scope)(needed, &holder.scope);
    let error = behaviour
        .error
        .map(|error| (error, "the token lacks a scope this operation needs"));
    let mut challenge = Challenge::new(&target.vars, Some(&named), error);
    for edit in &behaviour.edits {
        edit(&mut challenge, &target.vars);
    }
    let body = json!({ "error": behaviour.error.unwrap_or("forbidden"), "error_description": "a scope is missing" });
    Some(challenge.write(Reply::json(behaviour.status, &body)))
}
