//! The authorization endpoint: checks a request, asks the person, and redirects with a code or an error.

use axum::http::Method;
use url::form_urlencoded;

use crate::authz::client::{self, Client};
use crate::authz::redirect_uri::RedirectPolicy;
use crate::authz::state::{Code, Grant, Pending, Pushed};
use crate::authz::{AuthServer, consent};
use crate::http::{Params, Reply, Req};
use crate::keys::random;
use crate::scopes;
use crate::shape::Shape;
use crate::target::{Target, Vars};

/// Seconds a pushed request may wait.
const PUSHED_LIFETIME: i64 = 90;

/// What is done with the `resource` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ResourceCheck {
    /// Must be the MCP server's; when absent, that is meant.
    #[default]
    Exact,
    /// Must be present and the MCP server's.
    Required,
    /// Anything goes; the token is made for whatever was asked.
    Anything,
    /// The parameter itself is refused.
    Unsupported,
    /// Every value is refused as unknown.
    Unknown,
}

/// How the parameters of the answer are carried to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ResponseMode {
    #[default]
    Query,
    Fragment,
    /// A page that posts itself to the redirect URI.
    FormPost,
    /// In the query, values not percent-encoded.
    RawQuery,
}

/// A change to the parameters of the authorization response.
pub(crate) type ResponseEdit = fn(&mut Vec<(String, String)>, &Vars);

/// How authorization requests are judged and answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuthorizeBehaviour {
    pub(crate) shape: Shape,
    pub(crate) redirect: RedirectPolicy,
    pub(crate) resource: ResourceCheck,
    pub(crate) mode: ResponseMode,
    /// Edits of every redirect's parameters.
    pub(crate) response: Vec<ResponseEdit>,
    /// Where the person is really sent; the requested URI by default.
    pub(crate) redirect_to: Option<fn(&str) -> String>,
    /// Refuses every valid request by redirect: error and description.
    pub(crate) refuse: Option<(&'static str, Option<&'static str>)>,
    /// Errors are shown as a page and never reach the client.
    pub(crate) errors_stay: bool,
    /// An allow-list of redirect URIs that registration knows nothing of.
    pub(crate) allow_list: Option<fn(&str) -> bool>,
    /// Makes a code; random by default.
    pub(crate) code: Option<fn() -> String>,
    /// `form-action` of the consent page's content security policy.
    pub(crate) form_action: Option<&'static str>,
    /// Consents by itself, browsers included.
    pub(crate) auto_consent: bool,
    /// Bends the answer to a pushed request.
    pub(crate) pushed: Shape,
}

/// Why a request is not granted.
enum Refused {
    /// The client or its redirect URI is in doubt: the person is told, nobody is redirected.
    Page(String),
    /// The client is told by redirect.
    Redirect {
        redirect_uri: String,
        state: Option<String>,
        error: &'static str,
        description: Option<String>,
    },
}

pub(crate) async fn answer(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let params = match req.method {
        Method::GET => req.query_params(),
        Method::POST => req.form().unwrap_or_default(),
        _ => return Reply::text(405, "use GET").with("Allow", "GET, POST"),
    };
    match check(target, server, params).await {
        Ok(pending) => proceed(target, server, req, pending),
        Err(refused) => refusal(target, server, refused, 302),
    }
}

/// Asks the person, or grants at once where nobody is there to be asked.
fn proceed(target: &Target, server: &AuthServer, req: &Req, pending: Pending) -> Reply {
    let shared = &target.shared;
    let nobody_to_ask = !(req.wants_html() || shared.asks_programs)
        || shared.auto_consent
        || target.behaviour.authorize.auto_consent;
    if nobody_to_ask {
        return grant(target, server, pending, 302);
    }
    let ticket = random(18);
    let page = consent::page(target, server, &ticket, &pending);
    server.state().pending.insert(ticket, pending);
    page
}

/// The person's decision, posted by the consent page.
pub(crate) fn decide(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let form = req.form().unwrap_or_default();
    let pending = form
        .get("ticket")
        .and_then(|ticket| server.state().pending.remove(ticket));
    let Some(mut pending) = pending else {
        return consent::error_page(
            400,
            "This request is unknown or was already answered. Start again from the client.",
        );
    };
    if form.get("decision") == Some("approve") {
        form.get("username")
            .unwrap_or("ana")
            .clone_into(&mut pending.grant.subject);
        return grant(target, server, pending, 303);
    }
    let refused = Refused::Redirect {
        redirect_uri: pending.redirect_uri,
        state: pending.state,
        error: "access_denied",
        description: Some("the person denied the request".to_owned()),
    };
    refusal(target, server, refused, 303)
}

/// Makes a code and sends the person back with it.
fn grant(target: &Target, server: &AuthServer, pending: Pending, status: u16) -> Reply {
    let code = target
        .behaviour
        .authorize
        .code
        .map_or_else(|| random(24), |make| make());
    let entry = Code {
        grant: pending.grant,
        redirect_uri: pending.redirect_uri.clone(),
        challenge: pending.challenge,
        challenge_method: pending.challenge_method,
        expires_at: target.now() + target.behaviour.token.code_lifetime,
        redeemed: false,
    };
    server.state().codes.insert(code.clone(), entry);
    let mut pairs = vec![("code".to_owned(), code)];
    pairs.extend(pending.state.map(|state| ("state".to_owned(), state)));
    respond(target, server, &pending.redirect_uri, pairs, status)
}

fn refusal(target: &Target, server: &AuthServer, refused: Refused, status: u16) -> Reply {
    match refused {
        Refused::Page(why) => consent::error_page(400, &why),
        Refused::Redirect {
            error, description, ..
        } if target.behaviour.authorize.errors_stay => consent::error_page(
            400,
            &format!("{error}: {}", description.unwrap_or_default()),
        ),
        Refused::Redirect {
            redirect_uri,
            state,
            error,
            description,
        } => {
            let mut pairs = vec![("error".to_owned(), error.to_owned())];
            pairs.extend(description.map(|text| ("error_description".to_owned(), text)));
            pairs.extend(state.map(|state| ("state".to_owned(), state)));
            respond(target, server, &redirect_uri, pairs, status)
        }
    }
}

/// Adds `iss`, makes the configured edits, and redirects.
fn respond(
    target: &Target,
    server: &AuthServer,
    uri: &str,
    mut pairs: Vec<(String, String)>,
    status: u16,
) -> Reply {
    let behaviour = &target.behaviour.authorize;
    if target.behaviour.metadata.iss_parameter {
        pairs.push(("iss".to_owned(), server.issuer.clone()));
    }
    for edit in &behaviour.response {
        edit(&mut pairs, &server.vars);
    }
    let uri = behaviour
        .redirect_to
        .map_or_else(|| uri.to_owned(), |elsewhere| elsewhere(uri));
    let encoded: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&pairs)
        .finish();
    let separator = if uri.contains('?') { '&' } else { '?' };
    let reply = match behaviour.mode {
        ResponseMode::Query => Reply::redirect(status, &format!("{uri}{separator}{encoded}")),
        ResponseMode::Fragment => Reply::redirect(status, &format!("{uri}#{encoded}")),
        ResponseMode::FormPost => consent::form_post(&uri, &pairs),
        ResponseMode::RawQuery => {
            let raw: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            Reply::redirect(status, &format!("{uri}{separator}{}", raw.join("&")))
        }
    };
    reply
        .with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer")
}

/// Takes a request ahead of the person (RFC 9126).
pub(crate) async fn push(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let says = &target.behaviour.metadata;
    if !says.pushed && !says.pushed_required {
        return says.elsewhere.reply(&server.vars);
    }
    let Some(form) = req.form().filter(|_| req.method == Method::POST) else {
        return Reply::oauth_error(400, "invalid_request", "POST a form");
    };
    let client = match client::authenticate(target, server, req, &form).await {
        Ok(client) => client,
        Err(reply) => return reply,
    };
    if let Err(refused) = judge(target, &client, &form) {
        let (error, why) = match refused {
            Refused::Page(why) => ("invalid_request", why),
            Refused::Redirect {
                error, description, ..
            } => (error, description.unwrap_or_default()),
        };
        return Reply::oauth_error(400, error, &why);
    }
    let request_uri = format!("urn:ietf:params:oauth:request_uri:{}", random(18));
    let pushed = Pushed {
        client_id: client.id,
        params: form,
        expires_at: target.now() + PUSHED_LIFETIME,
    };
    server.state().pushed.insert(request_uri.clone(), pushed);
    let body = serde_json::json!({ "request_uri": request_uri, "expires_in": PUSHED_LIFETIME });
    let reply = Reply::json(201, &body).with("Cache-Control", "no-store");
    target.behaviour.authorize.pushed.apply(reply, &server.vars)
}

async fn check(target: &Target, server: &AuthServer, params: Params) -> Result<Pending, Refused> {
    let id = params
        .get("client_id")
        .ok_or_else(|| Refused::Page("client_id is missing".to_owned()))?;
    let client = client::find(target, server, id)
        .await
        .map_err(Refused::Page)?;
    let params = match params.get("request_uri") {
        Some(uri) => pushed(target, server, &client, uri)?,
        None if target.behaviour.metadata.pushed_required => {
            return Err(Refused::Page(
                "this server takes pushed authorization requests only".to_owned(),
            ));
        }
        None => params,
    };
    judge(target, &client, &params)
}

fn pushed(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    uri: &str,
) -> Result<Params, Refused> {
    let found = server.state().pushed.remove(uri);
    found
        .filter(|pushed| pushed.client_id == client.id && pushed.expires_at > target.now())
        .map(|pushed| pushed.params)
        .ok_or_else(|| Refused::Page("request_uri is unknown, used or expired".to_owned()))
}

/// Judges the parameters of a request by a known client.
fn judge(target: &Target, client: &Client, params: &Params) -> Result<Pending, Refused> {
    let redirect_uri = usable_redirect_uri(target, client, params)?;
    let state = params.get("state").map(str::to_owned);
    let refuse = |error: &'static str, description: String| Refused::Redirect {
        redirect_uri: redirect_uri.clone(),
        state: state.clone(),
        error,
        description: Some(description),
    };
    check_form(params, client).map_err(|(error, why)| refuse(error, why))?;
    check_pkce(target, params).map_err(|why| refuse("invalid_request", why))?;
    let resource = resource(target, params).map_err(|(error, why)| refuse(error, why))?;
    let scope = scope(target, client, params).map_err(|why| refuse("invalid_scope", why))?;
    if let Some((error, description)) = target.behaviour.authorize.refuse {
        let description = description.map(str::to_owned);
        return Err(Refused::Redirect {
            redirect_uri: redirect_uri.clone(),
            state,
            error,
            description,
        });
    }
    let grant = Grant {
        client_id: client.id.clone(),
        subject: "ana".to_owned(),
        scope,
        resource,
        nonce: params.get("nonce").map(str::to_owned),
        family: random(12),
        key: None,
    };
    Ok(Pending {
        client_name: client.name.clone(),
        redirect_uri,
        state,
        challenge: params.get("code_challenge").map(str::to_owned),
        challenge_method: params
            .get("code_challenge_method")
            .unwrap_or("plain")
            .to_owned(),
        grant,
    })
}

fn usable_redirect_uri(
    target: &Target,
    client: &Client,
    params: &Params,
) -> Result<String, Refused> {
    let behaviour = &target.behaviour.authorize;
    let Some(uri) = params.get("redirect_uri") else {
        return Err(Refused::Page("redirect_uri is missing".to_owned()));
    };
    if behaviour.allow_list.is_some_and(|allows| !allows(uri)) {
        return Err(Refused::Page(format!(
            "redirect_uri {uri} is not on the allow-list of this server"
        )));
    }
    if client.may_redirect_to(uri, behaviour.redirect) {
        return Ok(uri.to_owned());
    }
    let registered = client.redirect_uris.join(", ");
    Err(Refused::Page(format!(
        "redirect_uri mismatch: {uri} is not registered for this client, only {registered} is"
    )))
}

fn check_form(params: &Params, client: &Client) -> Result<(), (&'static str, String)> {
    let once = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    ];
    if let Some(name) = params.repeated(&once) {
        return Err(("invalid_request", format!("{name} is given more than once")));
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(other) => {
            return Err((
                "unsupported_response_type",
                format!("response_type {other} is not supported"),
            ));
        }
        None => return Err(("invalid_request", "response_type is missing".to_owned())),
    }
    if client.may_use("authorization_code") {
        Ok(())
    } else {
        Err((
            "unauthorized_client",
            "this client is not registered for authorization_code".to_owned(),
        ))
    }
}

fn check_pkce(target: &Target, params: &Params) -> Result<(), String> {
    let pkce = &target.behaviour.token.pkce;
    let Some(challenge) = params.get("code_challenge") else {
        return if pkce.challenge_required {
            Err("code_challenge is required".to_owned())
        } else {
            Ok(())
        };
    };
    match params.get("code_challenge_method").unwrap_or("plain") {
        "S256" if challenge.len() == 43 => Ok(()),
        "S256" => Err(format!(
            "an S256 code_challenge has 43 characters, this one has {}",
            challenge.len()
        )),
        "plain" if pkce.plain_allowed => Ok(()),
        other => Err(format!(
            "code_challenge_method {other} is not supported, use S256"
        )),
    }
}

/// The resource the token will be made for.
pub(crate) fn resource(target: &Target, params: &Params) -> Result<String, (&'static str, String)> {
    let own = &target.vars.resource;
    let asked = params.get("resource");
    match (target.behaviour.authorize.resource, asked) {
        (ResourceCheck::Unsupported, Some(_)) => Err((
            "invalid_request",
            "the resource parameter is not supported".to_owned(),
        )),
        (ResourceCheck::Unknown, Some(asked)) => {
            Err(("invalid_target", format!("unknown resource {asked}")))
        }
        (ResourceCheck::Required, None) => {
            Err(("invalid_target", "resource is missing".to_owned()))
        }
        (ResourceCheck::Anything, Some(asked)) => Ok(asked.to_owned()),
        (_, None) => Ok(own.clone()),
        (_, Some(asked)) if asked == own => Ok(asked.to_owned()),
        (_, Some(asked)) => Err((
            "invalid_target",
            format!("unknown resource {asked}, this server knows {own}"),
        )),
    }
}

fn scope(target: &Target, client: &Client, params: &Params) -> Result<String, String> {
    let behaviour = &target.behaviour.scopes;
    let Some(asked) = params.get("scope") else {
        return if behaviour.request_must_name {
            Err("scope is missing".to_owned())
        } else {
            Ok((behaviour.grant)(
                client.scope.as_deref().unwrap_or(behaviour.default),
            ))
        };
    };
    let allowed = |wanted: &str| {
        let bound = client
            .scope
            .as_deref()
            .filter(|_| target.behaviour.registration.binds_scope);
        let registered = bound.is_none_or(|scope| scopes::covers(scope, wanted));
        registered && scopes::covers(behaviour.grantable, wanted)
    };
    match scopes::words(asked).find(|wanted| !allowed(wanted)) {
        Some(unknown) => Err(format!("unknown scope {unknown}")),
        None => Ok((behaviour.grant)(asked)),
    }
}
