//! Randomness and the lab's signing keys.
//!
//! Keys are made when a lab starts and live as long as it does. There are two: the one that is published, and a stranger
//! that is not, for the faults where a token is signed by a key nobody can look up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::pkcs8::EncodePrivateKey as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::LabError;

/// `length` random bytes, written in base64url.
///
/// # Panics
/// When the operating system has no randomness to give, where nothing sensible can go on.
#[expect(
    clippy::expect_used,
    reason = "a lab without randomness would hand out guessable codes"
)]
pub(crate) fn random(length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a text, raw.
pub(crate) fn sha256(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// An ES256 key pair.
pub(crate) struct SigningKey {
    pub(crate) kid: String,
    encoding: EncodingKey,
    x: String,
    y: String,
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, LabError> {
        let secret = random_scalar()?;
        let der = secret
            .to_pkcs8_der()
            .map_err(|error| LabError::Key(error.to_string()))?;
        let point = secret.public_key().to_encoded_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| {
            bytes.map(|b| URL_SAFE_NO_PAD.encode(b)).unwrap_or_default()
        };
        Ok(Self {
            kid: random(8),
            encoding: EncodingKey::from_ec_der(der.as_bytes()),
            x: coordinate(point.x()),
            y: coordinate(point.y()),
        })
    }

    /// The public half as a JWK.
    pub(crate) fn jwk(&self) -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y, "kid": self.kid, "alg": "ES256", "use": "sig" })
    }

    /// Signs claims into a compact JWT with this header type.
    pub(crate) fn sign(&self, typ: &str, kid: &str, claims: &Value) -> Result<String, LabError> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.encoding)
            .map_err(|error| LabError::Key(error.to_string()))
    }

    pub(crate) fn verifying(&self) -> Result<DecodingKey, LabError> {
        DecodingKey::from_ec_components(&self.x, &self.y)
            .map_err(|error| LabError::Key(error.to_string()))
    }
}

/// A valid P-256 scalar: nearly every 32 bytes are one, so the loop ends at once.
fn random_scalar() -> Result<SecretKey, LabError> {
    for _ in 0..8 {
        let bytes = URL_SAFE_NO_PAD.decode(random(32)).unwrap_or_default();
        if let Ok(secret) = SecretKey::from_slice(&bytes) {
            return Ok(secret);
        }
    }
    Err(LabError::Key("no valid scalar in eight draws".to_owned()))
}

/// An unsigned JWT (`alg` none), which no server may accept.
pub(crate) fn unsigned(typ: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.",
        part(&json!({ "alg": "none", "typ": typ })),
        part(claims)
    )
}
