//! The token endpoint: which grant a request is, and the answers they share; code and client credentials themselves.

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::authz::authorize::{self, ResourceCheck};
use crate::authz::client::{self, Client};
use crate::authz::pkce::{self, PkceBehaviour};
use crate::authz::refresh::{self, RefreshBehaviour};
use crate::authz::state::{Code, Grant};
use crate::authz::{AuthServer, assertion, device, dpop, issue};
use crate::http::{Params, Reply, Req};
use crate::keys::random;
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// How token requests are judged and answered.
#[derive(Debug, Clone)]
pub(crate) struct TokenBehaviour {
    /// Bends every answer.
    pub(crate) any: Shape,
    /// Bends successful answers.
    pub(crate) success: Shape,
    /// Bends refusals.
    pub(crate) failure: Shape,
    pub(crate) pkce: PkceBehaviour,
    pub(crate) refresh: RefreshBehaviour,
    /// Seconds a code can be redeemed.
    pub(crate) code_lifetime: i64,
    /// Whether a code can be redeemed again and again.
    pub(crate) code_reusable: bool,
    /// Whether `redirect_uri` is compared with that of the authorization request.
    pub(crate) redirect_uri_checked: bool,
    /// What is made of the stored redirect URI before it is compared.
    pub(crate) stored_redirect_uri: fn(&str) -> String,
    /// Whether the code's client is compared with the one that redeems it.
    pub(crate) client_checked: bool,
    /// Whether only JSON bodies are understood.
    pub(crate) json_only: bool,
    /// Refuses every code with this answer.
    pub(crate) refuses: Option<fn() -> Reply>,
    /// A grant that is advertised and allowed to no client.
    pub(crate) refuses_grant: Option<&'static str>,
    /// Whether the `resource` parameter is refused here.
    pub(crate) resource_refused: bool,
    /// Whether the granted scope is told.
    pub(crate) scope_told: bool,
}

impl Default for TokenBehaviour {
    fn default() -> Self {
        Self {
            any: Shape::default(),
            success: Shape::default(),
            failure: Shape::default(),
            pkce: PkceBehaviour::default(),
            refresh: RefreshBehaviour::default(),
            code_lifetime: 60,
            code_reusable: false,
            redirect_uri_checked: true,
            stored_redirect_uri: str::to_owned,
            client_checked: true,
            json_only: false,
            refuses: None,
            refuses_grant: None,
            resource_refused: false,
            scope_told: true,
        }
    }
}

/// A refusal of the token endpoint.
pub(crate) fn refuse(error: &str, description: &str) -> Reply {
    Reply::oauth_error(400, error, description)
}

pub(crate) async fn answer(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let behaviour = &target.behaviour.token;
    if behaviour.any.instead.is_some() {
        return behaviour.any.apply(Reply::empty(500), &server.vars);
    }
    let reply = match exchange(target, server, req).await {
        Ok(reply) => behaviour.success.apply(reply, &server.vars),
        Err(reply) => behaviour.failure.apply(reply, &server.vars),
    };
    behaviour.any.apply(reply, &server.vars)
}

async fn exchange(target: &Target, server: &AuthServer, req: &Req) -> Result<Reply, Reply> {
    if req.method != Method::POST {
        return Err(Reply::text(405, "use POST").with("Allow", "POST"));
    }
    let form = read(target, req)?;
    let once = [
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "client_id",
        "client_secret",
        "refresh_token",
    ];
    if let Some(name) = form.repeated(&once) {
        return Err(refuse(
            "invalid_request",
            &format!("{name} is given more than once"),
        ));
    }
    let grant_type = form
        .get("grant_type")
        .ok_or_else(|| refuse("invalid_request", "grant_type is missing"))?;
    if !target.behaviour.metadata.grant_types.contains(&grant_type) {
        return Err(refuse(
            "unsupported_grant_type",
            &format!("{grant_type} is not supported"),
        ));
    }
    let client = client::authenticate(target, server, req, &form).await?;
    if target.behaviour.token.refuses_grant == Some(grant_type) {
        let why = format!("no client may use {grant_type}");
        return Err(refuse("unauthorized_client", &why));
    }
    if target.behaviour.token.resource_refused && form.get("resource").is_some() {
        return Err(refuse("invalid_request", "unknown parameter resource"));
    }
    match (grant_type, target.behaviour.token.refuses) {
        ("authorization_code", Some(refuses)) => Err(refuses()),
        _ => {
            let key = dpop::at_token_endpoint(target, server, req)?;
            granted(target, server, grant_type, &client, &form, key)
        }
    }
}

fn granted(
    target: &Target,
    server: &AuthServer,
    grant_type: &str,
    client: &Client,
    form: &Params,
    key: Option<String>,
) -> Result<Reply, Reply> {
    match grant_type {
        "authorization_code" => redeem(target, server, client, form, key),
        "refresh_token" => refresh::renew(target, server, client, form, key),
        "client_credentials" => for_itself(target, server, client, form, key),
        device::GRANT => device::poll(target, server, client, form, key),
        assertion::GRANT => assertion::redeem(target, server, client, form, key),
        other => Err(refuse(
            "unsupported_grant_type",
            &format!("{other} is not supported"),
        )),
    }
}

fn read(target: &Target, req: &Req) -> Result<Params, Reply> {
    if target.behaviour.token.json_only {
        let body: Value = serde_json::from_slice(&req.body).map_err(|_| {
            Reply::json(
                422,
                &json!({ "detail": "Input should be a valid JSON object" }),
            )
        })?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let pairs = body
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), text(value)?)));
        return Ok(Params(pairs.collect()));
    }
    req.form()
        .ok_or_else(|| refuse("invalid_request", "send application/x-www-form-urlencoded"))
}

fn redeem(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    form: &Params,
    key: Option<String>,
) -> Result<Reply, Reply> {
    let value = form
        .get("code")
        .ok_or_else(|| refuse("invalid_request", "code is missing"))?;
    let code = server.state().codes.get(value).cloned();
    let code = code.ok_or_else(|| refuse("invalid_grant", "unknown authorization code"))?;
    check_code(target, server, client, form, &code)?;
    if let Some(stored) = server.state().codes.get_mut(value) {
        stored.redeemed = true;
    }
    let mut grant = Grant { key, ..code.grant };
    narrow_resource(target, form, &mut grant)?;
    let refresh_token = refresh::first(target, server, client, &grant);
    tokens(target, server, &grant, refresh_token)
}

fn check_code(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    form: &Params,
    code: &Code,
) -> Result<(), Reply> {
    let behaviour = &target.behaviour.token;
    let invalid = |why: &str| refuse("invalid_grant", why);
    if code.redeemed && !behaviour.code_reusable {
        server.state().end_family(&code.grant.family);
        return Err(invalid(
            "the authorization code was used before; its tokens are revoked",
        ));
    }
    if code.expires_at <= target.now() {
        return Err(invalid("the authorization code has expired"));
    }
    if behaviour.client_checked && code.grant.client_id != client.id {
        return Err(invalid(
            "the authorization code was issued to another client",
        ));
    }
    let stored = (behaviour.stored_redirect_uri)(&code.redirect_uri);
    if behaviour.redirect_uri_checked && form.get("redirect_uri") != Some(&stored) {
        return Err(invalid(
            "redirect_uri differs from that of the authorization request",
        ));
    }
    pkce::check(&behaviour.pkce, code, form.get("code_verifier")).map_err(|why| invalid(&why))
}

/// A token request may name the resource again; it must be the one that was authorized.
fn narrow_resource(target: &Target, form: &Params, grant: &mut Grant) -> Result<(), Reply> {
    let Some(asked) = form.get("resource") else {
        return Ok(());
    };
    if target.behaviour.authorize.resource == ResourceCheck::Anything {
        asked.clone_into(&mut grant.resource);
        return Ok(());
    }
    if asked == grant.resource {
        return Ok(());
    }
    Err(refuse(
        "invalid_target",
        &format!("{asked} was not authorized, {} was", grant.resource),
    ))
}

/// Client credentials (RFC 6749 §4.4): no person, no refresh token.
fn for_itself(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    form: &Params,
    key: Option<String>,
) -> Result<Reply, Reply> {
    if client.auth_methods.iter().any(|method| method == "none")
        || !client.may_use("client_credentials")
    {
        return Err(refuse(
            "unauthorized_client",
            "this client may not use client_credentials",
        ));
    }
    let scope = form.get("scope").unwrap_or(target.behaviour.scopes.default);
    if !scopes::covers(target.behaviour.scopes.grantable, scope) {
        return Err(refuse(
            "invalid_scope",
            &format!("unknown scope in {scope}"),
        ));
    }
    let resource = authorize::resource(target, form).map_err(|(error, why)| refuse(error, &why))?;
    let grant = Grant {
        client_id: client.id.clone(),
        subject: client.id.clone(),
        scope: scope.to_owned(),
        resource,
        nonce: None,
        family: random(12),
        key,
    };
    tokens(target, server, &grant, None)
}

/// The successful token answer (RFC 6749 §5.1).
pub(crate) fn tokens(
    target: &Target,
    server: &AuthServer,
    grant: &Grant,
    refresh_token: Option<String>,
) -> Result<Reply, Reply> {
    let mut members = Map::new();
    members.insert(
        "access_token".to_owned(),
        json!(issue::access_token(target, server, grant)?),
    );
    let bound = grant.key.is_some();
    let kind = if bound {
        target.behaviour.dpop.token_type
    } else {
        "Bearer"
    };
    members.insert("token_type".to_owned(), json!(kind));
    members.insert(
        "expires_in".to_owned(),
        json!(target.behaviour.access_token.lifetime),
    );
    if let Some(token) = refresh_token {
        members.insert("refresh_token".to_owned(), json!(token));
    }
    if target.behaviour.token.scope_told {
        members.insert("scope".to_owned(), json!(grant.scope));
    }
    if let Some(token) = issue::id_token(target, server, grant) {
        members.insert("id_token".to_owned(), json!(token));
    }
    Ok(Reply::json(200, &Value::Object(members))
        .with("Cache-Control", "no-store")
        .with("Pragma", "no-cache"))
}
