//! Proof of possession (RFC 9449): proofs, nonces, and what the token is bound to.

rules! {
    dpop_nonce_not_given,
    dpop_nonce_refused,
    dpop_proof_refused,
    dpop_token_not_bound,
    dpop_binding_missing,
}

use crate::context::{challenges, error_of};
use authscope_model::Exchange;
use authscope_protocol::{jwt, pkce};
use serde_json::Value;

/// The proof that a request carries.
fn proof(exchange: &Exchange) -> Option<jwt::Jwt> {
    jwt::decode(exchange.request.header("dpop")?)
}

/// The error code of an answer about DPoP, from the body or a challenge.
fn error(exchange: &Exchange) -> Option<String> {
    let status = exchange.status()?;
    if !matches!(status, 400 | 401) {
        return None;
    }
    let in_challenge = challenges(exchange)
        .list
        .iter()
        .find_map(|c| c.param("error").map(|e| e.to_string()));
    in_challenge.or_else(|| error_of(exchange)?.error)
}

/// Whether an answer asks for a nonce.
fn wants_nonce(exchange: &Exchange) -> bool {
    error(exchange).as_deref() == Some("use_dpop_nonce")
}

/// RFC 7638 thumbprint of the key in a proof.
fn thumbprint(proof: &jwt::Jwt) -> Option<String> {
    let jwk = proof.header.get("jwk")?;
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let (crv, x, y) = (text("crv")?, text("x")?, text("y")?);
    let canonical = format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#);
    // The same computation as a PKCE challenge: base64url of SHA-256.
    Some(pkce::challenge_s256(&canonical))
}
