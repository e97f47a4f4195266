//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::authz::client::Client;
use crate::authz::{AuthServer, cimd, redirect_uri};
use crate::http::{Reply, Req};
use crate::keys::random;
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// A refusal: status, error code, description.
pub(crate) type Refusal = (u16, &'static str, String);

/// How registration requests are judged, stored and answered.
#[derive(Debug, Clone)]
pub(crate) struct RegistrationBehaviour {
    pub(crate) shape: Shape,
    /// A policy beyond RFC 7591.
    pub(crate) policy: fn(&Value) -> Result<(), Refusal>,
    /// What the server makes of a redirect URI when it stores and echoes it.
    pub(crate) store_redirect_uri: fn(&str) -> String,
    /// The authentication method given when another was asked for.
    pub(crate) auth_method: fn(&str) -> String,
    /// Whether public clients get a secret they have no use for.
    pub(crate) secret_for_public: bool,
    /// Whether registered clients may manage themselves with the token they were given for it (RFC 7592).
    pub(crate) manages: bool,
    /// Whether the client is lost as soon as it is registered.
    pub(crate) forgets: bool,
    /// Whether the request must carry an initial access token.
    pub(crate) initial_token: bool,
    /// Whether plain http redirect URIs to any host are taken.
    pub(crate) plain_http: bool,
    /// Whether clients may ask for no other scope than they registered.
    pub(crate) binds_scope: bool,
    /// The scope of clients that register none.
    pub(crate) default_scope: Option<&'static str>,
    /// Grant types the client gets out of those it asked for.
    pub(crate) grant_types: fn(Vec<String>) -> Vec<String>,
}

impl Default for RegistrationBehaviour {
    fn default() -> Self {
        Self {
            shape: Shape::default(),
            policy: |_| Ok(()),
            store_redirect_uri: str::to_owned,
            auth_method: str::to_owned,
            secret_for_public: false,
            manages: true,
            forgets: false,
            initial_token: false,
            plain_http: false,
            binds_scope: false,
            default_scope: None,
            grant_types: |asked| asked,
        }
    }
}

pub(crate) fn answer(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let behaviour = &target.behaviour.registration;
    if !target.behaviour.metadata.registration {
        return target.behaviour.metadata.elsewhere.reply(&server.vars);
    }
    if behaviour.shape.instead.is_some() {
        return behaviour.shape.apply(Reply::empty(500), &server.vars);
    }
    if req.method != Method::POST {
        return Reply::text(405, "use POST").with("Allow", "POST");
    }
    match register(target, server, req) {
        Ok(client) => {
            let reply = Reply::json(201, &client.metadata).with("Cache-Control", "no-store");
            if !behaviour.forgets {
                server.state().clients.insert(client.id.clone(), client);
            }
            behaviour.shape.apply(reply, &server.vars)
        }
        Err((status, error, description)) => {
            let reply = Reply::oauth_error(status, error, &description);
            if status == 401 {
                reply.with("WWW-Authenticate", "Bearer realm=\"registration\"")
            } else {
                reply
            }
        }
    }
}

fn register(target: &Target, server: &AuthServer, req: &Req) -> Result<Client, Refusal> {
    let behaviour = &target.behaviour.registration;
    if behaviour.initial_token && req.header("authorization").is_none() {
        return Err((
            401,
            "invalid_token",
            "an initial access token is required".to_owned(),
        ));
    }
    let request = read(req, behaviour)?;
    check_scope(target, &request)?;
    (behaviour.policy)(&request)?;
    Ok(build(target, server, &request, &random(12)))
}

/// Reads and checks the client metadata of a request.
fn read(req: &Req, behaviour: &RegistrationBehaviour) -> Result<Value, Refusal> {
    let invalid = |why: String| (400, "invalid_client_metadata", why);
    if !req.has_content_type("application/json") {
        return Err(invalid(
            "send client metadata as application/json".to_owned(),
        ));
    }
    let request: Value = serde_json::from_slice(&req.body)
        .map_err(|error| invalid(format!("the body is not JSON: {error}")))?;
    if !request.is_object() {
        return Err(invalid("client metadata is a JSON object".to_owned()));
    }
    let uris = cimd::strings(request.get("redirect_uris"));
    let uses_code = cimd::grant_types(&request)
        .iter()
        .any(|grant| grant == "authorization_code");
    if uris.is_empty() && uses_code {
        return Err((
            400,
            "invalid_redirect_uri",
            "redirect_uris is missing or empty".to_owned(),
        ));
    }
    for uri in &uris {
        redirect_uri::may_register(uri, behaviour.plain_http)
            .map_err(|why| (400, "invalid_redirect_uri", why))?;
    }
    let method = asked_method(&request);
    let known = [
        "none",
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
    ];
    if !known.contains(&method) {
        return Err(invalid(format!(
            "unknown token_endpoint_auth_method {method}"
        )));
    }
    Ok(request)
}

fn check_scope(target: &Target, request: &Value) -> Result<(), Refusal> {
    let scope = request
        .get("scope")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let known = |wanted: &str| scopes::covers(target.behaviour.scopes.grantable, wanted);
    match scopes::words(scope).find(|wanted| !known(wanted)) {
        Some(unknown) => Err((
            400,
            "invalid_client_metadata",
            format!("unknown scope {unknown}"),
        )),
        None => Ok(()),
    }
}

fn asked_method(request: &Value) -> &str {
    request
        .get("token_endpoint_auth_method")
        .and_then(Value::as_str)
        .unwrap_or("client_secret_basic")
}

/// The client as registered; its metadata is what the registration endpoint answers.
fn build(target: &Target, server: &AuthServer, request: &Value, id: &str) -> Client {
    let behaviour = &target.behaviour.registration;
    let method = (behaviour.auth_method)(asked_method(request));
    let uris = cimd::strings(request.get("redirect_uris"));
    let redirect_uris: Vec<String> = uris
        .iter()
        .map(|uri| (behaviour.store_redirect_uri)(uri))
        .collect();
    let grant_types = (behaviour.grant_types)(cimd::grant_types(request));
    let secret = method.starts_with("client_secret").then(|| random(24));
    let management_token = random(24);

    let mut metadata = Map::new();
    metadata.insert("client_id".to_owned(), json!(id));
    metadata.insert("client_id_issued_at".to_owned(), json!(target.now()));
    let shown = secret
        .clone()
        .or_else(|| behaviour.secret_for_public.then(|| random(24)));
    if let Some(secret) = shown {
        metadata.insert("client_secret".to_owned(), json!(secret));
        metadata.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    metadata.extend(request.as_object().cloned().unwrap_or_default());
    metadata.insert("redirect_uris".to_owned(), json!(redirect_uris));
    metadata.insert("grant_types".to_owned(), json!(grant_types));
    metadata
        .entry("response_types")
        .or_insert_with(|| json!(["code"]));
    metadata.insert("token_endpoint_auth_method".to_owned(), json!(method));
    metadata.insert(
        "registration_access_token".to_owned(),
        json!(management_token),
    );
    metadata.insert(
        "registration_client_uri".to_owned(),
        json!(server.endpoint(&format!("register/{id}"))),
    );

    let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
    Client {
        id: id.to_owned(),
        name: text("client_name").unwrap_or_else(|| "an unnamed client".to_owned()),
        redirect_uris,
        any_loopback: false,
        auth_methods: vec![method],
        secret,
        keys: cimd::keys(request),
        grant_types,
        scope: text("scope").or(behaviour.default_scope.map(str::to_owned)),
        metadata: Value::Object(metadata),
        management_token: Some(management_token),
    }
}

/// Reads, replaces or deletes a registered client.
pub(crate) fn manage(target: &Target, server: &AuthServer, req: &Req, id: &str) -> Reply {
    let token = req
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "));
    let Some(client) = server.state().clients.get(id).cloned() else {
        return Reply::oauth_error(401, "invalid_token", "no such client");
    };
    if token.is_none() || token != client.management_token.as_deref() {
        return Reply::oauth_error(401, "invalid_token", "wrong registration access token")
            .with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }
    if !target.behaviour.registration.manages {
        return Reply::oauth_error(
            403,
            "access_denied",
            "registrations are managed by administrators only",
        );
    }
    match req.method.as_str() {
        "GET" => Reply::json(200, &client.metadata).with("Cache-Control", "no-store"),
        "DELETE" => {
            server.state().clients.remove(id);
            Reply::empty(204)
        }
        "PUT" => match read(req, &target.behaviour.registration) {
            Ok(request) => {
                let updated = build(target, server, &request, id);
                let reply = Reply::json(200, &updated.metadata).with("Cache-Control", "no-store");
                server.state().clients.insert(id.to_owned(), updated);
                reply
            }
            Err((status, error, description)) => Reply::oauth_error(status, error, &description),
        },
        _ => Reply::text(405, "use GET, PUT or DELETE").with("Allow", "GET, PUT, DELETE"),
    }
}
