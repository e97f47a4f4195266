//! Laying what an example shows over the healthy message: JSON members, form parameters, tokens.

use authscope_protocol::form;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Stands for the signature that masking takes away.
const SIGNATURE: &str = "⟨signature · 342 chars · #5f1c02⟩";

/// A body as written in a fixture, laid over the healthy one where it says so.
pub(crate) fn body(base: &str, written: &str) -> Result<String, String> {
    let trimmed = written.trim();
    if let Some(rest) = trimmed.strip_prefix("{ …,") {
        let patch = format!("{{{rest}");
        return json(base, &patch);
    }
    if let Some(rest) = trimmed.strip_prefix("…&") {
        return Ok(pairs(base, rest));
    }
    Ok(written.to_owned())
}

fn json(base: &str, patch: &str) -> Result<String, String> {
    let mut document: Map<String, Value> = serde_json::from_str(base)
        .map_err(|e| format!("there is no healthy JSON body to lay {patch} over: {e}"))?;
    let patch: Map<String, Value> =
        serde_json::from_str(patch).map_err(|e| format!("{patch} is not JSON: {e}"))?;
    document.extend(patch);
    Ok(pretty(&Value::Object(document)))
}

/// JSON as fixtures have it: one member per line.
pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Form or query parameters laid over others; the first of a name is replaced, repeats are added.
pub(crate) fn pairs(base: &str, written: &str) -> String {
    let mut pieces: Vec<String> = base
        .split('&')
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect();
    let mut replaced: Vec<String> = Vec::new();
    for piece in written.split('&') {
        let name = name_of(piece);
        let at = pieces.iter().position(|p| name_of(p) == name);
        match at {
            Some(index) if !replaced.contains(&name) => pieces[index] = piece.to_owned(),
            _ => pieces.push(piece.to_owned()),
        }
        replaced.push(name);
    }
    pieces.join("&")
}

fn name_of(piece: &str) -> String {
    form::decode_component(piece.split('=').next().unwrap_or_default())
}

/// Parameters without one of a name.
pub(crate) fn without_pair(base: &str, name: &str) -> String {
    let kept: Vec<&str> = base.split('&').filter(|p| name_of(p) != name).collect();
    kept.join("&")
}

/// A JSON document without a member.
pub(crate) fn without_member(base: &str, name: &str) -> Option<String> {
    let mut document: Map<String, Value> = serde_json::from_str(base).ok()?;
    document.remove(name)?;
    Some(pretty(&Value::Object(document)))
}

/// A JWT as a recording has it: header and payload readable, signature masked.
pub(crate) fn jwt(header: &Value, payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{SIGNATURE}", part(header), part(payload))
}

/// Replaces every `{{jwt {…}}}` by a token; `$header` lays members over the header, null takes one out.
pub(crate) fn tokens(text: &str, claims: &Map<String, Value>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{jwt") {
        out.push_str(before);
        let mut stream =
            serde_json::Deserializer::from_str(after).into_iter::<Map<String, Value>>();
        let patch = match stream.next() {
            Some(Ok(patch)) => patch,
            other => return Err(format!("{{{{jwt is not followed by JSON claims: {other:?}")),
        };
        let tail = after.get(stream.byte_offset()..).unwrap_or_default();
        rest = tail
            .strip_prefix("}}")
            .ok_or("a {{jwt {…}}} without its end")?;
        out.push_str(&token_of(patch, claims));
    }
    out.push_str(rest);
    Ok(out)
}

fn token_of(mut patch: Map<String, Value>, claims: &Map<String, Value>) -> String {
    let mut header = serde_json::json!({"alg": "RS256", "typ": "at+jwt", "kid": "k1"});
    if let (Some(Value::Object(over)), Some(members)) =
        (patch.remove("$header"), header.as_object_mut())
    {
        lay(members, over);
    }
    let mut payload = claims.clone();
    lay(&mut payload, patch);
    jwt(&header, &Value::Object(payload))
}

fn lay(over: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        if value.is_null() {
            over.remove(&name);
        } else {
            over.insert(name, value);
        }
    }
}
