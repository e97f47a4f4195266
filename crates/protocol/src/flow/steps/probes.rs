//! Negative probes, asked for by the person: does the target refuse what it must refuse?
//!
//! They run after the flow, one by one, each marked as extra and drawn in a group of their own. Nothing they
//! learn changes the tokens in hand. Each ends in a `Fact::Probe`; what cannot be decided (a login page in the
//! way) is a note instead.
//!
//! To add a probe: a variant of [`ProbeKind`] with its name and purpose, and an arm in `prepare` and `judge`.

use super::{client_auth, mcp, token};
use crate::flow::context::{McpOp, Stage};
use crate::flow::{Action, Flow, Follow, Fresh, Output, Prepared, Reply};
use crate::{authorize, form, jwt, pkce};
use authscope_model::event::{Ending, Fact, Tone};
use authscope_model::{Header, Participant, StepKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where nobody listens: a redirect URI and a resource that belong to somebody else.
const FOREIGN_REDIRECT: &str = "https://attacker.invalid/callback";
const FOREIGN_RESOURCE: &str = "https://other-resource.invalid/mcp";
/// Origin of a browser client in CORS probes.
const ORIGIN: &str = "https://browser-client.invalid";

/// One probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProbeKind {
    /// A made-up bearer token.
    GarbageToken,
    /// `Authorization: Bearer` without a token.
    EmptyBearer,
    /// The JWT with `alg: none` and no signature.
    UnsignedToken,
    /// The JWT with a changed claim under the old signature.
    TamperedToken,
    /// The token in the query string.
    TokenInQuery,
    /// GET without a token.
    GetWithoutToken,
    /// DELETE without a token.
    DeleteWithoutToken,
    /// POST without a token to the URL with its trailing slash toggled.
    TrailingSlash,
    /// Preflight of the MCP endpoint.
    CorsMcp,
    /// Preflight of the protected resource metadata.
    CorsPrm,
    /// Preflight of the authorization server metadata.
    CorsAsMetadata,
    /// Preflight of the token endpoint.
    CorsToken,
    /// Registration of a plain-http redirect URI on another host.
    DcrHttpRedirect,
    /// Authorization request of a client nobody registered.
    UnknownClient,
    /// Authorization request with a redirect URI nobody registered.
    ForeignRedirect,
    /// Authorization request without `code_challenge`.
    MissingChallenge,
    /// Authorization request with `code_challenge_method=plain`.
    PlainChallenge,
    /// Token request with another verifier.
    WrongVerifier,
    /// Token request without verifier.
    MissingVerifier,
    /// Token request with another redirect URI.
    ForeignRedirectAtToken,
    /// A code redeemed twice.
    ReusedCode,
    /// A token for another resource, used here.
    ForeignResource,
    /// A refresh token that was rotated out.
    OldRefreshToken,
}

impl ProbeKind {
    /// All, in the order they run: those that end sessions last.
    const ALL: [Self; 23] = [
        Self::GetWithoutToken,
        Self::DeleteWithoutToken,
        Self::TrailingSlash,
        Self::EmptyBearer,
        Self::GarbageToken,
        Self::UnsignedToken,
        Self::TamperedToken,
        Self::TokenInQuery,
        Self::CorsMcp,
        Self::CorsPrm,
        Self::CorsAsMetadata,
        Self::CorsToken,
        Self::UnknownClient,
        Self::ForeignRedirect,
        Self::MissingChallenge,
        Self::PlainChallenge,
        Self::DcrHttpRedirect,
        Self::WrongVerifier,
        Self::MissingVerifier,
        Self::ForeignRedirectAtToken,
        Self::ForeignResource,
        Self::ReusedCode,
        Self::OldRefreshToken,
    ];

    /// Stable name, used in facts and rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GarbageToken => "garbage-token",
            Self::EmptyBearer => "empty-bearer",
            Self::UnsignedToken => "unsigned-token",
            Self::TamperedToken => "tampered-token",
            Self::TokenInQuery => "token-in-query",
            Self::GetWithoutToken => "get-without-token",
            Self::DeleteWithoutToken => "delete-without-token",
            Self::TrailingSlash => "trailing-slash-without-token",
            Self::CorsMcp => "cors-mcp",
            Self::CorsPrm => "cors-prm",
            Self::CorsAsMetadata => "cors-as-metadata",
            Self::CorsToken => "cors-token",
            Self::DcrHttpRedirect => "dcr-http-redirect",
            Self::UnknownClient => "unknown-client",
            Self::ForeignRedirect => "unregistered-redirect",
            Self::MissingChallenge => "missing-challenge",
            Self::PlainChallenge => "plain-challenge",
            Self::WrongVerifier => "wrong-verifier",
            Self::MissingVerifier => "missing-verifier",
            Self::ForeignRedirectAtToken => "changed-redirect-at-token",
            Self::ReusedCode => "reused-code",
            Self::ForeignResource => "token-for-other-resource",
            Self::OldRefreshToken => "old-refresh-token",
        }
    }

    /// What is tried, in a few words.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::GarbageToken => "a made-up token at the MCP server",
            Self::EmptyBearer => "an empty Bearer credential at the MCP server",
            Self::UnsignedToken => "the token with alg=none and no signature",
            Self::TamperedToken => "the token with a changed expiry under the old signature",
            Self::TokenInQuery => "the token in the query string",
            Self::GetWithoutToken => "GET without a token",
            Self::DeleteWithoutToken => "DELETE without a token",
            Self::TrailingSlash => {
                "POST without a token to the URL with the trailing slash toggled"
            }
            Self::CorsMcp => "CORS preflight of the MCP endpoint",
            Self::CorsPrm => "CORS preflight of the protected resource metadata",
            Self::CorsAsMetadata => "CORS preflight of the authorization server metadata",
            Self::CorsToken => "CORS preflight of the token endpoint",
            Self::DcrHttpRedirect => "registering a plain-http redirect URI of another host",
            Self::UnknownClient => "an authorization request of an unknown client",
            Self::ForeignRedirect => "an authorization request with an unregistered redirect URI",
            Self::MissingChallenge => "an authorization request without code_challenge",
            Self::PlainChallenge => "an authorization request with code_challenge_method=plain",
            Self::WrongVerifier => "a token request with another code_verifier",
            Self::MissingVerifier => "a token request without code_verifier",
            Self::ForeignRedirectAtToken => "a token request with another redirect_uri",
            Self::ReusedCode => "a code redeemed twice",
            Self::ForeignResource => "a token for another resource at this MCP server",
            Self::OldRefreshToken => "a refresh token that was already used",
        }
    }

    /// Name and purpose, as recorded with its exchanges.
    #[must_use]
    pub fn label(self) -> String {
        format!("{}: {}", self.name(), self.purpose())
    }

    /// Whether the probe needs an authorization of its own.
    const fn needs_code(self) -> bool {
        matches!(
            self,
            Self::WrongVerifier
                | Self::MissingVerifier
                | Self::ForeignRedirectAtToken
                | Self::ReusedCode
                | Self::ForeignResource
        )
    }
}

/// Queues every probe that makes sense for this flow.
pub(in crate::flow) fn queue(flow: &mut Flow) {
    let tokens = flow.context.tokens.as_ref();
    let is_jwt = tokens.is_some_and(|t| jwt::decode(&t.access_token).is_some());
    let rotated = flow.context.old_refresh_token.is_some();
    let registers = flow.context.endpoints.registration.is_some();
    let authorizes = super::grants::uses_pkce(flow) && !flow.context.must_push();
    let has_token = tokens.is_some();
    let headless = !flow.context.settings.interactive;
    let fits = |kind: &ProbeKind| match kind {
        ProbeKind::UnsignedToken | ProbeKind::TamperedToken => is_jwt,
        ProbeKind::GarbageToken | ProbeKind::TokenInQuery => has_token,
        ProbeKind::DcrHttpRedirect => registers,
        ProbeKind::OldRefreshToken => rotated,
        ProbeKind::CorsPrm => flow.context.prm.is_some(),
        ProbeKind::CorsAsMetadata => flow.context.metadata_text.is_some(),
        ProbeKind::CorsToken => flow.context.endpoints.token.is_some(),
        ProbeKind::UnknownClient
        | ProbeKind::ForeignRedirect
        | ProbeKind::MissingChallenge
        | ProbeKind::PlainChallenge => authorizes && has_token,
        // A person would have to sign in once for each of these.
        kind if kind.needs_code() => authorizes && has_token && headless,
        _ => true,
    };
    flow.context.probe_queue = ProbeKind::ALL.into_iter().filter(fits).collect();
}

/// Takes the next probe; false when there is none.
pub(in crate::flow) fn begin_next(flow: &mut Flow) -> bool {
    flow.context.probe_step = 0;
    if flow.context.probe_queue.is_empty() {
        flow.context.probing = None;
        return false;
    }
    let kind = flow.context.probe_queue.remove(0);
    flow.context.probing = Some(kind);
    flow.stage = if kind.needs_code() {
        Stage::Authorize
    } else {
        Stage::Negative(kind)
    };
    true
}

/// The end of one probe: the next, or the end of the run.
fn done(flow: &mut Flow, outputs: Vec<Output>) -> Vec<Output> {
    if !begin_next(flow) {
        flow.finish(
            Ending::Complete,
            "The flow is complete, and the negative probes are done.",
        );
    }
    outputs
}

/// The authorization leg of a probe came to nothing.
pub(in crate::flow) fn abandon(flow: &mut Flow, why: &str) -> Vec<Output> {
    let Some(kind) = flow.context.probing else {
        return Vec::new();
    };
    let note = format!("Probe {}: not decided, {why}", kind.name());
    done(flow, vec![Output::Note(Tone::Info, note)])
}

pub(in crate::flow) fn prepare(
    flow: &mut Flow,
    kind: ProbeKind,
    fresh: &Fresh<'_>,
) -> Result<Action, String> {
    let prepared = match kind {
        ProbeKind::GarbageToken
        | ProbeKind::EmptyBearer
        | ProbeKind::UnsignedToken
        | ProbeKind::TamperedToken
        | ProbeKind::TokenInQuery
        | ProbeKind::ForeignResource => with_credential(flow, kind)?,
        ProbeKind::GetWithoutToken => bare(flow, "GET"),
        ProbeKind::DeleteWithoutToken => bare(flow, "DELETE"),
        ProbeKind::TrailingSlash => toggled_slash(flow)?,
        ProbeKind::CorsMcp => preflight(
            Participant::McpServer,
            &flow.context.config.server_url,
            "POST",
            "authorization,content-type,mcp-protocol-version",
        ),
        ProbeKind::CorsPrm => preflight(
            Participant::McpServer,
            &flow
                .context
                .prm
                .as_ref()
                .map(|p| p.url.clone())
                .unwrap_or_default(),
            "GET",
            "mcp-protocol-version",
        ),
        ProbeKind::CorsAsMetadata => preflight(
            Participant::AuthorizationServer,
            &metadata_url(flow),
            "GET",
            "mcp-protocol-version",
        ),
        ProbeKind::CorsToken => preflight(
            Participant::AuthorizationServer,
            &flow.context.endpoints.token.clone().unwrap_or_default(),
            "POST",
            "content-type",
        ),
        ProbeKind::DcrHttpRedirect => registration(flow)?,
        ProbeKind::UnknownClient
        | ProbeKind::ForeignRedirect
        | ProbeKind::MissingChallenge
        | ProbeKind::PlainChallenge => authorization(flow, kind, fresh)?,
        ProbeKind::OldRefreshToken => old_refresh(flow, fresh)?,
        ProbeKind::WrongVerifier
        | ProbeKind::MissingVerifier
        | ProbeKind::ForeignRedirectAtToken
        | ProbeKind::ReusedCode => {
            return Err("this probe starts with an authorization".into());
        }
    };
    Ok(Action::Send(Prepared {
        step: StepKind::NegativeProbe,
        extra: true,
        follow: Follow::No,
        purpose: kind.label(),
        ..prepared
    }))
}

fn metadata_url(flow: &Flow) -> String {
    flow.context
        .metadata_candidates
        .first()
        .map(|(_, url)| url.clone())
        .unwrap_or_default()
}

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

fn with_credential(flow: &mut Flow, kind: ProbeKind) -> Result<Prepared, String> {
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
        ProbeKind::ForeignResource => flow.context.probe_token.clone().unwrap_or_default(),
        ProbeKind::TokenInQuery => {
            prepared.url = form::append_query(&prepared.url, &[("access_token", &token)]);
            return Ok(prepared);
        }
        _ => "authscope-probe-garbage-token".to_owned(),
    };
    prepared.headers.push(Header::new(
        "Authorization",
        format!("Bearer {credential}").trim().to_owned(),
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

fn bare(flow: &Flow, method: &str) -> Prepared {
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

fn toggled_slash(flow: &mut Flow) -> Result<Prepared, String> {
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

fn preflight(to: Participant, url: &str, method: &str, headers: &str) -> Prepared {
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

fn registration(flow: &Flow) -> Result<Prepared, String> {
    let endpoint = flow
        .context
        .endpoints
        .registration
        .clone()
        .ok_or("there is no registration endpoint")?;
    let mut metadata = super::register::client_metadata(flow);
    metadata.insert(
        "redirect_uris".into(),
        json!(["http://attacker.invalid/callback"]),
    );
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

fn authorization(flow: &Flow, kind: ProbeKind, fresh: &Fresh<'_>) -> Result<Prepared, String> {
    let endpoint = flow
        .context
        .endpoints
        .authorization
        .clone()
        .ok_or("there is no authorization endpoint")?;
    let client_id = flow
        .context
        .client
        .as_ref()
        .map(|c| c.id.clone())
        .unwrap_or_default();
    let challenge = pkce::challenge_s256(&fresh.text(0..32));
    let (client_id, redirect, pkce): (String, &str, &[(&str, &str)]) = match kind {
        ProbeKind::UnknownClient => (
            "authscope-probe-unknown-client".into(),
            flow.context.redirect_uri(),
            &[
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ],
        ),
        ProbeKind::ForeignRedirect => (
            client_id,
            FOREIGN_REDIRECT,
            &[
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ],
        ),
        ProbeKind::PlainChallenge => (
            client_id,
            flow.context.redirect_uri(),
            &[
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "plain"),
            ],
        ),
        _ => (client_id, flow.context.redirect_uri(), &[]),
    };
    let mut params: Vec<(String, String)> = vec![
        ("response_type".into(), "code".into()),
        ("client_id".into(), client_id),
        ("redirect_uri".into(), redirect.to_owned()),
        ("state".into(), fresh.text(32..56)),
    ];
    params.extend(pkce.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
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

fn old_refresh(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Prepared, String> {
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

/// Changes the parameters of a probe's token request. `probe_step` counts the requests with this code.
pub(in crate::flow) fn change_token_request(
    flow: &Flow,
    kind: ProbeKind,
    params: &mut Vec<(String, String)>,
    fresh: &Fresh<'_>,
) {
    let mut set = |name: &str, value: Option<String>| {
        params.retain(|(n, _)| n != name);
        params.extend(value.map(|value| (name.to_owned(), value)));
    };
    match kind {
        ProbeKind::WrongVerifier => set("code_verifier", Some(fresh.text(0..32))),
        ProbeKind::MissingVerifier => set("code_verifier", None),
        ProbeKind::ForeignRedirectAtToken => set("redirect_uri", Some(FOREIGN_REDIRECT.to_owned())),
        ProbeKind::ForeignResource if flow.context.behaviour().resource_parameter => {
            set("resource", Some(FOREIGN_RESOURCE.to_owned()));
        }
        _ => {}
    }
}

/// The `resource` of a probe's authorization request.
pub(in crate::flow) fn resource(flow: &Flow) -> Option<String> {
    match flow.context.probing {
        Some(ProbeKind::ForeignResource) => Some(FOREIGN_RESOURCE.to_owned()),
        _ => flow.context.resource.clone(),
    }
}

/// Reads the answer to a probe's token request.
pub(in crate::flow) fn absorb_token(
    flow: &mut Flow,
    kind: ProbeKind,
    reply: &Reply<'_>,
) -> Vec<Output> {
    let body: Value = serde_json::from_str(&reply.text()).unwrap_or_default();
    let token = body
        .get("access_token")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .filter(|_| reply.is_success());
    let mut outputs: Vec<Output> = secret(&body, "access_token")
        .into_iter()
        .chain(secret(&body, "refresh_token"))
        .collect();
    match (kind, token) {
        // The first redemption of a code that is to be redeemed twice.
        (ProbeKind::ReusedCode, Some(_)) if flow.context.probe_step == 0 => {
            flow.context.probe_step = 1;
            flow.stage = Stage::Token;
            outputs
        }
        (ProbeKind::ForeignResource, Some(token)) => {
            flow.context.probe_token = Some(token);
            flow.stage = Stage::Negative(kind);
            outputs
        }
        (ProbeKind::ForeignResource, None) => {
            outputs.push(fact(
                kind,
                true,
                format!(
                    "the authorization server gave no token for {FOREIGN_RESOURCE} ({})",
                    reply.in_words()
                ),
            ));
            done(flow, outputs)
        }
        (kind, token) => {
            let refused = token.is_none();
            outputs.push(fact(kind, refused, verdict(kind, refused, reply)));
            flow.context.code = None;
            done(flow, outputs)
        }
    }
}

fn secret(body: &Value, kind: &'static str) -> Option<Output> {
    let value = body.get(kind).and_then(Value::as_str)?.to_owned();
    Some(Output::Secret { kind, value })
}

fn fact(kind: ProbeKind, refused: bool, detail: String) -> Output {
    Output::Fact(Fact::Probe {
        probe: kind.name().into(),
        refused,
        detail,
    })
}

fn verdict(kind: ProbeKind, refused: bool, reply: &Reply<'_>) -> String {
    let what = kind.purpose();
    let word = if refused { "refused" } else { "accepted" };
    format!("{what}: {word} with {}", reply.in_words())
}

/// Reads the answer to a probe of one request.
pub(in crate::flow) fn absorb(flow: &mut Flow, kind: ProbeKind, reply: &Reply<'_>) -> Vec<Output> {
    let body: Value = serde_json::from_str(&reply.text()).unwrap_or_default();
    let mut outputs: Vec<Output> = [
        "access_token",
        "refresh_token",
        "client_secret",
        "registration_access_token",
    ]
    .into_iter()
    .filter_map(|kind| secret(&body, kind))
    .collect();
    outputs.push(match judge(kind, reply) {
        Some(good) => fact(kind, good, verdict(kind, good, reply)),
        None => Output::Note(
            Tone::Info,
            format!("Probe {}: not decided ({}).", kind.name(), reply.in_words()),
        ),
    });
    done(flow, outputs)
}

/// Whether the target did as it must; `None` when the answer does not tell.
fn judge(kind: ProbeKind, reply: &Reply<'_>) -> Option<bool> {
    reply.exchange.response()?;
    match kind {
        ProbeKind::CorsMcp
        | ProbeKind::CorsPrm
        | ProbeKind::CorsAsMetadata
        | ProbeKind::CorsToken => {
            let origin = reply.header("access-control-allow-origin");
            Some(reply.is_success() && matches!(origin, Some("*" | ORIGIN)))
        }
        ProbeKind::UnknownClient
        | ProbeKind::ForeignRedirect
        | ProbeKind::MissingChallenge
        | ProbeKind::PlainChallenge => judge_authorization(kind, reply),
        ProbeKind::TrailingSlash => matches!(reply.status(), 401 | 404 | 307 | 308 | 200..=299)
            .then_some(!reply.is_success()),
        ProbeKind::GetWithoutToken | ProbeKind::DeleteWithoutToken => Some(!reply.is_success()),
        _ => Some(!reply.is_success()),
    }
}

fn judge_authorization(kind: ProbeKind, reply: &Reply<'_>) -> Option<bool> {
    let location = reply.header("location").unwrap_or_default();
    let has = |name: &str| {
        crate::url_text::query_pairs(location)
            .iter()
            .any(|(n, _)| n == name)
    };
    match reply.status() {
        400..=499 => Some(true),
        300..=399 if kind == ProbeKind::ForeignRedirect => {
            if location.starts_with(FOREIGN_REDIRECT) {
                Some(false)
            } else {
                None
            }
        }
        300..=399 if has("error") => Some(kind != ProbeKind::UnknownClient),
        300..=399 if has("code") => Some(false),
        // A login page or a hop towards one: nothing is decided before somebody signs in.
        _ => None,
    }
}
