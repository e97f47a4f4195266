//! Errors of an authorization server or an MCP server, in every shape a body is known to take.

use crate::form;
use crate::parsed::excerpt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest text taken from a body.
const LONGEST: usize = 300;

/// The shape of the body the error was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// `{"error": "…"}` (RFC 6749 §5.2), the one that is right.
    OAuth,
    /// `error=…` form-encoded.
    Form,
    /// `{"error": {"message": …}}` or `{"errors": […]}`.
    Nested,
    /// `{"message": …}` or another single text member.
    Message,
    /// `{"detail": …}`.
    Detail,
    /// Problem details (RFC 9457).
    ProblemDetails,
    /// A JSON-RPC error.
    JsonRpc,
    /// Other JSON.
    OtherJson,
    /// HTML.
    Html,
    /// XML that is no HTML (S3, SAML, SOAP).
    Xml,
    /// Plain text.
    Text,
    /// No body.
    Empty,
}

/// An error as far as a body tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthError {
    /// HTTP status it came with.
    pub status: u16,
    /// Error code.
    pub error: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Page about it.
    pub uri: Option<String>,
    /// Shape of the body.
    pub shape: ErrorShape,
}

/// Reads the error of a response; `None` when the status is below 400 and the body does not speak of an
/// error (some servers send errors with status 200).
#[must_use]
pub fn read(status: u16, content_type: &str, text: &str) -> Option<OAuthError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let found = read_json(text)
        .or_else(|| read_form(content_type, text))
        .or_else(|| (status >= 400).then(|| read_text(content_type, text)))?;
    let is_error = status >= 400 || found.error.is_some() || says_error(text);
    is_error.then_some(OAuthError { status, ..found })
}

/// Whether a JSON body has an `error` or `errors` member that means something, or says that it is no success.
fn says_error(text: &str) -> bool {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let failed = ["ok", "success"]
        .iter()
        .any(|n| body.get(n) == Some(&Value::Bool(false)));
    let numbered = body
        .get("errcode")
        .and_then(Value::as_i64)
        .is_some_and(|code| code != 0);
    if failed || numbered {
        return true;
    }
    let members = ["error", "errors"]
        .into_iter()
        .filter_map(|name| body.get(name));
    let mut meant = members.filter(|value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    });
    meant.next().is_some()
}

fn bare(shape: ErrorShape, error: Option<String>, description: Option<String>) -> OAuthError {
    OAuthError {
        status: 0,
        error,
        description,
        uri: None,
        shape,
    }
}

fn read_json(text: &str) -> Option<OAuthError> {
    let value: Value = serde_json::from_str(text).ok()?;
    Some(from_value(&value).unwrap_or_else(|| {
        let description = Some(short(text)).filter(|_| text != "{}");
        bare(ErrorShape::OtherJson, None, description)
    }))
}

fn from_value(value: &Value) -> Option<OAuthError> {
    oauth(value)
        .or_else(|| json_rpc(value))
        .or_else(|| nested(value))
        .or_else(|| problem_details(value))
        .or_else(|| detail(value))
        .or_else(|| message(value))
        .or_else(|| {
            value
                .as_array()
                .and_then(|items| items.first())
                .and_then(from_value)
        })
}

fn text_of(value: &Value, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| value.get(name).and_then(Value::as_str))
        .filter(|text| !text.is_empty())
        .map(short)
}

fn short(text: &str) -> String {
    excerpt(text, LONGEST)
}

/// An `error` that is a sentence is no code, but a message under that name.
fn oauth(value: &Value) -> Option<OAuthError> {
    let error = text_of(value, &["error"]).filter(|code| !code.contains(' '))?;
    let names = [
        "error_description",
        "errorDescription",
        "message",
        "detail",
        "reason",
    ];
    let description = text_of(value, &names);
    Some(OAuthError {
        uri: text_of(value, &["error_uri"]),
        ..bare(ErrorShape::OAuth, Some(error), description)
    })
}

fn json_rpc(value: &Value) -> Option<OAuthError> {
    value.get("jsonrpc")?;
    let error = value.get("error").filter(|error| error.is_object())?;
    let code = error.get("code").map(Value::to_string);
    Some(bare(
        ErrorShape::JsonRpc,
        code,
        text_of(error, &["message"]),
    ))
}

fn nested(value: &Value) -> Option<OAuthError> {
    let inner = value.get("error").filter(|e| e.is_object());
    let inner = inner.or_else(|| first_of(value.get("errors")?))?;
    if let Some(text) = inner.as_str() {
        let text = named_field(value, text);
        return Some(bare(ErrorShape::Nested, None, Some(short(&text))));
    }
    let names = [
        "message",
        "error_description",
        "description",
        "detail",
        "title",
    ];
    let code = text_of(inner, &["error", "code", "type", "status"]);
    Some(bare(ErrorShape::Nested, code, text_of(inner, &names)))
}

/// The first error of `["…"]`, `[{…}]` or `{"field": ["…"]}`.
fn first_of(errors: &Value) -> Option<&Value> {
    match errors {
        Value::Array(items) => items.first(),
        Value::Object(members) => match members.values().next()? {
            Value::Array(items) => items.first(),
            other => Some(other),
        },
        _ => None,
    }
}

/// The text with the field it is about, where the fields are the members: `{"errors": {"contacts": ["can't be blank"]}}`.
fn named_field(value: &Value, text: &str) -> String {
    let fields = value.get("errors").and_then(Value::as_object);
    match fields.and_then(|f| f.keys().next()) {
        Some(field) if !text.contains(field.as_str()) => format!("{field}: {text}"),
        _ => text.to_owned(),
    }
}

fn problem_details(value: &Value) -> Option<OAuthError> {
    let title = text_of(value, &["title"])?;
    value.get("status").or_else(|| value.get("type"))?;
    let description = match text_of(value, &["detail"]) {
        Some(detail) => format!("{title}: {detail}"),
        None => title,
    };
    Some(bare(ErrorShape::ProblemDetails, None, Some(description)))
}

/// FastAPI: `{"detail": "…"}`, `{"detail": {…}}` or `{"detail": [{"msg": …}]}`.
fn detail(value: &Value) -> Option<OAuthError> {
    let detail = value.get("detail")?;
    let found = match detail {
        Value::String(text) => bare(ErrorShape::Detail, None, Some(short(text))),
        Value::Array(items) => {
            let texts: Vec<_> = items.iter().filter_map(validation).collect();
            bare(ErrorShape::Detail, None, Some(short(&texts.join("; "))))
        }
        other => OAuthError {
            shape: ErrorShape::Detail,
            ..from_value(other)?
        },
    };
    Some(found)
}

/// One entry of a validator: what is wrong, and with which member.
fn validation(item: &Value) -> Option<String> {
    let said = text_of(item, &["msg", "message"])?;
    let place = item
        .get("loc")
        .or_else(|| item.get("path"))
        .and_then(Value::as_array);
    let member = place
        .and_then(|p| p.last())
        .and_then(Value::as_str)
        .filter(|m| !said.contains(m));
    Some(member.map_or_else(|| said.clone(), |m| format!("{m}: {said}")))
}

fn message(value: &Value) -> Option<OAuthError> {
    let names = [
        "message",
        "Message",
        "error_description",
        "errorMessage",
        "error_message",
        "errmsg",
        "error",
        "msg",
        "description",
        "reason",
        "title",
    ];
    let text = text_of(value, &names)?;
    // Descope says it in general and in particular.
    let general = text_of(value, &["errorDescription"]).filter(|general| *general != text);
    let text = general.map_or_else(|| text.clone(), |general| format!("{general}: {text}"));
    let code = text_of(
        value,
        &["code", "errorCode", "error_code", "error_type", "status"],
    );
    let number = || {
        value
            .get("error")
            .filter(|e| e.is_number())
            .map(Value::to_string)
    };
    let code = code.or_else(number);
    Some(bare(ErrorShape::Message, code, Some(text)))
}

fn read_form(content_type: &str, text: &str) -> Option<OAuthError> {
    let typed = content_type
        .to_ascii_lowercase()
        .contains("x-www-form-urlencoded");
    if !typed && (text.contains(char::is_whitespace) || text.starts_with('<')) {
        return None;
    }
    let pairs = form::parse(text);
    let value = |name: &str| {
        let pair = pairs.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| short(value))
    };
    let error = value("error")?;
    Some(OAuthError {
        uri: value("error_uri"),
        ..bare(ErrorShape::Form, Some(error), value("error_description"))
    })
}

fn read_text(content_type: &str, text: &str) -> OAuthError {
    if text.is_empty() {
        return bare(ErrorShape::Empty, None, None);
    }
    let content_type = content_type.to_ascii_lowercase();
    let lower = text.to_ascii_lowercase();
    let first = |tags: &[&str]| tags.iter().find_map(|tag| element_text(text, &lower, tag));
    let is_page = lower.contains("<html") || lower.starts_with("<!doctype html");
    if text.starts_with('<') && !is_page && !content_type.contains("html") {
        let description = first(&["message", "faultstring", "description"]);
        return bare(ErrorShape::Xml, first(&["code"]), description);
    }
    if text.starts_with('<') || content_type.contains("html") {
        return bare(ErrorShape::Html, None, first(&["title", "h1"]));
    }
    bare(ErrorShape::Text, None, Some(short(text)))
}

/// The text of the first element of a name; `lower` is `text` in lower case.
fn element_text(text: &str, lower: &str, tag: &str) -> Option<String> {
    let mut from = 0;
    let name_end = loop {
        let found = from + lower.get(from..)?.find(&format!("<{tag}"))? + 1 + tag.len();
        // `<h1` is not the start of `<h12>`, nor `<code` of `<codec>`.
        if lower
            .get(found..)?
            .starts_with(['>', ' ', '\n', '\t', '\r'])
        {
            break found;
        }
        from = found;
    };
    let start = name_end + lower.get(name_end..)?.find('>')? + 1;
    let length = lower.get(start..)?.find("</")?;
    let content = text.get(start..start + length)?;
    let plain = content
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    Some(short(&plain)).filter(|title| !title.is_empty())
}

impl OAuthError {
    /// One sentence without a full stop: what the other side said.
    #[must_use]
    pub fn sentence(&self) -> String {
        let status = self.status;
        match (&self.error, &self.description) {
            (Some(error), Some(description)) => format!("HTTP {status} {error}: {description}"),
            (Some(error), None) => format!("HTTP {status} {error}"),
            (None, Some(text)) if self.shape == ErrorShape::Html => {
                format!("HTTP {status} with an HTML page titled \"{text}\"")
            }
            (None, Some(text)) if self.shape == ErrorShape::Xml => {
                format!("HTTP {status} with an XML document: {text}")
            }
            (None, Some(text)) => format!("HTTP {status}: {text}"),
            (None, None) if self.shape == ErrorShape::Html => {
                format!("HTTP {status} with an HTML page")
            }
            (None, None) if self.shape == ErrorShape::Xml => {
                format!("HTTP {status} with an XML document")
            }
            (None, None) if self.shape == ErrorShape::Empty => {
                format!("HTTP {status} without a body")
            }
            (None, None) => format!("HTTP {status} without an error message"),
        }
    }

    /// Whether the body is an OAuth error as RFC 6749 §5.2 asks for.
    #[must_use]
    pub fn is_oauth(&self) -> bool {
        self.shape == ErrorShape::OAuth
    }
}

#[cfg(test)]
mod tests;
