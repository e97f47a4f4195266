//! The tools of the lab's MCP server.

use serde_json::{Value, json};

use crate::mcp::access::Holder;

/// The list for `tools/list`.
pub(crate) fn list() -> Value {
    json!([
        {
            "name": "whoami",
            "description": "Tells whom the access token stands for.",
            "inputSchema": { "type": "object", "properties": {}, "additionalProperties": false },
        },
        {
            "name": "add",
            "description": "Adds two numbers.",
            "inputSchema": {
                "type": "object",
                "properties": { "a": { "type": "number" }, "b": { "type": "number" } },
                "required": ["a", "b"],
            },
        },
        {
            "name": "admin_report",
            "description": "Needs a further scope, so that the first call asks for more.",
            "inputSchema": { "type": "object", "properties": {}, "additionalProperties": false },
        },
    ])
}

/// Whether a tool needs the administrator's scope.
pub(crate) fn is_restricted(name: &str) -> bool {
    name == "admin_report"
}

/// The result of a call, or what is wrong with it.
pub(crate) fn call(name: &str, arguments: &Value, holder: &Holder) -> Result<Value, String> {
    let text = match name {
        "whoami" => {
            json!({ "sub": holder.subject, "client_id": holder.client_id, "scope": holder.scope })
                .to_string()
        }
        "add" => sum(arguments)?,
        "admin_report" => format!("{} may see the report: all is well", holder.subject),
        other => return Err(format!("unknown tool {other}")),
    };
    Ok(json!({ "content": [{ "type": "text", "text": text }], "isError": false }))
}

fn sum(arguments: &Value) -> Result<String, String> {
    let number = |name: &str| arguments.get(name).and_then(Value::as_f64);
    let a = number("a").ok_or("argument a is not a number")?;
    let b = number("b").ok_or("argument b is not a number")?;
    Ok((a + b).to_string())
}
