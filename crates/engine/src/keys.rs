//! Signing and verifying JWTs for the flow, with the jsonwebtoken library.

use authscope_protocol::flow::Signer;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::str::FromStr as _;

/// The signer of the engine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keys;

fn algorithm(header: &Value) -> Result<Algorithm, String> {
    let name = header.get("alg").and_then(Value::as_str).unwrap_or("none");
    Algorithm::from_str(name).map_err(|_| {
        format!("the algorithm {name:?} is not one that can be used; try ES256 or RS256")
    })
}

fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn signed(header: &Value, claims: &Value, key: &EncodingKey) -> Result<String, String> {
    let input = signing_input(header, claims);
    let signature = crypto::sign(input.as_bytes(), key, algorithm(header)?)
        .map_err(|error| format!("sign the JWT: {error}; does the key fit the algorithm?"))?;
    Ok(format!("{input}.{signature}"))
}

/// A private key from PEM (PKCS#8, SEC1, PKCS#1) or JWK text.
fn encoding_key(text: &str, algorithm: Algorithm) -> Result<EncodingKey, String> {
    let wrong = |error: &dyn std::fmt::Display| {
        format!("read the private key: {error}; expected PEM or a private JWK")
    };
    let text = text.trim();
    if text.starts_with('{') {
        let key = ec_key(text).ok_or_else(|| wrong(&"not a P-256 private JWK"))?;
        let der = key.to_pkcs8_der().map_err(|e| wrong(&e))?;
        return Ok(EncodingKey::from_ec_der(der.as_bytes()));
    }
    let bytes = text.as_bytes();
    match algorithm {
        Algorithm::ES256 => {
            let pkcs8 = p256::SecretKey::from_pkcs8_pem(text)
                .or_else(|_| p256::SecretKey::from_sec1_pem(text));
            let der = pkcs8
                .map_err(|e| wrong(&e))?
                .to_pkcs8_der()
                .map_err(|e| wrong(&e))?;
            Ok(EncodingKey::from_ec_der(der.as_bytes()))
        }
        Algorithm::ES384 => EncodingKey::from_ec_pem(bytes).map_err(|e| wrong(&e)),
        Algorithm::EdDSA => EncodingKey::from_ed_pem(bytes).map_err(|e| wrong(&e)),
        _ => EncodingKey::from_rsa_pem(bytes).map_err(|e| wrong(&e)),
    }
}

/// The key of a private P-256 JWK, whatever other members it has.
fn ec_key(jwk: &str) -> Option<p256::SecretKey> {
    let jwk: Value = serde_json::from_str(jwk).ok()?;
    if jwk.get("crv")?.as_str()? != "P-256" {
        return None;
    }
    let scalar = URL_SAFE_NO_PAD.decode(jwk.get("d")?.as_str()?).ok()?;
    p256::SecretKey::from_slice(&scalar).ok()
}

impl Signer for Keys {
    fn sign(&self, key: &str, header: &Value, claims: &Value) -> Result<String, String> {
        signed(header, claims, &encoding_key(key, algorithm(header)?)?)
    }

    fn sign_hmac(&self, secret: &str, header: &Value, claims: &Value) -> Result<String, String> {
        signed(header, claims, &EncodingKey::from_secret(secret.as_bytes()))
    }

    fn verify(&self, token: &str, keys: &Value) -> Result<String, String> {
        let parts = token.split('.').count();
        if parts != 3 {
            return Err(format!(
                "the token has {parts} parts between dots, and a signed JWT has three segments (header, payload, signature)"
            ));
        }
        let (input, signature) = token
            .rsplit_once('.')
            .ok_or("the token is not a compact JWT")?;
        let header = input
            .split('.')
            .next()
            .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let header: Value = header
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or("the JWT header is not JSON")?;
        let algorithm = algorithm(&header)?;
        let kid = header.get("kid").and_then(Value::as_str);
        let (jwk, named) = pick(keys, kid, algorithm)?;
        let key = DecodingKey::from_jwk(&jwk)
            .map_err(|error| format!("read the key {named}: {error}"))?;
        match crypto::verify(signature, input.as_bytes(), &key, algorithm) {
            Ok(true) => Ok(format!(
                "{algorithm:?} signature verified with the key {named}"
            )),
            Ok(false) => Err(format!(
                "the {algorithm:?} signature does not verify with the key {named}"
            )),
            Err(error) => Err(format!("verify with the key {named}: {error}")),
        }
    }

    fn public_jwk(&self, key: &str) -> Result<Value, String> {
        let text = key.trim();
        if text.starts_with('{') {
            return given_jwk(text);
        }
        let key = p256::SecretKey::from_pkcs8_pem(text)
            .or_else(|_| p256::SecretKey::from_sec1_pem(text))
            .map_err(|error| {
                format!("read the public half of the private key: {error}; only P-256 keys can be hosted as a JWK set")
            })?;
        Ok(public_members(jwk_of(&key)))
    }

    fn generate_es256(&self) -> Result<Value, String> {
        let mut bytes = [0u8; 32];
        // A random scalar is out of range once in 2^32; try again then.
        for _ in 0..8 {
            getrandom::fill(&mut bytes).map_err(|error| format!("make a key: {error}"))?;
            if let Ok(key) = p256::SecretKey::from_slice(&bytes) {
                return Ok(jwk_of(&key));
            }
        }
        Err("make a key: no usable random scalar came".into())
    }
}

/// The public half of a JWK as it was given, its `kid` kept.
fn given_jwk(text: &str) -> Result<Value, String> {
    let given: Value =
        serde_json::from_str(text).map_err(|error| format!("read the private JWK: {error}"))?;
    let key = ec_key(text).ok_or("read the private JWK: not a P-256 key")?;
    let mut public = public_members(jwk_of(&key));
    for name in ["kid", "alg"] {
        if let (Some(value), Some(members)) = (given.get(name), public.as_object_mut()) {
            members.insert(name.into(), value.clone());
        }
    }
    Ok(public)
}

fn public_members(mut jwk: Value) -> Value {
    if let Some(members) = jwk.as_object_mut() {
        members.remove("d");
    }
    jwk
}

fn jwk_of(key: &p256::SecretKey) -> Value {
    let point = key.public_key().to_encoded_point(false);
    let part = |bytes: Option<&[u8]>| URL_SAFE_NO_PAD.encode(bytes.unwrap_or_default());
    let (x, y) = (
        part(point.x().map(|x| x.as_slice())),
        part(point.y().map(|y| y.as_slice())),
    );
    // RFC 7638 thumbprint: members in lexical order, no white space.
    let thumbprint = Sha256::digest(format!(
        r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#
    ));
    json!({
        "kty": "EC", "crv": "P-256", "x": x, "y": y, "d": URL_SAFE_NO_PAD.encode(key.to_bytes()),
        "use": "sig", "alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(thumbprint),
    })
}

/// The key that the header names, or the only one whose type fits.
fn pick(keys: &Value, kid: Option<&str>, algorithm: Algorithm) -> Result<(Jwk, String), String> {
    let list: Vec<Jwk> = keys
        .get("keys")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|key| serde_json::from_value(key.clone()).ok())
        .collect();
    let count = list.len();
    if let Some(kid) = kid {
        let found = list
            .into_iter()
            .find(|jwk| jwk.common.key_id.as_deref() == Some(kid));
        return found.map(|jwk| (jwk, format!("{kid:?}"))).ok_or_else(|| {
            format!(
                "the JWT names the key {kid:?}, which is not among the {count} keys of `jwks_uri`"
            )
        });
    }
    let found = list
        .into_iter()
        .find(|jwk| DecodingKey::from_jwk(jwk).is_ok_and(|key| key.family() == algorithm.family()));
    found
        .map(|jwk| {
            let name = jwk
                .common
                .key_id
                .clone()
                .map_or_else(|| "without kid".into(), |kid| format!("{kid:?}"));
            (jwk, name)
        })
        .ok_or_else(|| format!("none of the {count} keys of `jwks_uri` fits {algorithm:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is hosted verifies what a pasted key signs, be it a JWK or PEM.
    #[test]
    fn the_public_half_of_a_pasted_key_verifies() {
        let mut jwk = Keys.generate_es256().unwrap();
        jwk["kid"] = json!("mine");
        let pem = ec_key(&jwk.to_string())
            .unwrap()
            .to_pkcs8_pem(Default::default())
            .unwrap();
        for key in [jwk.to_string(), pem.to_string()] {
            let public = Keys.public_jwk(&key).unwrap();
            assert!(public.get("d").is_none());
            let header = json!({ "alg": "ES256", "kid": public["kid"] });
            let token = Keys.sign(&key, &header, &json!({})).unwrap();
            let keys = json!({ "keys": [public] });
            assert!(Keys.verify(&token, &keys).unwrap().contains("verified"));
        }
        assert_eq!(Keys.public_jwk(&jwk.to_string()).unwrap()["kid"], "mine");
        assert!(Keys.public_jwk("nonsense").is_err());
    }

    #[test]
    fn signs_and_verifies() {
        let key = Keys.generate_es256().unwrap();
        let header = json!({ "alg": "ES256", "kid": key["kid"] });
        let token = Keys
            .sign(&key.to_string(), &header, &json!({ "a": 1 }))
            .unwrap();
        let mut public = key.clone();
        public.as_object_mut().unwrap().remove("d");
        assert!(
            Keys.verify(&token, &json!({ "keys": [public] }))
                .unwrap()
                .contains("verified")
        );
        let other = Keys.generate_es256().unwrap();
        let error = Keys
            .verify(&token, &json!({ "keys": [other] }))
            .unwrap_err();
        assert!(error.contains("not among the 1 keys"), "{error}");
        let mut forged = other;
        forged["kid"] = key["kid"].clone();
        let error = Keys
            .verify(&token, &json!({ "keys": [forged] }))
            .unwrap_err();
        assert!(error.contains("does not verify"), "{error}");
    }
}
