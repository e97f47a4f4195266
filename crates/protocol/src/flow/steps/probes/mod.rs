//! Negative probes, asked for by the person: does the target refuse what it must refuse?
//!
//! They run after the flow, one by one, each marked as extra and drawn in a group of their own. Nothing they
//! learn changes the tokens in hand. Each ends in a `Fact::Probe`; what cannot be decided (a login page in the
//! way) is a note instead.
//!
//! To add a probe: a variant of [`ProbeKind`] with its name, purpose and side effect in `kind.rs`, an arm in
//! `request` and `judge` here, and what it sends in the file of its subject.

mod authorization_server;
mod code;
mod kind;
mod mcp_server;

pub(in crate::flow) use code::{
    absorb_token, change_token_request, lend_client, resource, return_client,
};
pub use kind::ProbeKind;

use crate::flow::stage::{McpOp, Stage};
use crate::flow::steps::mcp;
use crate::flow::{Action, Flow, Follow, Fresh, Output, Prepared, Reply};
use crate::jwt;
use authscope_model::event::{Ending, Fact, Tone};
use authscope_model::{Participant, StepKind};
use mcp_server::Expiry;
use serde_json::Value;

/// Where nobody listens: a redirect URI and a resource that belong to somebody else.
const FOREIGN_REDIRECT: &str = "https://attacker.invalid/callback";
const FOREIGN_RESOURCE: &str = "https://other-resource.invalid/mcp";
/// Origin of a browser client in CORS probes.
const ORIGIN: &str = "https://browser-client.invalid";
/// Origin of a web page that has nothing to do with the client or the server.
const FOREIGN_ORIGIN: &str = "https://attacker.invalid";
/// Every kind of character that a `state` may have (RFC 6749 appendix A.5) and careless code changes.
const AWKWARD_STATE: &str = "a b+c/d=e&f%20g~\"<h>;";

/// Queues every probe that makes sense for this flow.
pub(in crate::flow) fn queue(flow: &mut Flow) {
    let tokens = flow.context.tokens.as_ref();
    let is_jwt = tokens.is_some_and(|t| jwt::decode(&t.access_token).is_some());
    let rotated = flow.context.old_refresh_token.is_some();
    let registers = flow.context.endpoints.registration.is_some();
    let authorizes = super::grants::uses_pkce(flow) && !flow.context.must_push();
    let has_token = tokens.is_some();
    let headless = !flow.context.settings.interactive;
    let names_resource = flow.context.behaviour().resource_parameter;
    let fits = |kind: &ProbeKind| match kind {
        ProbeKind::UnsignedToken | ProbeKind::TamperedToken => is_jwt,
        ProbeKind::GarbageToken
        | ProbeKind::TokenInQuery
        | ProbeKind::ForeignOrigin
        | ProbeKind::ExpiredToken => has_token,
        // There the first request of all has shown it.
        ProbeKind::OpenCall => has_token && !flow.context.is_stateless(),
        ProbeKind::DcrHttpRedirect => registers,
        ProbeKind::OldRefreshToken => rotated,
        ProbeKind::CorsPrm | ProbeKind::PrmParity => flow.context.prm.is_some(),
        ProbeKind::CorsAsMetadata | ProbeKind::AsMetadataParity => {
            flow.context.metadata_text.is_some()
        }
        ProbeKind::CorsToken => flow.context.endpoints.token.is_some(),
        ProbeKind::UnknownClient
        | ProbeKind::ForeignRedirect
        | ProbeKind::MissingChallenge
        | ProbeKind::PlainChallenge
        | ProbeKind::StateEcho => authorizes && has_token,
        ProbeKind::MismatchedDocument => {
            authorizes && has_token && authorization_server::document_url(flow).is_some()
        }
        ProbeKind::OtherLoopbackPort => {
            let other = authorization_server::other_port(flow.context.redirect_uri());
            authorizes && has_token && other.is_some()
        }
        ProbeKind::LowerCaseScheme => has_token && !flow.context.uses_dpop(),
        ProbeKind::WellKnownPrm => mcp_server::other_prm_url(flow).is_some(),
        ProbeKind::MissingResource if !names_resource => false,
        ProbeKind::OtherClient if !registers => false,
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
    // Another client has to be registered before it can try to redeem a code.
    flow.stage = if kind.needs_code() && kind != ProbeKind::OtherClient {
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
    if kind == ProbeKind::ExpiredToken {
        match mcp_server::expiry(flow, fresh) {
            Expiry::Over => {}
            Expiry::In(millis) => return Ok(Action::Wait { millis }),
            Expiry::TooLate => {
                done(flow, Vec::new());
                return Ok(flow.next(fresh));
            }
        }
    }
    Ok(Action::Send(Prepared {
        step: StepKind::NegativeProbe,
        extra: true,
        follow: Follow::No,
        purpose: kind.label(),
        ..request(flow, kind, fresh)?
    }))
}

/// The request of a probe.
fn request(flow: &mut Flow, kind: ProbeKind, fresh: &Fresh<'_>) -> Result<Prepared, String> {
    let metadata = || flow.context.metadata_url.clone().unwrap_or_default();
    let prm = || flow.context.prm.as_ref().map(|p| p.url.clone());
    let prepared = match kind {
        ProbeKind::GarbageToken
        | ProbeKind::EmptyBearer
        | ProbeKind::UnsignedToken
        | ProbeKind::TamperedToken
        | ProbeKind::TokenInQuery
        | ProbeKind::ExpiredToken
        | ProbeKind::LowerCaseScheme
        | ProbeKind::ForeignOrigin
        | ProbeKind::MissingResource
        | ProbeKind::ForeignResource => mcp_server::with_credential(flow, kind)?,
        ProbeKind::PrmParity => Prepared::get(
            StepKind::NegativeProbe,
            Participant::McpServer,
            prm().unwrap_or_default(),
        ),
        ProbeKind::WellKnownPrm => Prepared::get(
            StepKind::NegativeProbe,
            Participant::McpServer,
            mcp_server::other_prm_url(flow).ok_or("there is one document only")?,
        ),
        ProbeKind::AsMetadataParity => Prepared::get(
            StepKind::NegativeProbe,
            Participant::AuthorizationServer,
            metadata(),
        ),
        ProbeKind::GetWithoutToken => mcp_server::bare(flow, "GET"),
        ProbeKind::DeleteWithoutToken => mcp_server::bare(flow, "DELETE"),
        ProbeKind::TrailingSlash => mcp_server::toggled_slash(flow)?,
        ProbeKind::OpenCall => mcp::request(flow, McpOp::ToolsList)?,
        ProbeKind::CorsMcp => mcp_server::preflight(
            Participant::McpServer,
            &flow.context.config.server_url,
            "POST",
            "authorization,content-type,mcp-protocol-version",
        ),
        ProbeKind::CorsPrm => mcp_server::preflight(
            Participant::McpServer,
            &prm().unwrap_or_default(),
            "GET",
            "mcp-protocol-version",
        ),
        ProbeKind::CorsAsMetadata => mcp_server::preflight(
            Participant::AuthorizationServer,
            &metadata(),
            "GET",
            "mcp-protocol-version",
        ),
        ProbeKind::CorsToken => mcp_server::preflight(
            Participant::AuthorizationServer,
            &flow.context.endpoints.token.clone().unwrap_or_default(),
            "POST",
            "content-type",
        ),
        ProbeKind::DcrHttpRedirect | ProbeKind::OtherClient => {
            authorization_server::registration(flow, kind)?
        }
        ProbeKind::UnknownClient
        | ProbeKind::ForeignRedirect
        | ProbeKind::MissingChallenge
        | ProbeKind::PlainChallenge
        | ProbeKind::StateEcho
        | ProbeKind::MismatchedDocument
        | ProbeKind::OtherLoopbackPort => authorization_server::authorization(flow, kind, fresh)?,
        ProbeKind::OldRefreshToken => authorization_server::old_refresh(flow, fresh)?,
        ProbeKind::WrongVerifier
        | ProbeKind::MissingVerifier
        | ProbeKind::ForeignRedirectAtToken
        | ProbeKind::ReusedCode => {
            return Err("this probe starts with an authorization".into());
        }
    };
    Ok(prepared)
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
    let word = match (kind.wants_success(), refused) {
        (true, true) => "answered as it must be,",
        (true, false) => "not answered as it must be,",
        (false, true) => "refused",
        (false, false) => "accepted",
    };
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
    if kind == ProbeKind::OtherClient {
        return other_client(flow, &body, reply, outputs);
    }
    let judged = match kind {
        ProbeKind::WellKnownPrm => Some(mcp_server::agrees(flow, reply)),
        _ => judge(kind, reply),
    };
    outputs.push(match judged {
        Some(good) => fact(kind, good, verdict(kind, good, reply)),
        None => Output::Note(
            Tone::Info,
            format!("Probe {}: not decided ({}).", kind.name(), reply.in_words()),
        ),
    });
    done(flow, outputs)
}

/// Another client is registered: now a code of ours for it to redeem.
fn other_client(
    flow: &mut Flow,
    body: &Value,
    reply: &Reply<'_>,
    mut outputs: Vec<Output>,
) -> Vec<Output> {
    let made = authorization_server::registered(flow, body).filter(|_| reply.is_success());
    let Some(client) = made else {
        let why = format!("no other client could be registered ({})", reply.in_words());
        outputs.extend(abandon(flow, &why));
        return outputs;
    };
    flow.context.probe_client = Some(client);
    flow.stage = Stage::Authorize;
    outputs
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
        | ProbeKind::PlainChallenge
        | ProbeKind::StateEcho
        | ProbeKind::MismatchedDocument
        | ProbeKind::OtherLoopbackPort => authorization_server::judge_authorization(kind, reply),
        ProbeKind::PrmParity | ProbeKind::AsMetadataParity => Some(reply.is_success()),
        ProbeKind::LowerCaseScheme => match reply.status() {
            200..=299 => Some(true),
            400 | 401 | 403 => Some(false),
            _ => None,
        },
        ProbeKind::TrailingSlash => matches!(reply.status(), 401 | 404 | 307 | 308 | 200..=299)
            .then_some(!reply.is_success()),
        ProbeKind::GetWithoutToken | ProbeKind::DeleteWithoutToken => Some(!reply.is_success()),
        _ => Some(!reply.is_success()),
    }
}
