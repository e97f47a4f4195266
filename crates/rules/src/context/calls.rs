//! Requests with a token to the MCP server and their answers.

use crate::context::challenges;
use authscope_model::Exchange;
use authscope_model::exchange::Response;
use authscope_protocol::challenge::Challenges;
use authscope_protocol::{mcp, sse};
use serde_json::Value;

/// A request with a token to the MCP server that was answered.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) response: &'a Response,
}

impl Call<'_> {
    pub(crate) const fn status(&self) -> u16 {
        self.response.status
    }

    /// Whether the MCP server took the token: a success that is no error in disguise.
    pub(crate) fn is_success(&self) -> bool {
        self.response.is_success()
    }

    /// What its `WWW-Authenticate` headers say.
    pub(crate) fn challenges(&self) -> Challenges {
        challenges(self.exchange)
    }

    /// The JSON-RPC message of the answer, from JSON or from an event stream.
    pub(crate) fn message(&self) -> Option<Value> {
        message_of(self.response)
    }
}

/// The first JSON-RPC answer (a message with `result` or `error`) of a response.
pub(crate) fn message_of(response: &Response) -> Option<Value> {
    let is_answer = |v: &Value| v.get("result").is_some() || v.get("error").is_some();
    if response.media_type() == "text/event-stream" {
        return sse::events(&response.body.text)
            .into_iter()
            .filter_map(|e| serde_json::from_str::<Value>(&e.data).ok())
            .find(is_answer);
    }
    response.body.json().filter(is_answer)
}

/// What a JSON-RPC answer or tool result says is wrong, in words, if anything.
pub(crate) fn complaint_of(message: &Value) -> Option<String> {
    if let Some(error) = message.get("error") {
        if error.is_null() {
            return None;
        }
        // A plain `{"error": "unauthorized", "message": …}` is no JSON-RPC, and says the same.
        let own = error.as_str().into_iter();
        let beside = ["error_description", "message", "detail"]
            .iter()
            .filter_map(|n| message.get(n)?.as_str());
        let plain: Vec<&str> = own.chain(beside).collect();
        let text = error
            .get("message")
            .and_then(Value::as_str)
            .map(str::to_owned);
        return Some(text.unwrap_or_else(|| plain.join(": ")));
    }
    let result = message.get("result")?;
    if result.get("isError").and_then(Value::as_bool) != Some(true) {
        return None;
    }
    let items = result.get("content").and_then(Value::as_array);
    let texts: Vec<&str> = items
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.get("text").and_then(Value::as_str))
        .collect();
    Some(texts.join(" "))
}

pub(super) fn with_token<'a>(exchanges: &[&'a Exchange]) -> Vec<Call<'a>> {
    let carries = |e: &&&'a Exchange| {
        e.step.is_authenticated_mcp() && e.request.header("authorization").is_some()
    };
    let answered = exchanges.iter().filter(carries).filter_map(|&exchange| {
        let response = exchange.response()?;
        Some(Call { exchange, response })
    });
    answered.filter(|call| !wants_nonce(call)).collect()
}

/// A demand for a DPoP nonce is part of the protocol (RFC 9449 §9).
fn wants_nonce(call: &Call<'_>) -> bool {
    let found = call.challenges();
    call.status() == 401
        && found
            .list
            .iter()
            .any(|c| c.param("error") == Some("use_dpop_nonce"))
}

/// The id of a JSON-RPC request body, for reading its answer.
pub(crate) fn request_id(exchange: &Exchange) -> u64 {
    let body = exchange.request.body.json();
    body.and_then(|b| b.get("id").and_then(Value::as_u64))
        .unwrap_or_default()
}

/// Whether a response can be read as the JSON-RPC answer to its request.
pub(crate) fn is_readable(exchange: &Exchange, response: &Response) -> bool {
    let kind = response.header("content-type").unwrap_or_default();
    let parsed = mcp::read_reply(kind, &response.body.text, request_id(exchange));
    parsed.value.is_some()
}
