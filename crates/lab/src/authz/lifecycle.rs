//! What happens to tokens later: revocation (RFC 7009), introspection (RFC 7662), and userinfo.

use axum::http::Method;
use serde_json::json;

use crate::authz::AuthServer;
use crate::authz::client;
use crate::authz::state::Access;
use crate::authz::token::refuse;
use crate::http::{Params, Reply, Req};
use crate::scopes;
use crate::target::Target;

async fn authenticated(
    target: &Target,
    server: &AuthServer,
    req: &Req,
) -> Result<(String, Params), Reply> {
    if req.method != Method::POST {
        return Err(Reply::text(405, "use POST").with("Allow", "POST"));
    }
    let form = req
        .form()
        .ok_or_else(|| refuse("invalid_request", "send application/x-www-form-urlencoded"))?;
    let client = client::authenticate(target, server, req, &form).await?;
    Ok((client.id, form))
}

pub(crate) async fn revoke(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let (client_id, form) = match authenticated(target, server, req).await {
        Ok(parts) => parts,
        Err(reply) => return reply,
    };
    let Some(token) = form.get("token") else {
        return refuse("invalid_request", "token is missing");
    };
    let mut state = server.state();
    let family = state
        .refresh
        .get(token)
        .filter(|it| it.grant.client_id == client_id)
        .map(|it| it.grant.family.clone());
    if let Some(family) = family {
        state.end_family(&family);
    } else if let Some(access) = state.access.get_mut(token) {
        access.revoked |= access.grant.client_id == client_id;
    }
    Reply::empty(200)
}

pub(crate) async fn introspect(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let (client_id, form) = match authenticated(target, server, req).await {
        Ok(parts) => parts,
        Err(reply) => return reply,
    };
    let Some(token) = form.get("token") else {
        return refuse("invalid_request", "token is missing");
    };
    let state = server.state();
    let access = state
        .access
        .get(token)
        .filter(|access| is_live(access, target.now()));
    let refresh = state.refresh.get(token).filter(|refresh| !refresh.dead);
    // A client learns about its own tokens only.
    let body = match (access, refresh) {
        (Some(access), _) if access.grant.client_id == client_id => json!({
            "active": true, "iss": server.issuer, "sub": access.grant.subject, "aud": access.grant.resource,
            "client_id": access.grant.client_id, "scope": access.grant.scope, "token_type": "Bearer",
            "iat": access.issued_at, "exp": access.expires_at,
        }),
        (None, Some(refresh)) if refresh.grant.client_id == client_id => json!({
            "active": true, "iss": server.issuer, "sub": refresh.grant.subject,
            "client_id": refresh.grant.client_id, "scope": refresh.grant.scope,
        }),
        _ => json!({ "active": false }),
    };
    Reply::json(200, &body).with("Cache-Control", "no-store")
}

pub(crate) fn is_live(access: &Access, now: i64) -> bool {
    !access.revoked && access.expires_at > now
}

pub(crate) fn userinfo(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let token = req
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .map(|(_, token)| token.trim());
    let access = token.and_then(|token| server.state().access.get(token).cloned());
    match access.filter(|access| is_live(access, target.now())) {
        None => Reply::empty(401).with("WWW-Authenticate", "Bearer error=\"invalid_token\""),
        Some(access) if !scopes::covers(&access.grant.scope, "openid") => Reply::empty(403).with(
            "WWW-Authenticate",
            "Bearer error=\"insufficient_scope\", scope=\"openid\"",
        ),
        Some(access) => Reply::json(
            200,
            &json!({ "sub": access.grant.subject, "name": access.grant.subject }),
        ),
    }
}
