//! Probes of the MCP server: tokens it must refuse, requests it must challenge, CORS preflights.

use super::{FOREIGN_ORIGIN, ORIGIN, ProbeKind};
use crate::flow::stage::McpOp;
use crate::flow::steps::mcp;
use crate::flow::{Flow, Fresh, Prepared, Reply};
use crate::prm::Prm;
use crate::{form, jwt, well_known};
use authscope_model::{Header, Participant, StepKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Longest wait for a token to expire, leeway included; tokens that live longer are not probed. `check` states it.
const LONGEST_WAIT: u64 = 45_000;

/// A request without session to the MCP server: what a new client would send.
fn fresh_call(flow: &mut Flow) -> Result<Prepared, String> {
    let session = std::mem::take(&mut flow.context.mcp.id);
    let version = std::mem::take(&mut flow.context.mcp.version);
    let op = if flow.context.is_stateless() {
        McpOp::ToolsList
    } else {
        McpOp::Initialize
    };
    let prepared = mcp::request(flow, op);
    flow.context.mcp.id = session;
    flow.context.mcp.version = version;
    prepared
}

pub(super) fn with_credential(flow: &mut Flow, kind: ProbeKind) -> Result<Prepared, String> {
    let mut prepared = fresh_call(flow)?;
    let token = flow
        .context
        .tokens
        .as_ref()
        .map(|t| t.access_token.clone())
        .unwrap_or_default();
    let credential = match kind {
        ProbeKind::EmptyBearer => String::new(),
        ProbeKind::UnsignedToken => unsigned(&token).ok_or("the token is not a JWT")?,
        ProbeKind::TamperedToken => tampered(&token).ok_or("the token is not a JWT")?,
        ProbeKind::ForeignResource | ProbeKind::MissingResource => {
            flow.context.probe_token.clone().unwrap_or_default()
        }
        ProbeKind::ExpiredToken | ProbeKind::LowerCaseScheme => token,
        ProbeKind::ForeignOrigin => {
            prepared.headers.push(Header::new("Origin", FOREIGN_ORIGIN));
            token
        }
        ProbeKind::TokenInQuery => {
            prepared.url = form::append_query(&prepared.url, &[("access_token", &token)]);
            return Ok(prepared);
        }
        _ => "authscope-probe-garbage-token".to_owned(),
    };
    let scheme = match kind {
        ProbeKind::LowerCaseScheme => "bearer",
        _ => "Bearer",
    };
    prepared.headers.push(Header::new(
        "Authorization",
        format!("{scheme} {credential}").trim().to_owned(),
    ));
    Ok(prepared)
}

/// The same claims under `alg: none`.
fn unsigned(token: &str) -> Option<String> {
    let jwt = jwt::decode(token)?;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    Some(format!(
        "{}.{}.",
        part(&json!({ "alg": "none", "typ": "JWT" })),
        part(&jwt.payload)
    ))
}

/// A later expiry under the old signature.
fn tampered(token: &str) -> Option<String> {
    let mut payload = jwt::decode(token)?.payload;
    let members = payload.as_object_mut()?;
    let later = members
        .get("exp")
        .and_then(Value::as_u64)
        .unwrap_or(0)
        .saturating_add(86_400);
    members.insert("exp".into(), json!(later));
    let mut parts = token.splitn(3, '.');
    let (header, signature) = (parts.next()?, parts.nth(1)?);
    Some(format!(
        "{header}.{}.{signature}",
        URL_SAFE_NO_PAD.encode(payload.to_string())
    ))
}

pub(super) fn bare(flow: &Flow, method: &str) -> Prepared {
    Prepared {
        method: method.into(),
        headers: vec![Header::new("Accept", "text/event-stream")],
        ..Prepared::get(
            StepKind::NegativeProbe,
            Participant::McpServer,
            flow.context.config.server_url.clone(),
        )
    }
}

pub(super) fn toggled_slash(flow: &mut Flow) -> Result<Prepared, String> {
    let mut prepared = fresh_call(flow)?;
    let (path, query) = prepared
        .url
        .split_once('?')
        .map_or((prepared.url.as_str(), None), |(p, q)| (p, Some(q)));
    let toggled = path
        .strip_suffix('/')
        .map_or_else(|| format!("{path}/"), str::to_owned);
    prepared.url = query.map_or_else(|| toggled.clone(), |query| format!("{toggled}?{query}"));
    Ok(prepared)
}

pub(super) fn preflight(to: Participant, url: &str, method: &str, headers: &str) -> Prepared {
    Prepared {
        method: "OPTIONS".into(),
        headers: vec![
            Header::new("Origin", ORIGIN),
            Header::new("Access-Control-Request-Method", method),
            Header::new("Access-Control-Request-Headers", headers),
        ],
        ..Prepared::get(StepKind::NegativeProbe, to, url)
    }
}

/// What is to be done before a token has expired for good: a wait, or nothing because it lives too long.
pub(super) enum Expiry {
    /// It has expired, leeway included.
    Over,
    /// Wait so many milliseconds.
    In(u64),
    /// It lives too long to be waited for, or does not say how long.
    TooLate,
}

/// Whether the token in hand has expired, with a little more for clocks that differ.
pub(super) fn expiry(flow: &Flow, fresh: &Fresh<'_>) -> Expiry {
    let tokens = flow.context.tokens.as_ref();
    let claimed = tokens
        .and_then(|t| jwt::decode(&t.access_token))
        .and_then(|jwt| jwt.exp())
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(|seconds| seconds.saturating_mul(1000));
    let Some(end) = claimed.or_else(|| tokens.and_then(|t| t.expires_at)) else {
        return Expiry::TooLate;
    };
    let leeway = flow.context.settings.expiry_leeway.saturating_mul(1000);
    match end.saturating_add(leeway).saturating_sub(fresh.now) {
        0 => Expiry::Over,
        wait if wait <= LONGEST_WAIT => Expiry::In(wait),
        _ => Expiry::TooLate,
    }
}

/// The well-known URL of the protected resource metadata, when the document in use is at another.
pub(super) fn other_prm_url(flow: &Flow) -> Option<String> {
    let used = &flow.context.prm.as_ref()?.url;
    let url = well_known::prm_path_inserted(&flow.context.config.server_url)
        .or_else(|| well_known::prm_root(&flow.context.config.server_url))?;
    (url != *used).then_some(url)
}

/// Whether a second document says the same as the one in use; where there is none, nothing disagrees.
pub(super) fn agrees(flow: &Flow, reply: &Reply<'_>) -> bool {
    let document = reply.is_success().then(|| Prm::parse(&reply.text()).value);
    let (Some(other), Some(used)) = (document.flatten(), flow.context.prm.as_ref()) else {
        return true;
    };
    other.resource == used.resource && other.authorization_servers == used.authorization_servers
}
