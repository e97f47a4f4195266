//! Making access tokens, and id tokens where OpenID Connect is asked for.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::LabError;
use crate::authz::AuthServer;
use crate::authz::state::{Access, Grant};
use crate::http::Reply;
use crate::keys::{random, unsigned};
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// Who signs access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Signature {
    /// The key of the published key set.
    #[default]
    Published,
    /// A key that is not in the key set, under a `kid` that is not either.
    Stranger,
    /// A key that is not in the key set, under the published `kid`.
    Forged,
    /// Nobody: `alg` none.
    None,
}

/// What access tokens look like.
#[derive(Debug, Clone)]
pub(crate) struct AccessTokenBehaviour {
    /// A random string instead of a JWT.
    pub(crate) opaque: bool,
    pub(crate) lifetime: i64,
    /// Edits of the claims.
    pub(crate) claims: Shape,
    pub(crate) signature: Signature,
    /// Seconds added to `iat`, `nbf` and `exp`: the authorization server's wrong clock.
    pub(crate) clock_offset: i64,
}

impl Default for AccessTokenBehaviour {
    fn default() -> Self {
        Self {
            opaque: false,
            lifetime: 3_600,
            claims: Shape::default(),
            signature: Signature::Published,
            clock_offset: 0,
        }
    }
}

/// Makes an access token and remembers it.
pub(crate) fn access_token(
    target: &Target,
    server: &AuthServer,
    grant: &Grant,
) -> Result<String, Reply> {
    let behaviour = &target.behaviour.access_token;
    let issued_at = target.now() + behaviour.clock_offset;
    let expires_at = issued_at + behaviour.lifetime;
    let access = Access {
        grant: grant.clone(),
        issued_at,
        expires_at,
        revoked: false,
    };
    if behaviour.opaque {
        let token = format!("lab_at_{}", random(24));
        server.state().access.insert(token.clone(), access);
        return Ok(token);
    }
    let claims = json!({
        "iss": server.issuer,
        "aud": grant.resource,
        "sub": grant.subject,
        "client_id": grant.client_id,
        "scope": grant.scope,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": expires_at,
        "jti": Uuid::now_v7().to_string(),
    });
    let claims = confirmed(target, claims, grant);
    let claims = behaviour.claims.edited(claims, &server.vars);
    let token = signed(target, behaviour.signature, &claims);
    let token =
        token.map_err(|error| Reply::oauth_error(500, "server_error", &error.to_string()))?;
    server.state().access.insert(token.clone(), access);
    Ok(token)
}

/// Says which key the token is bound to (RFC 9449 §6.1).
fn confirmed(target: &Target, mut claims: Value, grant: &Grant) -> Value {
    let key = grant
        .key
        .as_ref()
        .filter(|_| target.behaviour.dpop.confirmed);
    if let (Some(key), Some(members)) = (key, claims.as_object_mut()) {
        members.insert("cnf".to_owned(), json!({ "jkt": key }));
    }
    claims
}

fn signed(target: &Target, signature: Signature, claims: &Value) -> Result<String, LabError> {
    let typ = "at+jwt";
    let (key, stranger) = (&target.shared.key, &target.shared.stranger);
    match signature {
        Signature::Published => key.sign(typ, &key.kid, claims),
        Signature::Stranger => stranger.sign(typ, &stranger.kid, claims),
        Signature::Forged => stranger.sign(typ, &key.kid, claims),
        Signature::None => Ok(unsigned(typ, claims)),
    }
}

/// An id token, if the grant is one of OpenID Connect.
pub(crate) fn id_token(target: &Target, server: &AuthServer, grant: &Grant) -> Option<String> {
    if !scopes::covers(&grant.scope, "openid") {
        return None;
    }
    let now = target.now();
    let mut claims = Map::new();
    claims.insert("iss".to_owned(), json!(server.issuer));
    claims.insert("aud".to_owned(), json!(grant.client_id));
    claims.insert("sub".to_owned(), json!(grant.subject));
    claims.insert("iat".to_owned(), json!(now));
    claims.insert("exp".to_owned(), json!(now + 300));
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    target
        .shared
        .key
        .sign("JWT", &target.shared.key.kid, &Value::Object(claims))
        .ok()
}
