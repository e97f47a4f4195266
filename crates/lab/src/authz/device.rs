//! Device authorization (RFC 8628): a code on one machine, the person on another.
//!
//! A person may allow or deny at the verification page. Nobody has to: at the second poll the lab does as if somebody had
//! entered the code, so that programs come to an end.

use axum::http::Method;
use serde_json::{Map, json};

use crate::authz::client::{self, Client};
use crate::authz::state::Grant;
use crate::authz::token::refuse;
use crate::authz::{AuthServer, authorize, consent, refresh, token};
use crate::http::{Params, Reply, Req};
use crate::keys::random;
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// Grant type of the polls.
pub(crate) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds a device code lives.
const LIFETIME: i64 = 600;
/// The poll that finds the code entered.
const ENTERED_AT: u32 = 2;

/// How devices are served.
#[derive(Debug, Clone)]
pub(crate) struct DeviceBehaviour {
    /// Bends the device authorization response.
    pub(crate) shape: Shape,
    /// Refuses every device authorization request.
    pub(crate) refuses: Option<fn() -> Reply>,
    /// What polls are told until the code is entered.
    pub(crate) pending: fn() -> Reply,
    /// Whether the metadata names the endpoint.
    pub(crate) named: bool,
    /// Seconds between polls, as told.
    pub(crate) interval: u64,
}

impl Default for DeviceBehaviour {
    fn default() -> Self {
        Self {
            shape: Shape::default(),
            refuses: None,
            pending: || refuse("authorization_pending", "nobody has entered the code yet"),
            named: true,
            interval: 1,
        }
    }
}

/// A device that waits.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    grant: Grant,
    user_code: String,
    polls: u32,
    /// What the person decided.
    allowed: Option<bool>,
    expires_at: i64,
}

/// The device authorization endpoint.
pub(crate) async fn answer(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    match begin(target, server, req).await {
        Ok(reply) => target.behaviour.device.shape.apply(reply, &server.vars),
        Err(reply) => reply,
    }
}

async fn begin(target: &Target, server: &AuthServer, req: &Req) -> Result<Reply, Reply> {
    let behaviour = &target.behaviour.device;
    if req.method != Method::POST {
        return Err(Reply::text(405, "use POST").with("Allow", "POST"));
    }
    let form = req
        .form()
        .ok_or_else(|| refuse("invalid_request", "send application/x-www-form-urlencoded"))?;
    let client = client::authenticate(target, server, req, &form).await?;
    if let Some(refuses) = behaviour.refuses {
        return Err(refuses());
    }
    if !client.may_use(GRANT) {
        return Err(refuse(
            "unauthorized_client",
            "this client may not use device codes",
        ));
    }
    let scope = form.get("scope").unwrap_or(target.behaviour.scopes.default);
    if !scopes::covers(target.behaviour.scopes.grantable, scope) {
        return Err(refuse(
            "invalid_scope",
            &format!("unknown scope in {scope}"),
        ));
    }
    let resource =
        authorize::resource(target, &form).map_err(|(error, why)| refuse(error, &why))?;
    let device = Device {
        grant: Grant {
            client_id: client.id,
            subject: "ana".to_owned(),
            scope: scope.to_owned(),
            resource,
            nonce: None,
            family: random(12),
            key: None,
        },
        user_code: user_code(),
        polls: 0,
        allowed: None,
        expires_at: target.now() + LIFETIME,
    };
    let code = format!("lab_dc_{}", random(24));
    let reply = response(server, behaviour, &code, &device.user_code);
    server.state().devices.insert(code, device);
    Ok(reply)
}

fn response(
    server: &AuthServer,
    behaviour: &DeviceBehaviour,
    code: &str,
    user_code: &str,
) -> Reply {
    let page = server.endpoint("device");
    let mut members = Map::new();
    members.insert("device_code".to_owned(), json!(code));
    members.insert("user_code".to_owned(), json!(user_code));
    members.insert("verification_uri".to_owned(), json!(page));
    members.insert(
        "verification_uri_complete".to_owned(),
        json!(format!("{page}?user_code={user_code}")),
    );
    members.insert("expires_in".to_owned(), json!(LIFETIME));
    members.insert("interval".to_owned(), json!(behaviour.interval));
    Reply::json(200, &members.into()).with("Cache-Control", "no-store")
}

/// Eight letters that are not mistaken for others (RFC 8628 §6.1).
fn user_code() -> String {
    const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letters: String = random(8)
        .bytes()
        .take(8)
        .filter_map(|byte| LETTERS.get(usize::from(byte) % LETTERS.len()))
        .map(|letter| char::from(*letter))
        .collect();
    let (first, last) = letters.split_at(letters.len() / 2);
    format!("{first}-{last}")
}

/// The page where a person enters the code and decides.
pub(crate) fn page(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let params = match req.method {
        Method::POST => req.form().unwrap_or_default(),
        _ => req.query_params(),
    };
    let code = params.get("user_code").unwrap_or_default();
    let body = match params
        .get("decision")
        .filter(|_| req.method == Method::POST)
    {
        None => form(server, code),
        Some(decision) if decide(target, server, code, decision == "approve") => {
            "<h1>Done</h1><p>You may go back to the other device.</p>".to_owned()
        }
        Some(_) => "<h1>Unknown code</h1><p>No device waits under this code.</p>".to_owned(),
    };
    Reply::html(
        200,
        consent::document("Connect a device · authscope lab", &body),
    )
}

fn form(server: &AuthServer, code: &str) -> String {
    format!(
        "<h1>Connect a device</h1><form method=\"post\" action=\"{action}\">\
         <label for=\"user_code\">Code shown on the device</label>\
         <input id=\"user_code\" name=\"user_code\" value=\"{code}\" autocomplete=\"off\">\
         <div class=\"row\"><button name=\"decision\" value=\"approve\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></div></form>",
        action = consent::escape(&server.endpoint("device")),
        code = consent::escape(code),
    )
}

fn decide(target: &Target, server: &AuthServer, code: &str, allowed: bool) -> bool {
    let now = target.now();
    let mut state = server.state();
    let waiting = |device: &&mut Device| device.user_code == code && device.expires_at > now;
    match state.devices.values_mut().find(waiting) {
        Some(device) => {
            device.allowed = Some(allowed);
            true
        }
        None => false,
    }
}

/// A poll of the token endpoint.
pub(crate) fn poll(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    form: &Params,
    key: Option<String>,
) -> Result<Reply, Reply> {
    let code = form
        .get("device_code")
        .ok_or_else(|| refuse("invalid_request", "device_code is missing"))?;
    let device = polled(server, code).filter(|device| device.grant.client_id == client.id);
    let device = device.ok_or_else(|| refuse("invalid_grant", "unknown device_code"))?;
    if device.expires_at <= target.now() {
        return Err(refuse("expired_token", "the device code has expired"));
    }
    match device.allowed {
        Some(false) => Err(refuse("access_denied", "the person denied the request")),
        None if device.polls < ENTERED_AT => Err((target.behaviour.device.pending)()),
        _ => {
            server.state().devices.remove(code);
            let grant = Grant {
                key,
                ..device.grant
            };
            let refresh_token = refresh::first(target, server, client, &grant);
            token::tokens(target, server, &grant, refresh_token)
        }
    }
}

/// Counts the poll.
fn polled(server: &AuthServer, code: &str) -> Option<Device> {
    let mut state = server.state();
    let device = state.devices.get_mut(code)?;
    device.polls += 1;
    Some(device.clone())
}
