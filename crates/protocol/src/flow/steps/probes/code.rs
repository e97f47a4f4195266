//! Probes that need an authorization of their own: what the token endpoint makes of a code.

use super::{FOREIGN_REDIRECT, FOREIGN_RESOURCE, ProbeKind, done, fact, secret, verdict};
use crate::flow::learned::Client;
use crate::flow::stage::Stage;
use crate::flow::{Flow, Fresh, Output, Reply};
use serde_json::Value;

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
        ProbeKind::MissingResource => set("resource", None),
        _ => {}
    }
}

/// The `resource` of a probe's authorization request.
pub(in crate::flow) fn resource(flow: &Flow) -> Option<String> {
    match flow.context.probing {
        Some(ProbeKind::ForeignResource) => Some(FOREIGN_RESOURCE.to_owned()),
        Some(ProbeKind::MissingResource) => None,
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
        (ProbeKind::ForeignResource | ProbeKind::MissingResource, Some(token)) => {
            flow.context.probe_token = Some(token);
            flow.stage = Stage::Negative(kind);
            outputs
        }
        (ProbeKind::ForeignResource | ProbeKind::MissingResource, None) => {
            let asked = match kind {
                ProbeKind::ForeignResource => format!("for {FOREIGN_RESOURCE}"),
                _ => "without resource".to_owned(),
            };
            let detail = format!(
                "the authorization server gave no token {asked} ({})",
                reply.in_words()
            );
            outputs.push(fact(kind, true, detail));
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

/// Puts the client of the probe in the place of our own, where the probe redeems as another one; gives back
/// our own for [`return_client`].
pub(in crate::flow) fn lend_client(flow: &mut Flow) -> Option<Client> {
    if flow.context.probing != Some(ProbeKind::OtherClient) {
        return None;
    }
    let other = flow.context.probe_client.take()?;
    flow.context.client.replace(other)
}

/// The end of [`lend_client`].
pub(in crate::flow) fn return_client(flow: &mut Flow, own: Option<Client>) {
    if own.is_some() {
        flow.context.client = own;
    }
}
