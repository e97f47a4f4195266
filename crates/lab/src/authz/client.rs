//! Clients: who they are, how they are found, and how they prove it at the token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use url::form_urlencoded;

use crate::authz::cimd::{self, DocumentBehaviour};
use crate::authz::{AuthServer, assertion, device, redirect_uri};
use crate::how;
use crate::http::{Params, Reply, Req};
use crate::target::Target;

/// How clients are known and checked.
#[derive(Debug, Clone)]
pub(crate) struct ClientBehaviour {
    /// Whether `lab-public` and `lab-confidential` exist.
    pub(crate) preregistered: bool,
    pub(crate) documents: DocumentBehaviour,
    /// Whether the `Authorization: Basic` header is read at all.
    pub(crate) basic_read: bool,
    /// Whether a secret is demanded of public clients too.
    pub(crate) secret_demanded: bool,
    /// Whether a client assertion must name the token endpoint as its audience, and not the issuer.
    pub(crate) assertion_audience_is_endpoint: bool,
}

impl Default for ClientBehaviour {
    fn default() -> Self {
        Self {
            preregistered: true,
            documents: DocumentBehaviour::default(),
            basic_read: true,
            secret_demanded: false,
            assertion_audience_is_endpoint: false,
        }
    }
}

/// Where a client's keys are.
#[derive(Debug, Clone)]
pub(crate) enum Keys {
    None,
    Inline(Value),
    At(String),
}

/// A client the authorization server knows.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    /// Any loopback redirect URI goes: the lab's own static clients.
    pub(crate) any_loopback: bool,
    /// Accepted ways to authenticate at the token endpoint.
    pub(crate) auth_methods: Vec<String>,
    pub(crate) secret: Option<String>,
    pub(crate) keys: Keys,
    pub(crate) grant_types: Vec<String>,
    /// The scope the client registered, if it did.
    pub(crate) scope: Option<String>,
    /// What was registered, as the registration endpoint answers it.
    pub(crate) metadata: Value,
    pub(crate) management_token: Option<String>,
}

impl Client {
    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant_type)
    }

    pub(crate) fn may_redirect_to(&self, uri: &str, policy: redirect_uri::RedirectPolicy) -> bool {
        (self.any_loopback && redirect_uri::is_loopback_http(uri))
            || policy.allows(&self.redirect_uris, uri)
    }
}

/// The clients every target knows from the start.
pub(crate) fn preregistered() -> [Client; 3] {
    let client = |id: &str, name: &str, methods: &[&str], secret: Option<&str>| Client {
        id: id.to_owned(),
        name: name.to_owned(),
        redirect_uris: Vec::new(),
        any_loopback: true,
        auth_methods: methods.iter().map(|&method| method.to_owned()).collect(),
        secret: secret.map(str::to_owned),
        keys: Keys::None,
        grant_types: [
            "authorization_code",
            "refresh_token",
            "client_credentials",
            device::GRANT,
            assertion::GRANT,
        ]
        .map(str::to_owned)
        .to_vec(),
        scope: None,
        metadata: Value::Null,
        management_token: None,
    };
    [
        client("lab-public", "The lab's public client", &["none"], None),
        client(
            "lab-confidential",
            "The lab's confidential client",
            &[
                "client_secret_basic",
                "client_secret_post",
                "client_secret_jwt",
            ],
            Some("lab-secret"),
        ),
        Client {
            keys: Keys::Inline(how::client_keys()),
            ..client(
                how::KEY_CLIENT,
                "The lab's client with a key",
                &["private_key_jwt"],
                None,
            )
        },
    ]
}

/// Looks a client up, fetching its metadata document if its id is a URL.
pub(crate) async fn find(target: &Target, server: &AuthServer, id: &str) -> Result<Client, String> {
    if let Some(client) = server.state().clients.get(id) {
        return Ok(client.clone());
    }
    if cimd::is_url(id) {
        return cimd::load(target, server, id).await;
    }
    Err(format!("unknown client_id {id}"))
}

/// Credentials as a token request carries them.
struct Presented<'a> {
    id: String,
    method: &'static str,
    secret: Option<String>,
    assertion: Option<&'a str>,
}

/// Finds out which client sends a request and checks its credentials.
pub(crate) async fn authenticate(
    target: &Target,
    server: &AuthServer,
    req: &Req,
    form: &Params,
) -> Result<Client, Reply> {
    let presented = presented(target, req, form)?;
    let client = find(target, server, &presented.id)
        .await
        .map_err(|why| invalid_client(&presented, &why))?;
    let wrong_secret = |why: &str| invalid_client(&presented, why);
    match presented.method {
        "none" if target.behaviour.clients.secret_demanded => {
            return Err(wrong_secret("client_secret is required"));
        }
        "none" if client.auth_methods.iter().any(|method| method == "none") => {}
        "none" => return Err(wrong_secret("this client must authenticate")),
        "assertion" => check_assertion(
            target,
            server,
            &client,
            presented.assertion.unwrap_or_default(),
        )
        .await
        .map_err(|why| invalid_client(&presented, &why))?,
        method if !client.auth_methods.iter().any(|known| known == method) => {
            return Err(wrong_secret(&format!(
                "this client is not registered for {method}"
            )));
        }
        _ if presented.secret.is_none() || presented.secret != client.secret => {
            return Err(wrong_secret("wrong client_secret"));
        }
        _ => {}
    }
    Ok(client)
}

fn presented<'a>(target: &Target, req: &Req, form: &'a Params) -> Result<Presented<'a>, Reply> {
    let refuse = |why: &str| Reply::oauth_error(400, "invalid_request", why);
    let basic = if target.behaviour.clients.basic_read {
        basic(req)
    } else {
        None
    };
    let assertion = form.get("client_assertion");
    let secret = form.get("client_secret").map(str::to_owned);
    let ways = [basic.is_some(), secret.is_some(), assertion.is_some()];
    if ways.iter().filter(|&&way| way).count() > 1 {
        return Err(refuse("use one way of client authentication, not two"));
    }
    let named = form.get("client_id").map(str::to_owned);
    if let Some((id, secret)) = basic {
        return Ok(Presented {
            id,
            method: "client_secret_basic",
            secret: Some(secret),
            assertion: None,
        });
    }
    if let Some(assertion) = assertion {
        let id = named
            .or_else(|| claimed_subject(assertion))
            .ok_or_else(|| refuse("client_assertion has no sub"))?;
        return Ok(Presented {
            id,
            method: "assertion",
            secret: None,
            assertion: Some(assertion),
        });
    }
    let id = named.ok_or_else(|| refuse("client_id is missing"))?;
    let method = if secret.is_some() {
        "client_secret_post"
    } else {
        "none"
    };
    Ok(Presented {
        id,
        method,
        secret,
        assertion: None,
    })
}

/// Id and secret of an `Authorization: Basic` header, each form-decoded (RFC 6749 §2.3.1).
fn basic(req: &Req) -> Option<(String, String)> {
    let (scheme, rest) = req.header("authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    let key = format!("{}=", text.replace('=', "%3D").replace('&', "%26"));
    form_urlencoded::parse(key.as_bytes())
        .next()
        .map(|(key, _)| key.into_owned())
        .unwrap_or_default()
}

fn invalid_client(presented: &Presented<'_>, why: &str) -> Reply {
    let reply = Reply::oauth_error(401, "invalid_client", why);
    if presented.method == "client_secret_basic" {
        reply.with("WWW-Authenticate", "Basic realm=\"token\"")
    } else {
        reply
    }
}

/// The `sub` of an assertion that is yet to be verified.
fn claimed_subject(assertion: &str) -> Option<String> {
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(assertion).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

/// Checks a client assertion (RFC 7523 §3): issuer and subject are the client, the audience is this server.
async fn check_assertion(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    assertion: &str,
) -> Result<(), String> {
    let header = jsonwebtoken::decode_header(assertion)
        .map_err(|error| format!("client_assertion: {error}"))?;
    let key = if header.alg == Algorithm::HS256 {
        let secret = client
            .secret
            .as_deref()
            .filter(|_| client.auth_methods.iter().any(|m| m == "client_secret_jwt"));
        DecodingKey::from_secret(
            secret
                .ok_or("client_assertion: this client has no secret to sign with")?
                .as_bytes(),
        )
    } else if client
        .auth_methods
        .iter()
        .any(|method| method == "private_key_jwt")
    {
        public_key(target, client, header.kid.as_deref()).await?
    } else {
        return Err(
            "client_assertion: this client is not registered for private_key_jwt".to_owned(),
        );
    };
    let mut validation = Validation::new(header.alg);
    let endpoint = server.endpoint("token");
    if target.behaviour.clients.assertion_audience_is_endpoint {
        validation.set_audience(&[&endpoint]);
    } else {
        validation.set_audience(&[&server.issuer, &endpoint]);
    }
    validation.validate_exp = false;
    validation.set_issuer(&[&client.id]);
    validation.sub = Some(client.id.clone());
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    let data = jsonwebtoken::decode::<Value>(assertion, &key, &validation)
        .map_err(|error| format!("client_assertion: {error}"))?;
    // By the lab's own clock, which tests move.
    let expiry = data.claims.get("exp").and_then(Value::as_i64);
    if expiry.unwrap_or_default() <= target.now() {
        return Err("client_assertion has expired".to_owned());
    }
    let jti = data
        .claims
        .get("jti")
        .and_then(Value::as_str)
        .unwrap_or(assertion)
        .to_owned();
    let mut state = server.state();
    if state.assertions.get(&jti).is_some() {
        return Err("client_assertion was used before".to_owned());
    }
    state.assertions.insert(jti, ());
    Ok(())
}

async fn public_key(
    target: &Target,
    client: &Client,
    kid: Option<&str>,
) -> Result<DecodingKey, String> {
    let document = match &client.keys {
        Keys::None => return Err("the client has neither jwks nor jwks_uri".to_owned()),
        Keys::Inline(document) => document.clone(),
        Keys::At(uri) => {
            target
                .shared
                .fetcher
                .json(uri)
                .await
                .map_err(|why| format!("jwks_uri {uri}: {why}"))?
                .document
        }
    };
    let set: JwkSet =
        serde_json::from_value(document).map_err(|error| format!("the client's jwks: {error}"))?;
    let key: Option<&Jwk> = match kid {
        Some(kid) => set.find(kid),
        None => set.keys.first(),
    };
    let key =
        key.ok_or_else(|| format!("the client's jwks has no key {}", kid.unwrap_or("at all")))?;
    DecodingKey::from_jwk(key).map_err(|error| format!("the client's key: {error}"))
}
