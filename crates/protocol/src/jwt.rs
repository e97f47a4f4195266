//! JSON Web Tokens, decoded for display (RFC 7519). Nothing is verified here, and a signature that is
//! masked or cut does not hinder reading header and payload.

use crate::fields::whole_number;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// Base64url, padded or not, trailing bits ignored: tokens in the wild are not all canonical.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A decoded token.
#[derive(Debug, Clone, PartialEq)]
pub struct Jwt {
    /// JOSE header, an object.
    pub header: Value,
    /// Claims, an object.
    pub payload: Value,
    /// Everything after the second dot, as received (perhaps a mask).
    pub signature: String,
}

/// Decodes a signed (or unsecured) JWT; `None` for opaque and encrypted tokens.
#[must_use]
pub fn decode(token: &str) -> Option<Jwt> {
    let mut parts = token.trim().splitn(3, '.');
    let header = object(parts.next()?)?;
    let payload = object(parts.next()?)?;
    let signature = parts.next().unwrap_or_default().to_owned();
    Some(Jwt {
        header,
        payload,
        signature,
    })
}

fn object(part: &str) -> Option<Value> {
    let bytes = TOLERANT.decode(part).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.is_object().then_some(value)
}

/// Whether a text has the shape of a JWT that [`decode`] can read.
#[must_use]
pub fn looks_like(text: &str) -> bool {
    decode(text).is_some()
}

/// The header of an encrypted token (JWE compact serialization: five parts); `None` for anything else.
#[must_use]
pub fn encrypted_header(token: &str) -> Option<Value> {
    let token = token.trim();
    let header = object(token.split('.').next()?)?;
    // A recording keeps the header and hides the rest as one.
    let masked = token.contains("⟨encrypted");
    let five_parts = token.matches('.').count() == 4;
    ((five_parts || masked) && header.get("enc").is_some()).then_some(header)
}

impl Jwt {
    /// A claim.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.payload.get(name)
    }

    /// A claim that is a string.
    #[must_use]
    pub fn text_claim(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    /// `aud` as a list; a single string becomes a list of one.
    #[must_use]
    pub fn aud(&self) -> Vec<String> {
        self.claim("aud").map(strings).unwrap_or_default()
    }

    /// Scopes: `scope` (RFC 9068), else `scp`, each as a text or an array.
    #[must_use]
    pub fn scopes(&self) -> Vec<String> {
        let claim = self.claim("scope").or_else(|| self.claim("scp"));
        let values = claim.map(strings).unwrap_or_default();
        values
            .iter()
            .flat_map(|value| value.split_ascii_whitespace())
            .map(str::to_owned)
            .collect()
    }

    /// The name of the claim [`Jwt::scopes`] reads, when there is one.
    #[must_use]
    pub fn scopes_claim(&self) -> Option<&'static str> {
        ["scope", "scp"]
            .into_iter()
            .find(|name| self.claim(name).is_some())
    }

    /// `iss`.
    #[must_use]
    pub fn iss(&self) -> Option<&str> {
        self.text_claim("iss")
    }

    /// `exp`, seconds since the epoch.
    #[must_use]
    pub fn exp(&self) -> Option<i64> {
        self.claim("exp").and_then(whole_number)
    }

    /// `iat`, seconds since the epoch.
    #[must_use]
    pub fn iat(&self) -> Option<i64> {
        self.claim("iat").and_then(whole_number)
    }

    /// `nbf`, seconds since the epoch.
    #[must_use]
    pub fn nbf(&self) -> Option<i64> {
        self.claim("nbf").and_then(whole_number)
    }

    /// `alg` of the header.
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.header.get("alg").and_then(Value::as_str)
    }

    /// `typ` of the header.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.header.get("typ").and_then(Value::as_str)
    }

    /// `kid` of the header.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// Thumbprint of the DPoP key the token is bound to (`cnf.jkt`, RFC 9449 §6.1).
    #[must_use]
    pub fn confirmation_thumbprint(&self) -> Option<&str> {
        self.claim("cnf")?.get("jkt")?.as_str()
    }
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn token(header: &Value, payload: &Value, signature: &str) -> String {
        let part = |value: &Value| TOLERANT.encode(value.to_string());
        format!("{}.{}.{signature}", part(header), part(payload))
    }

    #[test]
    fn a_masked_signature_does_not_hinder() {
        let text = token(
            &json!({"alg": "ES256", "typ": "at+jwt", "kid": "1"}),
            &json!({"iss": "https://as/", "aud": "https://h", "exp": 10, "iat": "9", "nbf": 8.5}),
            "⟨signature · 86 chars · #a1b2c3⟩",
        );
        let jwt = decode(&text).unwrap();
        assert_eq!(jwt.signature, "⟨signature · 86 chars · #a1b2c3⟩");
        assert_eq!(jwt.aud(), ["https://h"]);
        assert_eq!(
            (jwt.exp(), jwt.iat(), jwt.nbf()),
            (Some(10), Some(9), Some(8))
        );
        assert_eq!(jwt.iss(), Some("https://as/"));
        assert_eq!(
            (jwt.alg(), jwt.typ(), jwt.kid()),
            (Some("ES256"), Some("at+jwt"), Some("1"))
        );
    }

    #[test]
    fn scopes_in_every_form() {
        let scopes = |payload: Value| decode(&token(&json!({}), &payload, "")).unwrap().scopes();
        assert_eq!(scopes(json!({"scope": "a b"})), ["a", "b"]);
        assert_eq!(scopes(json!({"scp": "a b"})), ["a", "b"]);
        assert_eq!(scopes(json!({"scp": ["a", "b"]})), ["a", "b"]);
        assert_eq!(scopes(json!({"scope": ["a b", 1]})), ["a", "b"]);
        assert!(scopes(json!({})).is_empty());
    }

    #[test]
    fn opaque_and_encrypted_tokens_are_no_jwt() {
        assert!(!looks_like("gho_abc.def.ghi"));
        assert!(!looks_like(""));
        assert!(!looks_like("e30"));
        let header = TOLERANT.encode(r#"{"alg":"dir","enc":"A256GCM"}"#);
        let jwe = format!("{header}..aXY.Y3Q.dGFn");
        assert!(!looks_like(&jwe));
        assert_eq!(encrypted_header(&jwe).unwrap()["enc"], "A256GCM");
        assert_eq!(encrypted_header("a.b.c.d.e"), None);
    }

    #[test]
    fn padding_is_tolerated() {
        let jwt = decode("e30=.eyJhIjoxfQ==.sig").unwrap();
        assert_eq!(jwt.payload, json!({"a": 1}));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".*") {
            let _ = (decode(&text), encrypted_header(&text));
        }
    }
}
