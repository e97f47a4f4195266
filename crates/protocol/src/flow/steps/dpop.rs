//! Proof of possession (RFC 9449): one proof per request, nonces per origin.

use super::client_auth;
use crate::flow::{Flow, Fresh, Prepared, Reply};
use crate::{challenge, url_text};
use authscope_model::Header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Adds a fresh `DPoP` header; `token` binds it to an access token (`ath`).
pub(in crate::flow) fn prove(
    flow: &mut Flow,
    prepared: &mut Prepared,
    token: Option<&str>,
    fresh: &Fresh<'_>,
) -> Result<(), String> {
    if flow.context.dpop_key.is_none() {
        flow.context.dpop_key = Some(fresh.signer.generate_es256()?);
    }
    let Some(key) = flow.context.dpop_key.clone() else {
        return Ok(());
    };
    let mut jwk = client_auth::public_half(&key);
    if let Some(members) = jwk.as_object_mut() {
        members.retain(|name, _| matches!(name.as_str(), "kty" | "crv" | "x" | "y" | "n" | "e"));
    }
    let htu = prepared.url.split(['?', '#']).next().unwrap_or_default();
    let ath = token.map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())));
    let nonce = nonce_for(flow, &prepared.url);
    let mut claims = json!({
        "jti": fresh.text(80..96),
        "htm": prepared.method, "htu": htu, "iat": fresh.seconds(),
    });
    if let Some(members) = claims.as_object_mut() {
        members.extend(ath.map(|ath| ("ath".to_owned(), json!(ath))));
        members.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
    }
    let proof = fresh.signer.sign(
        &key.to_string(),
        &json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }),
        &claims,
    )?;
    prepared.headers.push(Header::new("DPoP", proof));
    Ok(())
}

fn nonce_for(flow: &Flow, url: &str) -> Option<String> {
    let origin = url_text::origin(url)?;
    flow.context
        .dpop_nonces
        .iter()
        .find(|(o, _)| *o == origin)
        .map(|(_, nonce)| nonce.clone())
}

/// Remembers `DPoP-Nonce`; true when the request must be sent once more with it (RFC 9449 §8, §9).
pub(in crate::flow) fn wants_nonce(flow: &mut Flow, reply: &Reply<'_>) -> bool {
    if !flow.context.uses_dpop() {
        return false;
    }
    let origin = url_text::origin(&reply.exchange.request.url);
    let nonce = reply.header("dpop-nonce").map(str::to_owned);
    let (Some(origin), Some(nonce)) = (origin, nonce) else {
        flow.context.dpop_retried = false;
        return false;
    };
    flow.context.dpop_nonces.retain(|(o, _)| *o != origin);
    flow.context.dpop_nonces.push((origin, nonce));
    let again = asks_for_nonce(reply) && !flow.context.dpop_retried;
    flow.context.dpop_retried = again;
    again
}

fn asks_for_nonce(reply: &Reply<'_>) -> bool {
    let in_challenge = challenge::parse(reply.headers())
        .list
        .iter()
        .any(|c| c.param("error").is_some_and(|e| e == "use_dpop_nonce"));
    let body: Option<Value> = serde_json::from_str(&reply.text()).ok();
    let in_body = body
        .as_ref()
        .and_then(|b| b.get("error"))
        .and_then(Value::as_str)
        == Some("use_dpop_nonce");
    matches!(reply.status(), 400 | 401) && (in_challenge || in_body)
}
