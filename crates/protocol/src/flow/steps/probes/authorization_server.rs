//! Probes of the authorization server that need no code: requests it must refuse, answers that must be exact.

use super::{AWKWARD_STATE, FOREIGN_REDIRECT, ProbeKind};
use crate::flow::learned::Client;
use crate::flow::steps::{client_auth, register, token};
use crate::flow::{Flow, Fresh, Prepared, Reply};
use crate::{authorize, pkce, url_text};
use authscope_model::config::RegistrationChoice;
use authscope_model::{Header, Participant, StepKind};
use serde_json::{Value, json};

/// A further registration: with a redirect URI that must be refused, or of another client.
pub(super) fn registration(flow: &Flow, kind: ProbeKind) -> Result<Prepared, String> {
    let endpoint = flow
        .context
        .endpoints
        .registration
        .clone()
        .ok_or("there is no registration endpoint")?;
    let mut metadata = register::client_metadata(flow);
    if kind == ProbeKind::DcrHttpRedirect {
        metadata.insert(
            "redirect_uris".into(),
            json!(["http://attacker.invalid/callback"]),
        );
    }
    metadata.insert("client_name".into(), json!("authscope probe"));
    let body = Value::Object(metadata);
    Ok(Prepared::json(
        StepKind::NegativeProbe,
        Participant::AuthorizationServer,
        "POST",
        endpoint,
        &body,
    ))
}

/// An authorization request with one thing wrong.
pub(super) fn authorization(
    flow: &Flow,
    kind: ProbeKind,
    fresh: &Fresh<'_>,
) -> Result<Prepared, String> {
    let endpoint = flow
        .context
        .endpoints
        .authorization
        .clone()
        .ok_or("there is no authorization endpoint")?;
    let redirect = match kind {
        ProbeKind::ForeignRedirect => FOREIGN_REDIRECT.to_owned(),
        ProbeKind::OtherLoopbackPort => other_port(flow.context.redirect_uri()).unwrap_or_default(),
        _ => flow.context.redirect_uri().to_owned(),
    };
    let state = match kind {
        ProbeKind::StateEcho => format!("{AWKWARD_STATE}{}", fresh.text(32..44)),
        _ => fresh.text(32..56),
    };
    let mut params: Vec<(String, String)> = vec![
        ("response_type".into(), "code".into()),
        ("client_id".into(), client_id(flow, kind)),
        ("redirect_uri".into(), redirect),
        ("state".into(), state),
    ];
    if kind != ProbeKind::MissingChallenge {
        let plain = kind == ProbeKind::PlainChallenge;
        let method = if plain { "plain" } else { "S256" };
        params.push((
            "code_challenge".into(),
            pkce::challenge_s256(&fresh.text(0..32)),
        ));
        params.push(("code_challenge_method".into(), method.into()));
    }
    if let Some(scope) = &flow.context.scope {
        params.push(("scope".into(), scope.clone()));
    }
    token::push_resource(flow, &mut params);
    let mut prepared = Prepared::get(
        StepKind::NegativeProbe,
        Participant::AuthorizationServer,
        authorize::build_url(&endpoint, &params),
    );
    prepared.headers = vec![Header::new("Accept", "*/*")];
    Ok(prepared)
}

fn client_id(flow: &Flow, kind: ProbeKind) -> String {
    let own = flow.context.client.as_ref().map(|c| c.id.clone());
    match kind {
        ProbeKind::UnknownClient => "authscope-probe-unknown-client".into(),
        // The same document at another URL: what it says of itself no longer fits.
        ProbeKind::MismatchedDocument => {
            format!("{}?authscope-probe=mismatch", own.unwrap_or_default())
        }
        _ => own.unwrap_or_default(),
    }
}

pub(super) fn old_refresh(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Prepared, String> {
    let endpoint = token::endpoint(flow)?;
    let old = flow.context.old_refresh_token.clone().unwrap_or_default();
    let mut params = vec![
        ("grant_type".to_owned(), "refresh_token".to_owned()),
        ("refresh_token".to_owned(), old),
    ];
    token::push_resource(flow, &mut params);
    let mut prepared = Prepared::form(
        StepKind::NegativeProbe,
        Participant::AuthorizationServer,
        endpoint,
        String::new(),
    );
    client_auth::authenticate(flow, &mut prepared, params, fresh)?;
    Ok(prepared)
}

/// Whether an authorization request was refused as it must be; `None` when the answer does not tell.
pub(super) fn judge_authorization(kind: ProbeKind, reply: &Reply<'_>) -> Option<bool> {
    let location = reply.header("location").unwrap_or_default();
    let has = |name: &str| {
        url_text::query_pairs(location)
            .iter()
            .any(|(n, _)| n == name)
    };
    if kind == ProbeKind::OtherLoopbackPort {
        return match reply.status() {
            400 | 422 => Some(false),
            200..=399 => Some(!has("error")),
            _ => None,
        };
    }
    match reply.status() {
        400..=499 if kind == ProbeKind::StateEcho => None,
        400..=499 => Some(true),
        300..=399 if kind == ProbeKind::ForeignRedirect => {
            if location.starts_with(FOREIGN_REDIRECT) {
                Some(false)
            } else {
                None
            }
        }
        300..=399 if kind == ProbeKind::StateEcho && (has("code") || has("error")) => {
            let sent = url_text::query_pairs(&reply.exchange.request.url);
            let pairs = url_text::query_pairs(location);
            Some(value(&pairs, "state") == value(&sent, "state"))
        }
        300..=399 if has("error") => Some(kind != ProbeKind::UnknownClient),
        300..=399 if has("code") => Some(false),
        // A login page or a hop towards one: nothing is decided before somebody signs in.
        _ => None,
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.as_str())
}

/// The client that a registration for a probe made.
pub(super) fn registered(flow: &Flow, body: &Value) -> Option<Client> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let secret = text("client_secret");
    let asked = client_auth::wanted(flow);
    Some(Client {
        id: text("client_id").filter(|id| !id.is_empty())?,
        secret,
        auth_method: text("token_endpoint_auth_method").unwrap_or(asked),
        source: RegistrationChoice::Dcr,
        issuer: flow.context.issuer.clone(),
        registration_client_uri: None,
        registration_access_token: None,
        registered: None,
    })
}

/// The URL of the client document, when the client is one.
pub(super) fn document_url(flow: &Flow) -> Option<&str> {
    let id = flow.context.client.as_ref()?.id.as_str();
    (id.contains("://") && !id.contains('?')).then_some(id)
}

/// A redirect URI on a loopback address with another port; `None` for others (RFC 8252 section 7.3).
pub(super) fn other_port(uri: &str) -> Option<String> {
    let parts = url_text::split(uri).filter(|p| p.scheme.eq_ignore_ascii_case("http"))?;
    if !matches!(parts.host, "127.0.0.1" | "[::1]") {
        return None;
    }
    let port = parts.effective_port()?;
    let other = if port == u16::MAX {
        49_152
    } else {
        port.saturating_add(1)
    };
    Some(format!("http://{}:{other}{}", parts.host, parts.path))
}
