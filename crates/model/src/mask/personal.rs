//! Claims that tell who somebody is, masked for people who only watch.
//!
//! The recording keeps the claims of a JWT: an owner needs them to see why a token is refused. On a link they are
//! masked unless the owner allows them. Tokens are found in any text, JSON and URLs included, because the letters of a
//! JWT are never escaped there.

use super::find::{at, slice};
use super::jwt::is_header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Names of claims, normalised, that are about a person (OpenID Connect Core 5.1, and what large providers add).
const PERSONAL: [&str; 25] = [
    "address",
    "birthdate",
    "displayname",
    "email",
    "familyname",
    "firstname",
    "gender",
    "givenname",
    "ipaddr",
    "lastname",
    "login",
    "middlename",
    "name",
    "nickname",
    "phone",
    "phonenumber",
    "picture",
    "preferredusername",
    "profile",
    "sub",
    "uniquename",
    "upn",
    "username",
    "website",
    "winaccountname",
];

/// Longest segment that is looked at as a header.
const LONGEST_HEADER: usize = 4096;

/// A text with the personal claims of every JWT in it masked.
#[must_use]
pub fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in payloads(bytes) {
        let Some(with) = payload(slice(bytes, start, end)).and_then(|claims| without(&claims))
        else {
            continue;
        };
        out.push_str(text.get(from..start).unwrap_or_default());
        out.push_str(&URL_SAFE_NO_PAD.encode(with));
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Every personal claim in the JWTs of a text: its name and value, each once.
#[must_use]
pub fn claims(text: &str) -> Vec<(String, String)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for (start, end) in payloads(bytes) {
        if let Some(claims) = payload(slice(bytes, start, end)) {
            collect(&claims, &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Where the payloads of JWTs are, in order.
fn payloads(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for start in memchr::memchr_iter(b'e', bytes) {
        if start < from || !matches!(at(bytes, start + 1), b'y' | b'w') {
            continue;
        }
        let header_end = segment(bytes, start, LONGEST_HEADER);
        if at(bytes, header_end) != b'.' || !is_header(slice(bytes, start, header_end)) {
            continue;
        }
        let end = segment(bytes, header_end + 1, usize::MAX);
        if end > header_end + 1 {
            found.push((header_end + 1, end));
            from = end;
        }
    }
    found
}

fn segment(bytes: &[u8], start: usize, most: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let letters = rest.iter().take(most);
    start
        + letters
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .count()
}

fn payload(segment: &[u8]) -> Option<Map<String, Value>> {
    let decoded = URL_SAFE_NO_PAD.decode(segment).ok()?;
    serde_json::from_slice(&decoded).ok()
}

fn is_personal(name: &str, value: &Value, claims: &Map<String, Value>) -> bool {
    if value.is_null()
        || value.is_boolean()
        || PERSONAL
            .binary_search(&&*super::names::normalise(name))
            .is_err()
    {
        return false;
    }
    // The subject of a token that a client got for itself is the client.
    let client = |key: &str| claims.get(key) == Some(value);
    let of_client = client("client_id") || client("azp") || client("appid");
    let told = value
        .as_str()
        .is_none_or(|text| !text.is_empty() && !text.starts_with('⟨'));
    told && !of_client
}

/// The claims again with the personal ones masked; `None` when there are none.
fn without(claims: &Map<String, Value>) -> Option<String> {
    let mut masked = claims.clone();
    let mut any = false;
    for (name, value) in &mut masked {
        if is_personal(name, value, claims) {
            let plain = plain(value);
            *value = Value::String(format!(
                "⟨{name} · personal · {} chars⟩",
                plain.chars().count()
            ));
            any = true;
        } else if let Value::Object(inner) = value
            && let Some(with) = without(inner)
            && let Ok(with) = serde_json::from_str(&with)
        {
            *value = with;
            any = true;
        }
    }
    any.then(|| Value::Object(masked).to_string())
}

fn collect(claims: &Map<String, Value>, found: &mut Vec<(String, String)>) {
    for (name, value) in claims {
        if is_personal(name, value, claims) {
            found.push((name.clone(), plain(value)));
        } else if let Value::Object(inner) = value {
            collect(inner, found);
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(payload: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
        format!(
            "{header}.{}.⟨signature · 342 chars · #abcdef⟩",
            URL_SAFE_NO_PAD.encode(payload)
        )
    }

    fn payload_of(text: &str) -> String {
        let segment = text.split('.').nth(1).unwrap_or_default();
        String::from_utf8(URL_SAFE_NO_PAD.decode(segment).unwrap_or_default()).unwrap_or_default()
    }

    #[test]
    fn names_are_in_order() {
        assert!(PERSONAL.is_sorted());
    }

    #[test]
    fn who_it_is_goes_and_what_it_is_for_stays() {
        let token = jwt(
            r#"{"sub":"ana-17","email":"ana@example.org","aud":"https://mcp.example","email_verified":true,"ext":{"given_name":"Ana"}}"#,
        );
        let shown = masked(&format!(r#"{{"body":"{token}"}}"#));
        let payload = payload_of(&shown);
        for secret in ["ana-17", "ana@example.org", "Ana\""] {
            assert!(!payload.contains(secret), "{payload}");
        }
        assert!(
            payload.contains(r#""aud":"https://mcp.example""#),
            "{payload}"
        );
        assert!(
            payload.contains("⟨email · personal · 15 chars⟩"),
            "{payload}"
        );
        assert!(shown.ends_with("⟨signature · 342 chars · #abcdef⟩\"}"));
        assert_eq!(masked(&shown), shown);
        assert_eq!(claims(&token).len(), 3);
    }

    #[test]
    fn a_client_is_no_person() {
        let token = jwt(r#"{"sub":"client-1","client_id":"client-1"}"#);
        assert_eq!(masked(&token), token);
    }

    #[test]
    fn what_is_no_token_stays_as_it_is() {
        for text in [
            "",
            "ey",
            "eyJhbGciOiJub25lIn0",
            "hey.you.there",
            "eyJhbGciOiJub25lIn0.!.",
            "⟨ü⟩ eyJ.e30.",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
