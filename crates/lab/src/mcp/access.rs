//! Judging the access token of a request: who holds it, and for what.

use jsonwebtoken::{Algorithm, Validation};
use serde_json::Value;

use crate::authz::AuthServer;
use crate::authz::dpop::{self, ProofError};
use crate::authz::lifecycle::is_live;
use crate::http::Req;
use crate::pages::Page;
use crate::target::{Target, Vars};

/// Why a request may not pass.
#[derive(Debug, Clone)]
pub(crate) enum Denied {
    /// It carries no token.
    Anonymous,
    /// Its token is no good, with the reason.
    Invalid(String),
    /// Its token is bound to a key, and the proof of it is no good (RFC 9449 §7.1).
    Proof(ProofError),
    /// The server answers something that has nothing to do with OAuth.
    Page(Page),
}

/// Who sent a request.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) subject: String,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    /// Whether a token was needed at all.
    pub(crate) anonymous: bool,
}

impl Holder {
    /// For methods that need no token.
    pub(crate) fn nobody() -> Self {
        Self {
            subject: String::new(),
            client_id: String::new(),
            scope: String::new(),
            anonymous: true,
        }
    }
}

/// Which checks are made, and what is wrong with them.
#[derive(Debug, Clone)]
pub(crate) struct AccessBehaviour {
    /// Whether the `Authorization` header reaches the server.
    pub(crate) header_read: bool,
    /// Whether `?access_token=` is read as well.
    pub(crate) query_read: bool,
    /// Whether the scheme must be written exactly `Bearer`.
    pub(crate) scheme_case_matters: bool,
    pub(crate) signature_checked: bool,
    pub(crate) expiry_checked: bool,
    pub(crate) audience_checked: bool,
    /// Whether a token that is no JWT and unknown is let in.
    pub(crate) garbage_accepted: bool,
    pub(crate) empty_accepted: bool,
    /// Whether opaque tokens are looked up at the authorization server.
    pub(crate) opaque_known: bool,
    /// The audience the server demands.
    pub(crate) audience: fn(&Vars) -> String,
    /// The claim the granted scope is read from.
    pub(crate) scope_claim: &'static str,
    /// Turns every valid token away, with this reason.
    pub(crate) rejects_valid: Option<&'static str>,
    /// Turns valid tokens away except in the first request: another replica, with another key store.
    pub(crate) rejects_after_first: bool,
    /// Answers this to every valid token.
    pub(crate) valid_page: Option<Page>,
}

impl Default for AccessBehaviour {
    fn default() -> Self {
        Self {
            header_read: true,
            query_read: false,
            scheme_case_matters: false,
            signature_checked: true,
            expiry_checked: true,
            audience_checked: true,
            garbage_accepted: false,
            empty_accepted: false,
            opaque_known: true,
            audience: |vars| vars.resource.clone(),
            scope_claim: "scope",
            rejects_valid: None,
            rejects_after_first: false,
            valid_page: None,
        }
    }
}

/// Judges the request's token.
pub(crate) fn check(target: &Target, req: &Req, method: &str) -> Result<Holder, Denied> {
    let behaviour = &target.behaviour.access;
    let (token, bound) = token_of(target, req)?;
    if token.is_empty() && behaviour.empty_accepted {
        return Ok(stranger(target));
    }
    let holder = holder(target, &token)?;
    check_proof(target, req, &token, bound)?;
    if let Some(page) = behaviour.valid_page {
        return Err(Denied::Page(page));
    }
    if let Some(why) = behaviour.rejects_valid {
        return Err(Denied::Invalid(why.to_owned()));
    }
    if behaviour.rejects_after_first && !matches!(method, "initialize" | "server/discover") {
        return Err(Denied::Invalid("unknown token".to_owned()));
    }
    Ok(holder)
}

/// The token, and whether it came under the scheme `DPoP`.
fn token_of(target: &Target, req: &Req) -> Result<(String, bool), Denied> {
    let behaviour = &target.behaviour.access;
    if behaviour.query_read
        && let Some(token) = req.query_params().get("access_token")
    {
        return Ok((token.to_owned(), false));
    }
    let header = if behaviour.header_read {
        req.header("authorization")
    } else {
        None
    };
    let header = header.ok_or(Denied::Anonymous)?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let bearer = if behaviour.scheme_case_matters {
        scheme == "Bearer"
    } else {
        scheme.eq_ignore_ascii_case("bearer")
    };
    let dpop = &target.behaviour.dpop;
    let proven = dpop.offered && dpop.scheme_known && scheme.eq_ignore_ascii_case("dpop");
    if bearer || proven {
        Ok((token.trim().to_owned(), proven))
    } else {
        Err(Denied::Anonymous)
    }
}

/// A token bound to a key comes under its own scheme and with a proof; any other comes as `Bearer`.
fn check_proof(target: &Target, req: &Req, token: &str, bound: bool) -> Result<(), Denied> {
    if !target.behaviour.dpop.confirmed {
        return Ok(());
    }
    let key = target.servers.iter().find_map(|server| {
        let state = server.state();
        state
            .access
            .get(token)
            .and_then(|access| access.grant.key.clone())
    });
    match (key, bound) {
        (Some(key), true) => dpop::at_resource(target, req, token, &key).map_err(Denied::Proof),
        (Some(_), false) => Err(Denied::Invalid(
            "the token is bound to a key, use DPoP".to_owned(),
        )),
        (None, true) => Err(Denied::Invalid("the token is bound to no key".to_owned())),
        (None, false) => Ok(()),
    }
}

fn holder(target: &Target, token: &str) -> Result<Holder, Denied> {
    let behaviour = &target.behaviour.access;
    if let Some(holder) = opaque(target, token) {
        return Ok(holder);
    }
    let claims = match claims(target, token) {
        Ok(claims) => claims,
        Err(_) if behaviour.garbage_accepted => return Ok(stranger(target)),
        Err(why) => return Err(Denied::Invalid(why)),
    };
    check_claims(target, &claims).map_err(Denied::Invalid)?;
    if is_revoked(target, token) {
        return Err(Denied::Invalid("the token was revoked".to_owned()));
    }
    let text = |name: &str| {
        claims
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Ok(Holder {
        subject: text("sub"),
        client_id: text("client_id"),
        scope: text(behaviour.scope_claim),
        anonymous: false,
    })
}

/// Somebody whose token the server did not really check.
fn stranger(target: &Target) -> Holder {
    Holder {
        subject: "anybody".to_owned(),
        client_id: "anything".to_owned(),
        scope: target.behaviour.scopes.required.to_owned(),
        anonymous: false,
    }
}

/// The holder of an opaque token, as the authorization server would tell by introspection.
fn opaque(target: &Target, token: &str) -> Option<Holder> {
    if !target.behaviour.access.opaque_known || token.contains('.') {
        return None;
    }
    let now = target.now();
    let found = target
        .servers
        .iter()
        .find_map(|server| server.state().access.get(token).cloned());
    let access = found
        .filter(|access| is_live(access, now) && access.grant.resource == target.vars.resource)?;
    Some(Holder {
        subject: access.grant.subject,
        client_id: access.grant.client_id,
        scope: access.grant.scope,
        anonymous: false,
    })
}

fn is_revoked(target: &Target, token: &str) -> bool {
    let revoked = |server: &AuthServer| {
        server
            .state()
            .access
            .get(token)
            .is_some_and(|access| access.revoked)
    };
    target.servers.iter().any(revoked)
}

/// The claims of a JWT, its signature verified unless the server leaves that out.
fn claims(target: &Target, token: &str) -> Result<Value, String> {
    if !target.behaviour.access.signature_checked {
        return jsonwebtoken::dangerous::insecure_decode_claims(token)
            .map_err(|_| "the token is not a JWT with a known algorithm".to_owned());
    }
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = target
        .shared
        .key
        .verifying()
        .map_err(|error| error.to_string())?;
    let header = jsonwebtoken::decode_header(token)
        .map_err(|_| "the token is not a JWT with a known algorithm".to_owned())?;
    if header.kid.as_deref() != Some(&target.shared.key.kid) {
        return Err("the key set has no key with this kid".to_owned());
    }
    let data = jsonwebtoken::decode::<Value>(token, &key, &validation);
    data.map(|data| data.claims)
        .map_err(|error| format!("signature: {error}"))
}

fn check_claims(target: &Target, claims: &Value) -> Result<(), String> {
    let behaviour = &target.behaviour.access;
    let issuer = claims
        .get("iss")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !target.servers.iter().any(|server| server.issuer == issuer) {
        return Err(format!("issuer {issuer} is not trusted"));
    }
    let now = target.now();
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    if behaviour.expiry_checked {
        if time("exp").is_none_or(|expiry| expiry <= now) {
            return Err("the token has expired".to_owned());
        }
        if time("nbf").is_some_and(|start| start > now + 5) {
            return Err("the token is not valid yet".to_owned());
        }
    }
    if behaviour.audience_checked {
        let wanted = (behaviour.audience)(&target.vars);
        if !names(claims.get("aud"), &wanted) {
            return Err(format!("the audience is not {wanted}"));
        }
    }
    Ok(())
}

/// Whether an `aud` claim, a string or a list of them, names this resource.
fn names(audience: Option<&Value>, wanted: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(wanted)),
        _ => false,
    }
}
