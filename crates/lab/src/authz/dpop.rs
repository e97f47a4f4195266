//! Proof of possession (RFC 9449): proofs judged at the token endpoint and at the MCP server, nonces asked for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use crate::authz::AuthServer;
use crate::http::{Reply, Req};
use crate::keys::sha256;
use crate::target::Target;

/// Seconds a proof may be away from the server's clock.
const SKEW: i64 = 300;

/// Whether proofs are taken, and what is wrong with how they are judged.
#[derive(Debug, Clone)]
pub(crate) struct DpopBehaviour {
    /// Whether metadata offers it and proofs are read at all.
    pub(crate) offered: bool,
    /// Whether the authorization server wants a nonce of its own in proofs.
    pub(crate) nonce_at_token: bool,
    /// Whether the MCP server wants one.
    pub(crate) nonce_at_resource: bool,
    /// Whether a demand for a nonce brings one.
    pub(crate) nonce_given: bool,
    /// Whether the nonce given is taken.
    pub(crate) nonce_taken: bool,
    /// `token_type` of bound tokens.
    pub(crate) token_type: &'static str,
    /// Whether JWTs say what key they are bound to.
    pub(crate) confirmed: bool,
    /// The URL the token endpoint believes to have.
    pub(crate) token_url: fn(&str) -> String,
    /// The URL the MCP server believes to have.
    pub(crate) resource_url: fn(&str) -> String,
    /// Whether the MCP server knows the scheme `DPoP`.
    pub(crate) scheme_known: bool,
}

impl Default for DpopBehaviour {
    fn default() -> Self {
        Self {
            offered: false,
            nonce_at_token: false,
            nonce_at_resource: false,
            nonce_given: true,
            nonce_taken: true,
            token_type: "DPoP",
            confirmed: true,
            token_url: str::to_owned,
            resource_url: str::to_owned,
            scheme_known: true,
        }
    }
}

/// What is wrong with a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProofError {
    /// It has not the nonce that is wanted.
    Nonce,
    /// Anything else.
    Invalid(String),
}

impl ProofError {
    /// Error code (RFC 9449 §7.1, §8) and description.
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Nonce => ("use_dpop_nonce", "a nonce is required in the DPoP proof"),
            Self::Invalid(why) => ("invalid_dpop_proof", why),
        }
    }
}

/// What a proof has to say.
struct Wanted<'a> {
    url: String,
    nonce: Option<String>,
    token: Option<&'a str>,
}

/// The nonce one of the two servers gives: the same while the lab runs, different for each.
pub(crate) fn nonce(target: &Target, place: &str) -> String {
    let kid = &target.shared.key.kid;
    URL_SAFE_NO_PAD.encode(sha256(&format!("{kid} {} {place}", target.id)))
}

/// The key a token request proves to hold, by its thumbprint; `None` without a proof.
pub(crate) fn at_token_endpoint(
    target: &Target,
    server: &AuthServer,
    req: &Req,
) -> Result<Option<String>, Reply> {
    let behaviour = &target.behaviour.dpop;
    if !behaviour.offered || req.header("dpop").is_none() {
        return Ok(None);
    }
    let wanted = Wanted {
        url: (behaviour.token_url)(&server.endpoint("token")),
        nonce: behaviour.nonce_at_token.then(|| nonce(target, "token")),
        token: None,
    };
    judge(target, req, &wanted).map(Some).map_err(|error| {
        let (code, why) = error.parts();
        with_nonce(target, &error, "token", Reply::oauth_error(400, code, why))
    })
}

/// Checks the proof that comes with a bound token at the MCP server.
pub(crate) fn at_resource(
    target: &Target,
    req: &Req,
    token: &str,
    jkt: &str,
) -> Result<(), ProofError> {
    let behaviour = &target.behaviour.dpop;
    let wanted = Wanted {
        url: (behaviour.resource_url)(&target.vars.mcp_url),
        nonce: behaviour
            .nonce_at_resource
            .then(|| nonce(target, "resource")),
        token: Some(token),
    };
    let held = judge(target, req, &wanted)?;
    if held == jkt {
        Ok(())
    } else {
        Err(ProofError::Invalid(
            "the token is bound to another key".to_owned(),
        ))
    }
}

/// Adds `DPoP-Nonce` to a demand for one.
pub(crate) fn with_nonce(target: &Target, error: &ProofError, place: &str, reply: Reply) -> Reply {
    if *error == ProofError::Nonce && target.behaviour.dpop.nonce_given {
        return reply.with("DPoP-Nonce", &nonce(target, place));
    }
    reply
}

fn judge(target: &Target, req: &Req, wanted: &Wanted<'_>) -> Result<String, ProofError> {
    let invalid = |why: &str| ProofError::Invalid(why.to_owned());
    let proof = req
        .header("dpop")
        .ok_or_else(|| invalid("there is no DPoP proof"))?;
    let (header, claims) = verified(proof).map_err(ProofError::Invalid)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("htm") != Some(req.method.as_str()) {
        return Err(invalid("htm is not the method of the request"));
    }
    if text("htu") != Some(&wanted.url) {
        return Err(ProofError::Invalid(format!("htu is not {}", wanted.url)));
    }
    let at = claims
        .get("iat")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    if (at - target.now()).abs() > SKEW {
        return Err(invalid("iat is not now"));
    }
    if let Some(token) = wanted.token
        && text("ath") != Some(&URL_SAFE_NO_PAD.encode(sha256(token)))
    {
        return Err(invalid("ath is not the hash of the access token"));
    }
    if let Some(nonce) = &wanted.nonce
        && (text("nonce") != Some(nonce) || !target.behaviour.dpop.nonce_taken)
    {
        return Err(ProofError::Nonce);
    }
    once(target, text("jti").unwrap_or_default()).map_err(invalid)?;
    Ok(thumbprint(&header))
}

/// Header and claims of a proof whose signature fits the key it carries.
fn verified(proof: &str) -> Result<(Value, Value), String> {
    let part = proof.split('.').next().unwrap_or_default();
    let header: Option<Value> = URL_SAFE_NO_PAD
        .decode(part)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let header = header.ok_or("the DPoP proof is not a JWT")?;
    if header.get("typ").and_then(Value::as_str) != Some("dpop+jwt") {
        return Err("typ is not dpop+jwt".to_owned());
    }
    let jwk = header.get("jwk").cloned().unwrap_or_default();
    if jwk.get("d").is_some() {
        return Err("the proof carries a private key".to_owned());
    }
    let jwk: Jwk = serde_json::from_value(jwk).map_err(|error| format!("jwk: {error}"))?;
    let key = DecodingKey::from_jwk(&jwk).map_err(|error| format!("jwk: {error}"))?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let data = jsonwebtoken::decode::<Value>(proof, &key, &validation)
        .map_err(|error| format!("signature: {error}"))?;
    Ok((header, data.claims))
}

/// RFC 7638: members in lexical order, no white space.
fn thumbprint(header: &Value) -> String {
    let member = |name: &str| {
        let jwk = header.get("jwk");
        jwk.and_then(|jwk| jwk.get(name))
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (x, y) = (member("x"), member("y"));
    let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(sha256(&text))
}

/// A proof is good for one request.
fn once(target: &Target, jti: &str) -> Result<(), &'static str> {
    if jti.is_empty() {
        return Err("jti is missing");
    }
    let Some(server) = target.servers.first() else {
        return Ok(());
    };
    let mut state = server.state();
    let key = format!("dpop {jti}");
    if state.assertions.get(&key).is_some() {
        return Err("the proof was used before");
    }
    state.assertions.insert(key, ());
    Ok(())
}
