//! The gist of a message in a few words, read from its recorded text.
//!
//! Nothing here judges: what cannot be read gives no gist.

use crate::words;
use authscope_model::exchange::Response;
use authscope_model::{Exchange, Phase, StepKind};
use serde_json::Value;

/// Larger bodies are not read again for a few words on an arrow.
const LARGEST: usize = 256 * 1024;
const SHORT: usize = 48;

/// What a request is about, where its path does not say it.
pub(crate) fn request(exchange: &Exchange) -> Option<String> {
    let text = &exchange.request.body.text;
    match exchange.step {
        StepKind::Callback => callback(&exchange.request.url),
        StepKind::Register => None,
        step if matches!(step, StepKind::Probe) || step.phase() == Phase::Call => {
            let method = json(text)?.get("method")?.as_str()?.to_owned();
            Some(words::middle(&method, SHORT))
        }
        step if step.phase() == Phase::Token || step == StepKind::Refresh => {
            form_value(text, "grant_type").map(|grant| short_grant(&grant))
        }
        _ => None,
    }
}

/// `urn:ietf:params:oauth:grant-type:jwt-bearer` is known by its last part.
fn short_grant(grant: &str) -> String {
    let name = grant.rsplit(':').next().unwrap_or(grant);
    words::middle(name, SHORT)
}

fn callback(url: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    if let Some(error) = form_value(query, "error") {
        return Some(format!("error={}", words::middle(&error, SHORT)));
    }
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .filter(|name| !name.is_empty())
        .take(5)
        .collect();
    (!names.is_empty()).then(|| words::middle(&names.join(", "), SHORT))
}

/// A value of a form body or query, as it stands there (only `+` and `%3A`, `%2F` are read).
fn form_value(text: &str, name: &str) -> Option<String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| {
            value
                .replace("%3A", ":")
                .replace("%2F", "/")
                .replace('+', " ")
        })
}

/// The `error` member of an OAuth error or the code of a JSON-RPC error.
pub(crate) fn error_code(response: &Response) -> Option<String> {
    if response.is_success() && !response.body.text.contains("\"error\"") {
        return None;
    }
    let value = body(response)?;
    let error = value.get("error")?;
    let text = match error {
        Value::String(code) => code.clone(),
        Value::Object(members) => members.get("message")?.as_str()?.to_owned(),
        _ => return None,
    };
    Some(words::middle(&text, SHORT))
}

/// What a response carries.
pub(crate) fn response(exchange: &Exchange, response: &Response) -> Option<String> {
    if (300..400).contains(&response.status) {
        return response
            .header("location")
            .map(|to| format!("to {}", words::middle(to, SHORT)));
    }
    match exchange.step {
        _ if response.status == 401 || response.status == 403 => challenge(response),
        _ if !response.is_success() => None,
        StepKind::Register => member(response, "client_id").map(|id| format!("client_id {id}")),
        StepKind::Jwks => keys(response),
        step => match step.phase() {
            Phase::DiscoverResource => {
                member(response, "resource").map(|r| format!("resource {r}"))
            }
            Phase::DiscoverAuthorizationServer => {
                member(response, "issuer").map(|i| format!("issuer {i}"))
            }
            Phase::Token | Phase::Lifecycle => token(response),
            Phase::Call | Phase::Probe => mcp(response),
            _ => None,
        },
    }
}

fn challenge(response: &Response) -> Option<String> {
    match response.header("www-authenticate") {
        Some(value) => Some(challenge_names(value)),
        None if response.status == 401 => Some("no WWW-Authenticate".into()),
        None => None,
    }
}

/// Scheme and names of the parameters: `Bearer resource_metadata, scope`.
fn challenge_names(value: &str) -> String {
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    let mut names: Vec<&str> = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    // Quoted values may contain commas and equals signs, so they are stepped over.
    for (at, letter) in rest.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => start = at + 1,
            '=' if !quoted => names.push(rest.get(start..at).unwrap_or_default().trim()),
            _ => {}
        }
    }
    words::middle(format!("{scheme} {}", names.join(", ")).trim(), 72)
}

fn member(response: &Response, name: &str) -> Option<String> {
    let value = body(response)?;
    value
        .get(name)?
        .as_str()
        .map(|text| words::middle(text, SHORT))
}

fn keys(response: &Response) -> Option<String> {
    let count = body(response)?.get("keys")?.as_array()?.len();
    Some(words::count(u32::try_from(count).ok()?, "key", "keys"))
}

fn token(response: &Response) -> Option<String> {
    let value = body(response)?;
    value.get("access_token")?;
    let mut parts = vec!["access token".to_owned()];
    if let Some(seconds) = value.get("expires_in").and_then(Value::as_u64) {
        let life = words::duration(seconds.saturating_mul(1_000_000));
        parts.push(format!("for {life}"));
    }
    if value.get("refresh_token").is_some() {
        parts.push("refresh token".into());
    }
    if let Some(scope) = value.get("scope").and_then(Value::as_str) {
        parts.push(words::middle(scope, SHORT));
    }
    Some(parts.join(", "))
}

fn mcp(response: &Response) -> Option<String> {
    let value = body(response)?;
    let result = value.get("result")?;
    for (name, one, many) in [
        ("tools", "tool", "tools"),
        ("resources", "resource", "resources"),
        ("prompts", "prompt", "prompts"),
    ] {
        if let Some(list) = result.get(name).and_then(Value::as_array) {
            return Some(words::count(u32::try_from(list.len()).ok()?, one, many));
        }
    }
    let version = result.get("protocolVersion")?.as_str()?;
    let server = result
        .get("serverInfo")
        .and_then(|info| info.get("name"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    Some(words::middle(format!("{server} {version}").trim(), SHORT))
}

/// The JSON of a body; of an event stream, the JSON of its last event with data.
fn body(response: &Response) -> Option<Value> {
    let text = &response.body.text;
    json(text).or_else(|| {
        text.lines()
            .rev()
            .find_map(|line| line.strip_prefix("data:"))
            .and_then(|data| json(data.trim()))
    })
}

fn json(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let plausible = text.len() <= LARGEST && text.starts_with('{');
    plausible.then(|| serde_json::from_str(text).ok()).flatten()
}
